package dev.miser.ir.diag;

import java.util.Collection;

/** Finds what a misspelt name may have meant. */
public final class Spelling {
  /** Beyond this many candidates a search would cost more than it helps. */
  private static final int MAX_CANDIDATES = 20_000;

  /** Nobody misspells words longer than this by a letter or two; programs make them. */
  private static final int MAX_LENGTH = 200;

  private Spelling() {}

  /**
   * Returns {@code , did you mean 'name'?} for the candidate closest to {@code word}, the first of
   * several equally close; empty if none is close.
   */
  public static String suggestion(String word, Collection<String> candidates) {
    String best = "";
    int limit = word.length() > MAX_LENGTH ? -1 : Math.min(3, (word.length() + 1) / 2);
    int left = MAX_CANDIDATES;
    for (String candidate : candidates) {
      if (left-- == 0) {
        break;
      }
      if (!candidate.equals(word)) {
        int distance = distance(word, candidate, limit);
        if (distance <= limit) {
          best = candidate;
          limit = distance - 1;
        }
      }
    }
    return best.isEmpty() ? "" : ", did you mean '" + best + "'?";
  }

  /**
   * Returns how many letters have to be put in, taken out, exchanged or swapped with their
   * neighbour to turn one word into the other; more than {@code limit} stands for anything above
   * it.
   */
  static int distance(String a, String b, int limit) {
    if (Math.abs(a.length() - b.length()) > limit) {
      return limit + 1;
    }
    int[] beforePrevious = new int[b.length() + 1];
    int[] previous = new int[b.length() + 1];
    int[] current = new int[b.length() + 1];
    for (int j = 0; j <= b.length(); j++) {
      previous[j] = j;
    }
    for (int i = 1; i <= a.length(); i++) {
      // Further than the limit from the diagonal no path is short enough.
      int from = Math.max(1, i - limit);
      int to = Math.min(b.length(), i + limit);
      current[from - 1] = from == 1 ? i : limit + 1;
      int least = current[from - 1];
      for (int j = from; j <= to; j++) {
        int exchanged = previous[j - 1] + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        int shortest = Math.min(exchanged, Math.min(previous[j], current[j - 1]) + 1);
        if (i > 1
            && j > 1
            && a.charAt(i - 1) == b.charAt(j - 2)
            && a.charAt(i - 2) == b.charAt(j - 1)) {
          shortest = Math.min(shortest, beforePrevious[j - 2] + 1);
        }
        current[j] = shortest;
        least = Math.min(least, shortest);
      }
      if (least > limit) {
        return limit + 1;
      }
      if (to < b.length()) {
        current[to + 1] = limit + 1;
      }
      int[] free = beforePrevious;
      beforePrevious = previous;
      previous = current;
      current = free;
    }
    return previous[b.length()];
  }
}
