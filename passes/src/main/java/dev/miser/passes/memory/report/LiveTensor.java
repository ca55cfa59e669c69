package dev.miser.passes.memory.report;

import dev.miser.ir.plan.Buffer;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A buffer alive at a time: why it is, and what ending it would save. A buffer is ended where it
 * gives back its bytes at all times at which no kernel touches it.
 *
 * @param time the time that is explained
 * @param aliveBytes how many of its bytes are alive at the time, whole lines
 * @param laterReads the kernels that still read it
 * @param savedBytes by how much the peak of live bytes would fall
 * @param peakWithout the peak that would be left
 * @param again what making it again would take; null if that cannot end it
 * @param store what keeping it in a file meanwhile would move; null if that cannot end it
 */
public record LiveTensor(
    BufferFacts buffer,
    int time,
    long aliveBytes,
    Reason reason,
    List<Integer> laterReads,
    long savedBytes,
    WhatIf.Peak peakWithout,
    @Nullable Again again,
    @Nullable Store store) {
  /** Why a buffer is alive. */
  public enum Reason {
    /** The kernel that runs needs scratch memory. */
    SCRATCH,
    /** State between steps. */
    STATE,
    /** A parameter that steps read as the file holds it. */
    PARAMETER,
    /** What init made for all steps. */
    PACKED,
    /** The kernel that runs reads or writes it. */
    TOUCHED,
    /** A later kernel reads it. */
    READ_LATER,
    /** The step returns it or keeps it as the next state; nothing else needs it. */
    RETURNED,
    /** It waits to be written, or only views still need it. */
    HELD
  }

  /**
   * Making a buffer again right before its next use.
   *
   * @param flops operations of the kernels that wrote it
   * @param missing the buffers that those kernels read and that are no longer alive then
   */
  public record Again(long flops, List<Integer> missing) {
    public Again {
      missing = List.copyOf(missing);
    }
  }

  /**
   * Keeping a buffer in a file between two uses.
   *
   * @param bytesOut bytes to write; none for a parameter, which a file holds already
   * @param bytesIn bytes to read back
   */
  public record Store(long bytesOut, long bytesIn) {}

  public LiveTensor {
    laterReads = List.copyOf(laterReads);
  }

  /** Explains a buffer at a time at which it is alive. */
  static LiveTensor of(PlanFacts facts, WhatIf whatIf, BufferFacts buffer, int time) {
    WhatIf.Peak without = whatIf.without(buffer);
    boolean idle = !buffer.isTouched(time);
    return new LiveTensor(
        buffer,
        time,
        buffer.aliveBytes(time),
        reason(facts, buffer, time),
        buffer.readsAfter(time),
        whatIf.now().bytes() - without.bytes(),
        without,
        idle ? again(facts, buffer, time) : null,
        idle ? store(buffer, time) : null);
  }

  private static Reason reason(PlanFacts facts, BufferFacts buffer, int time) {
    return switch (buffer.kind()) {
      case WORKSPACE -> Reason.SCRATCH;
      case STATE -> Reason.STATE;
      case PERSISTENT -> Reason.PACKED;
      case PARAMETER ->
          buffer.end() > facts.initEnd() ? Reason.PARAMETER : reasonOfUse(buffer, time);
      case INPUT, OUTPUT, TRANSIENT -> reasonOfUse(buffer, time);
    };
  }

  private static Reason reasonOfUse(BufferFacts buffer, int time) {
    if (buffer.isTouched(time)) {
      return Reason.TOUCHED;
    }
    if (!buffer.readsAfter(time).isEmpty()) {
      return Reason.READ_LATER;
    }
    return switch (buffer.fate()) {
      case RETURNED, NEXT_STATE -> Reason.RETURNED;
      case DROPPED -> Reason.HELD;
    };
  }

  private static @Nullable Again again(PlanFacts facts, BufferFacts buffer, int time) {
    if (buffer.writes().isEmpty() || buffer.writes().getLast() > time) {
      return null;
    }
    int next = buffer.readsAfter(time).stream().findFirst().orElse(buffer.end() - 1);
    long flops = 0;
    var missing = new LinkedHashSet<Integer>();
    for (int writer : buffer.writes()) {
      StepFacts step = facts.steps().get(writer);
      flops += step.flops();
      for (int read : step.reads()) {
        if (!facts.buffers().get(read).isAlive(next)) {
          missing.add(read);
        }
      }
    }
    return new Again(flops, new ArrayList<>(missing));
  }

  private static Store store(BufferFacts buffer, int time) {
    long bytes = Math.min(buffer.bytes(), buffer.aliveBytes(time));
    return new Store(buffer.kind() == Buffer.Kind.PARAMETER ? 0 : bytes, bytes);
  }
}
