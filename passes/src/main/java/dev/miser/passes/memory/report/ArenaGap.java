package dev.miser.passes.memory.report;

import dev.miser.ir.plan.Extent;
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
    var alive = new ArrayList<Stretch>();
    var others = new ArrayList<Stretch>();
    for (BufferFacts other : facts.buffers()) {
      boolean shares =
          other.number() == buffer.number()
              || buffer.overwrites().contains(other.number())
              || buffer.overwrittenBy().contains(other.number());
      for (Extent lines : other.lines()) {
        var stretch = new Stretch(other.offset() + lines.from(), other.offset() + lines.to());
        if (lines.start() <= time && time < lines.end()) {
          alive.add(stretch);
        }
        if (!shares && lines.start() < buffer.end() && buffer.start() < lines.end()) {
          others.add(stretch);
        }
      }
    }
    List<Stretch> free = free(facts, alive);
    long largest = 0;
    for (Stretch stretch : free(facts, others)) {
      // Where it lies itself is not among the others, so it is free too.
      long end = Math.min(stretch.end, Math.max(buffer.offset(), stretch.start));
      largest = Math.max(largest, end - stretch.start);
    }
    long bytes = free.stream().mapToLong(stretch -> stretch.end - stretch.start).sum();
    return new Top(buffer, time, live, bytes, free.size(), largest);
  }

  /** Returns the stretches of the arena that none of these takes. */
  private static List<Stretch> free(PlanFacts facts, List<Stretch> taken) {
    var free = new ArrayList<Stretch>();
    long at = 0;
    taken.sort(Comparator.comparingLong(Stretch::start));
    for (Stretch stretch : taken) {
      if (stretch.start > at) {
        free.add(new Stretch(at, stretch.start));
      }
      at = Math.max(at, stretch.end);
    }
    if (at < facts.memory().arenaBytes()) {
      free.add(new Stretch(at, facts.memory().arenaBytes()));
    }
    return free;
  }
}
