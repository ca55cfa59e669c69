package dev.miser.passes.memory.report;

import dev.miser.ir.plan.Buffer;
import dev.miser.ir.plan.Extent;
import java.util.Collections;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What a plan says of one buffer. Steps are given by their time, other buffers by their number.
 *
 * @param number its position among the plan's buffers
 * @param offset where it lies in the arena
 * @param bytes its size without alignment
 * @param alignedBytes what it takes in the arena
 * @param start the first time at which it is alive
 * @param end the time after the last at which it is alive
 * @param lines which of its lines are alive when, in order of bytes; none of an empty buffer
 * @param members the values that lie in it, in the order of their definition
 * @param writes the kernels that write into it, as scratch memory too; a view touches no bytes
 * @param reads the kernels that read it
 * @param touches which lines kernels read or write when, by time
 * @param overwrites the buffers whose bytes it takes over
 * @param overwrittenBy the buffers that take over its bytes
 */
public record BufferFacts(
    int number,
    String name,
    Buffer.Kind kind,
    long offset,
    long bytes,
    long alignedBytes,
    int start,
    int end,
    List<Extent> lines,
    List<Member> members,
    List<Integer> writes,
    List<Integer> reads,
    List<Touch> touches,
    List<Integer> overwrites,
    List<Integer> overwrittenBy) {
  /** How the pass that cuts steps into strips names what it makes. */
  private static final Pattern STRIP = Pattern.compile("(.+)\\.strip[0-9]+");

  /**
   * A value that lies in a buffer.
   *
   * @param offset the byte of the buffer at which it begins
   * @param fate what becomes of it at the end of a step
   */
  public record Member(String name, long offset, long bytes, Fate fate) {}

  /** A kernel reads or writes bytes {@code [from, to)}, which are whole lines. */
  public record Touch(int time, long from, long to) {}

  /** What becomes of a value at the end of a step. */
  public enum Fate {
    /** It is over. */
    DROPPED,
    /** The step returns it. */
    RETURNED,
    /** It becomes the next state. */
    NEXT_STATE
  }

  public BufferFacts {
    lines = List.copyOf(lines);
    members = List.copyOf(members);
    writes = List.copyOf(writes);
    reads = List.copyOf(reads);
    touches = List.copyOf(touches);
    overwrites = List.copyOf(overwrites);
    overwrittenBy = List.copyOf(overwrittenBy);
  }

  /** Returns whether any of its lines is alive at a time. */
  public boolean isAlive(int time) {
    return start <= time && time < end && (bytes == 0 || aliveBytes(time) > 0);
  }

  /** Returns how many of its bytes are alive at a time, whole lines. */
  public long aliveBytes(int time) {
    return Lines.alive(lines, time);
  }

  /** Returns whether a kernel reads or writes some of it at a time. */
  public boolean isTouched(int time) {
    return Collections.binarySearch(reads, time) >= 0
        || Collections.binarySearch(writes, time) >= 0;
  }

  /** Returns how many of its bytes are alive at a time and not touched by the kernel then. */
  public long idleBytes(int time) {
    long alive = aliveBytes(time);
    return alive == 0 || !isTouched(time) ? alive : alive - Lines.touched(lines, touches, time);
  }

  /** Returns the kernels that read it after a time. */
  public List<Integer> readsAfter(int time) {
    return reads.stream().filter(read -> read > time).toList();
  }

  /** Returns the value that it is one strip of, as its name says, or null if it is whole. */
  public @Nullable String stripOf() {
    Matcher strip = STRIP.matcher(name);
    return strip.matches() ? strip.group(1) : null;
  }

  /** Returns what becomes of it at the end of a step: the fate of what it holds. */
  public Fate fate() {
    Fate fate = Fate.DROPPED;
    for (Member member : members) {
      fate = member.fate.compareTo(fate) > 0 ? member.fate : fate;
    }
    return fate;
  }
}
