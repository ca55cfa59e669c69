package dev.miser.passes.memory.packing;

import java.time.Duration;

/**
 * How much work a strategy may do.
 *
 * @param nodes the most search nodes; the same nodes give the same result on every machine
 * @param limit a safety stop by the clock, which marks the result; a result that it cut short may
 *     differ from machine to machine
 * @param capacity the search ends when this many bytes are enough; 0 asks for the smallest peak
 */
public record Effort(long nodes, Duration limit, long capacity) {
  /** What planning a program may spend: well under a second. */
  public static final Effort DEFAULT = new Effort(200_000, Duration.ofSeconds(10), 0);

  public Effort withNodes(long most) {
    return new Effort(most, limit, capacity);
  }

  public Effort withLimit(Duration longest) {
    return new Effort(nodes, longest, capacity);
  }

  public Effort withCapacity(long bytes) {
    return new Effort(nodes, limit, bytes);
  }
}
