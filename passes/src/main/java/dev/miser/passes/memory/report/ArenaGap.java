package dev.miser.passes.memory.report;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Why an arena is larger than its load bound: what reaches its top, and why it does not lie lower.
 *
 * @param bytes the arena less the load bound
 * @param unavoidableBytes the lower bound less the load bound: no layout of this order is without
 * @param tops the buffers that reach the top; none if there is no gap
 */
public record ArenaGap(long bytes, long unavoidableBytes, List<Top> tops) {
  /**
   * A buffer that reaches the top of the arena.
   *
   * @param time the fullest step of its life
   * @param liveBytes the bytes alive there
   * @param freeBytes the bytes of the arena that are free there
   * @param pieces in how many pieces these are
   * @param largestPiece the largest stretch that is free during all of the buffer's life
   */
  public record Top(
      BufferFacts buffer,
      int time,
      long liveBytes,
      long freeBytes,
      int pieces,
      long largestPiece) {}

  /** Bytes from {@code start} until before {@code end}. */
  private record Stretch(long start, long end) {}

  public ArenaGap {
    tops = List.copyOf(tops);
  }

  /** Explains the arena of a plan. */
  public static ArenaGap of(PlanFacts facts) {
    long arena = facts.memory().arenaBytes();
    long bound = facts.memory().certificate().loadBound();
    var tops = new ArrayList<Top>();
    if (arena > bound) {
      for (BufferFacts buffer : facts.buffers()) {
        if (buffer.bytes() > 0 && buffer.offset() + buffer.alignedBytes() == arena) {
          tops.add(top(facts, buffer));
        }
      }
    }
    long lower = facts.memory().certificate().lowerBound();
    return new ArenaGap(arena - bound, Math.max(lower - bound, 0), tops);
  }

  private static Top top(PlanFacts facts, BufferFacts buffer) {
    StepFacts fullest = null;
    for (StepFacts step : facts.steps()) {
      if (buffer.isAlive(step.time())
          && (fullest == null || step.liveBytes() > fullest.liveBytes())) {
        fullest = step;
      }
    }
    int time = fullest == null ? buffer.start() : fullest.time();
    long live = fullest == null ? buffer.alignedBytes() : fullest.liveBytes();
    List<Stretch> free =
        free(facts, facts.buffers().stream().filter(other -> other.isAlive(time)).toList());
    List<BufferFacts> others =
        facts.buffers().stream()
            .filter(other -> other.number() != buffer.number())
            .filter(other -> other.start() < buffer.end() && buffer.start() < other.end())
            .filter(other -> !buffer.overwrites().contains(other.number()))
            .filter(other -> !buffer.overwrittenBy().contains(other.number()))
            .toList();
    long largest = 0;
    for (Stretch stretch : free(facts, others)) {
      // The buffer itself is not among the others, so the stretch where it lies is free too.
      long end = Math.min(stretch.end, Math.max(buffer.offset(), stretch.start));
      largest = Math.max(largest, end - stretch.start);
    }
    long bytes = free.stream().mapToLong(stretch -> stretch.end - stretch.start).sum();
    return new Top(buffer, time, live, bytes, free.size(), largest);
  }

  /** Returns the stretches of the arena that none of these buffers takes. */
  private static List<Stretch> free(PlanFacts facts, List<BufferFacts> taken) {
    var free = new ArrayList<Stretch>();
    long at = 0;
    for (BufferFacts buffer :
        taken.stream().sorted(Comparator.comparingLong(BufferFacts::offset)).toList()) {
      if (buffer.bytes() > 0 && buffer.offset() > at) {
        free.add(new Stretch(at, buffer.offset()));
      }
      at = Math.max(at, buffer.offset() + buffer.alignedBytes());
    }
    if (at < facts.memory().arenaBytes()) {
      free.add(new Stretch(at, facts.memory().arenaBytes()));
    }
    return free;
  }
}
