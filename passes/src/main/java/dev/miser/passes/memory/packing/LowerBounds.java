package dev.miser.passes.memory.packing;

import java.util.Arrays;
import java.util.Comparator;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

/** Arguments why an arena cannot be smaller, from sums and comparisons alone, without search. */
public final class LowerBounds {
  /** Arguments that look at each buffer at each time, or at each pair, look at no more. */
  private static final long MOST_WORK = 20_000_000;

  /** How many buffers a clique is grown from. */
  private static final int SEEDS = 64;

  private static final int MOST_ALIGNMENTS = 16;

  private LowerBounds() {}

  /** Returns the greatest bound of all arguments, the simplest of equals. */
  public static LowerBound best(Problem problem) {
    return load(problem).or(alignment(problem)).or(pins(problem)).or(clique(problem));
  }

  /** The buffers alive at one time lie apart: the arena holds the sum of their sizes. */
  public static LowerBound load(Problem problem) {
    return new LowerBound(problem.loadBound(), "load");
  }

  /**
   * Of the buffers alive at one time look at those that begin at multiples of {@code a}. From the
   * beginning of one to the beginning of the next it takes its size rounded up to {@code a}; only
   * what is on top may save its padding. The best {@code a} is taken: the widest alignments, and
   * what divides them all.
   */
  public static LowerBound alignment(Problem problem) {
    long[] all = problem.items().stream().mapToLong(Item::alignment).distinct().sorted().toArray();
    long divisor = Arrays.stream(all).reduce(0, LowerBounds::greatestCommonDivisor);
    LongStream widest = Arrays.stream(all).skip(Math.max(0, all.length - MOST_ALIGNMENTS));
    long best = 0;
    for (long a : LongStream.concat(LongStream.of(divisor), widest).toArray()) {
      if (a > 1) {
        best = Math.max(best, alignment(problem, a));
      }
    }
    return new LowerBound(best, "alignment");
  }

  private static long alignment(Problem problem, long a) {
    int[] items =
        IntStream.range(0, problem.count())
            .filter(i -> problem.size(i) > 0 && problem.items().get(i).alignment() % a == 0)
            .boxed()
            .sorted(Comparator.comparingLong(i -> -padding(problem, i, a)))
            .mapToInt(Integer::intValue)
            .toArray();
    int times = problem.times();
    long[] sum = new long[times + 1];
    // The greatest padding of each time: buffers in order of padding claim the times not yet
    // claimed.
    long[] saved = new long[times];
    int[] next = IntStream.rangeClosed(0, times).toArray();
    for (int item : items) {
      long padding = padding(problem, item, a);
      for (int span = 0; span < problem.spans(item); span++) {
        int end = problem.spanEnd(item, span);
        sum[problem.spanStart(item, span)] += problem.size(item) + padding;
        sum[end] -= problem.size(item) + padding;
        for (int t = unclaimed(next, problem.spanStart(item, span));
            t < end;
            t = unclaimed(next, t)) {
          saved[t] = padding;
          next[t] = t + 1;
        }
      }
    }
    long best = 0;
    for (int t = 0; t < times; t++) {
      best = Math.max(best, sum[t] - saved[t]);
      sum[t + 1] += sum[t];
    }
    return best;
  }

  private static long padding(Problem problem, int item, long a) {
    return Math.ceilDiv(problem.size(item), a) * a - problem.size(item);
  }

  /** Returns the first time from one on that is not claimed; halves the way there. */
  private static int unclaimed(int[] next, int from) {
    int t = from;
    while (next[t] != t) {
      next[t] = next[next[t]];
      t = next[t];
    }
    return t;
  }

  private static long greatestCommonDivisor(long one, long other) {
    return other == 0 ? one : greatestCommonDivisor(other, one % other);
  }

  /**
   * Pinned buffers alive at one time leave gaps. What is alive then and wider than each gap lies
   * above all of them, and so does what the gaps together cannot hold.
   */
  public static LowerBound pins(Problem problem) {
    int[] pinned =
        IntStream.range(0, problem.count())
            .filter(i -> problem.items().get(i).isPinned() && problem.size(i) > 0)
            .boxed()
            .sorted(Comparator.comparingLong(i -> problem.items().get(i).pinned()))
            .mapToInt(Integer::intValue)
            .toArray();
    long best = 0;
    for (Item item : problem.items()) {
      best = item.isPinned() ? Math.max(best, item.pinned() + item.size()) : best;
    }
    if ((long) pinned.length * problem.count() > MOST_WORK) {
      return new LowerBound(best, "pins");
    }
    // The set of pinned buffers alive changes where one of them begins.
    int[] moments =
        Arrays.stream(pinned)
            .flatMap(i -> IntStream.range(0, problem.spans(i)).map(k -> problem.spanStart(i, k)))
            .distinct()
            .toArray();
    for (int moment : moments) {
      best = Math.max(best, besidePins(problem, pinned, moment));
    }
    return new LowerBound(best, "pins");
  }

  private static long besidePins(Problem problem, int[] pinned, int time) {
    long end = 0;
    long widest = 0;
    long gaps = 0;
    for (int pin : pinned) {
      if (isAlive(problem, pin, time)) {
        long gap = Math.max(0, problem.items().get(pin).pinned() - end);
        widest = Math.max(widest, gap);
        gaps += gap;
        end = Math.max(end, problem.items().get(pin).pinned() + problem.size(pin));
      }
    }
    long wider = 0;
    long narrower = 0;
    for (int item = 0; item < problem.count(); item++) {
      if (!problem.items().get(item).isPinned() && isAlive(problem, item, time)) {
        if (problem.size(item) > widest) {
          wider += problem.size(item);
        } else {
          narrower += problem.size(item);
        }
      }
    }
    return end + wider + Math.max(0, narrower - gaps);
  }

  private static boolean isAlive(Problem problem, int item, int time) {
    if (time < problem.start(item) || problem.end(item) <= time) {
      return false;
    }
    for (int span = 0; span < problem.spans(item); span++) {
      if (problem.spanStart(item, span) <= time && time < problem.spanEnd(item, span)) {
        return true;
      }
    }
    return false;
  }

  /**
   * Buffers of which each two meet lie apart, even if they are never all alive at once, as can be
   * with several lives. Grows such sets from the largest buffers.
   */
  public static LowerBound clique(Problem problem) {
    int n = problem.count();
    boolean severalLives = IntStream.range(0, n).anyMatch(i -> problem.spans(i) > 1);
    if (!severalLives || (long) n * SEEDS > MOST_WORK) {
      return new LowerBound(0, "clique");
    }
    int[] bySize =
        IntStream.range(0, n)
            .boxed()
            .sorted(Comparator.comparingLong(i -> -problem.size(i)))
            .mapToInt(Integer::intValue)
            .toArray();
    long best = 0;
    for (int seed = 0; seed < Math.min(n, SEEDS); seed++) {
      best = Math.max(best, grow(problem, bySize, bySize[seed]));
    }
    return new LowerBound(best, "clique");
  }

  private static long grow(Problem problem, int[] bySize, int seed) {
    int[] members = new int[bySize.length];
    members[0] = seed;
    int count = 1;
    long sum = problem.size(seed);
    for (int item : bySize) {
      boolean meetsAll = item != seed;
      for (int i = 0; i < count && meetsAll; i++) {
        meetsAll = problem.meet(members[i], item);
      }
      if (meetsAll) {
        members[count++] = item;
        sum += problem.size(item);
      }
    }
    return sum;
  }
}
