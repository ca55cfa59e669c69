package dev.miser.ir.plan;

import dev.miser.ir.op.Names;
import dev.miser.ir.op.Value;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A schedule with an offset in the arena for every buffer, and the certificate. Checked, never
 * edited.
 *
 * @param allocations every buffer of {@link Buffers#of}, in its order
 * @param inPlace outputs that take over the bytes of an input dying in the same step
 */
public record Plan(
    Schedule schedule,
    List<Allocation> allocations,
    List<InPlace> inPlace,
    long arenaBytes,
    Certificate certificate) {
  /** Where a buffer lies. */
  public record Allocation(Buffer buffer, long offset) {
    /** Returns the offset after the buffer's last byte. */
    public long end() {
      return offset + buffer.bytes();
    }
  }

  /**
   * {@code output}'s buffer may share bytes with {@code input}'s at the time when one ends and the
   * other starts.
   */
  public record InPlace(Value output, Value input) {}

  public Plan {
    allocations = List.copyOf(allocations);
    inPlace = List.copyOf(inPlace);
  }

  /** Answers where values lie; made once a plan. */
  public static final class Offsets {
    private final Buffers buffers;
    private final Map<Buffer, Long> offsets = new HashMap<>();

    private Offsets(Plan plan) {
      this.buffers = Buffers.of(plan.schedule);
      plan.allocations.forEach(a -> offsets.put(a.buffer(), a.offset()));
    }

    /** Returns the byte offset of a value in the arena. */
    public long of(Value value) {
      Buffers.Placement placement = buffers.of(value);
      return offsets.getOrDefault(placement.buffer(), 0L) + placement.offset();
    }

    /** Returns the byte offset of the workspace of the kernel at a time; 0 if it has none. */
    public long workspace(int time) {
      Buffer workspace = buffers.workspace(time);
      return workspace == null ? 0 : offsets.getOrDefault(workspace, 0L);
    }

    public Buffers buffers() {
      return buffers;
    }
  }

  public Offsets offsets() {
    return new Offsets(this);
  }

  @Override
  public String toString() {
    var out = new StringBuilder("  memory {\n");
    out.append("    arena ").append(arenaBytes).append('\n');
    for (Allocation a : allocations) {
      out.append("    buffer ").append(Names.reference(a.buffer().name()));
      out.append(" at ").append(a.offset()).append(" size ").append(a.buffer().bytes());
      out.append(" live [").append(a.buffer().start()).append(", ");
      out.append(a.buffer().end()).append(")\n");
    }
    for (InPlace pair : inPlace) {
      out.append("    in_place ").append(pair.output()).append(" over ");
      out.append(pair.input()).append('\n');
    }
    out.append("    certificate {naive = ").append(certificate.naiveBytes());
    out.append(", load_bound = ").append(certificate.loadBound());
    out.append(", lower_bound = ").append(certificate.lowerBound());
    out.append(", found_by = ").append(Names.quote(certificate.foundBy()));
    out.append(", proved_by = ").append(Names.quote(certificate.provedBy()));
    out.append(", nodes = ").append(certificate.nodes());
    out.append(", stop = ").append(Names.quote(certificate.stop().text())).append("}\n");
    return SchedulePrinter.print("plan", schedule, out.append("  }\n").toString());
  }
}
