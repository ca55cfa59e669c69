package dev.miser.ir.plan;

import dev.miser.ir.diag.Code;
import dev.miser.ir.diag.RuleViolation;
import dev.miser.ir.func.Parameter;
import dev.miser.ir.func.StateUpdate;
import dev.miser.ir.op.Concat;
import dev.miser.ir.op.Reshape;
import dev.miser.ir.op.Slice;
import dev.miser.ir.op.Value;
import dev.miser.ir.type.TensorType;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Which buffers a schedule needs, when each is alive, and where inside a buffer each value lies.
 * Views share the buffer of what they view.
 *
 * <p>Times: a parameter is loaded right before the first init step that reads it, or after init; it
 * leaves when only init reads it. An input is set before the first step and may be overwritten
 * after its last use. Results and next states stay until the end of the step; what init made for
 * steps, and state, always. Kernels use values, views do not.
 */
public final class Buffers {
  /** Where a value lies: a buffer and a byte offset inside it. */
  public record Placement(Buffer buffer, long offset) {}

  /** The time at which a parameter or a view is written. */
  private static final int NEVER = -1;

  private record Link(Value parent, long offset) {}

  private final Schedule schedule;
  private final int initEnd;
  private final int end;
  private final Map<Value, Link> links = new HashMap<>();
  private final Map<Value, Integer> definitions = new LinkedHashMap<>();
  private final Map<Value, Integer> lastUses = new HashMap<>();
  private final Map<Value, Integer> firstUses = new HashMap<>();
  private final List<Buffer> all = new ArrayList<>();
  private final Map<Value, Buffer> byRoot = new LinkedHashMap<>();
  private final Map<Integer, Buffer> workspaces = new LinkedHashMap<>();
  private final Map<Buffer, List<Extent>> extents = new HashMap<>();

  private Buffers(Schedule schedule) {
    this.schedule = schedule;
    this.initEnd = schedule.init().size();
    this.end = initEnd + schedule.steps().size();
    scan();
    buffers();
    extents.putAll(new Extents(schedule, this).all());
  }

  /** Returns the buffers of a schedule. */
  public static Buffers of(Schedule schedule) {
    return new Buffers(schedule);
  }

  /** Returns all buffers: parameters first, then in the order of the steps that need them. */
  public List<Buffer> all() {
    return List.copyOf(all);
  }

  /** Returns where a value lies, or null if it needs no memory: no kernel reads the parameter. */
  public @Nullable Placement find(Value value) {
    long offset = 0;
    Value root = value;
    for (Link link = links.get(root); link != null; link = links.get(root)) {
      offset += link.offset;
      root = link.parent;
    }
    Buffer buffer = byRoot.get(root);
    return buffer == null ? null : new Placement(buffer, offset);
  }

  /** Returns where a value lies; it must have a buffer. */
  public Placement of(Value value) {
    Placement placement = find(value);
    if (placement == null) {
      throw new RuleViolation(Code.PLAN_MISSING, value.name());
    }
    return placement;
  }

  /** Returns the workspace of the kernel at a time, or null if it has none. */
  public @Nullable Buffer workspace(int time) {
    return workspaces.get(time);
  }

  /**
   * Returns which lines of a buffer are alive when, in order of bytes; none of an empty buffer.
   * What a kernel writes is alive from then on until the last kernel that reads it, or until
   * something takes it from outside; what is loaded for init alone, from the first kernel that
   * reads it.
   */
  public List<Extent> extents(Buffer buffer) {
    return extents.getOrDefault(buffer, List.of());
  }

  /** Returns the number of init steps: the time at which the step begins. */
  public int initEnd() {
    return initEnd;
  }

  /** Returns the time after the last step. */
  public int end() {
    return end;
  }

  private void scan() {
    for (Parameter parameter : schedule.parameters()) {
      definitions.put(parameter.value(), NEVER);
    }
    List<Step> timeline = schedule.timeline();
    for (int time = 0; time < timeline.size(); time++) {
      switch (timeline.get(time)) {
        case Kernel kernel -> {
          for (Value input : kernel.inputs()) {
            lastUses.put(input, time);
            firstUses.putIfAbsent(input, time);
          }
          for (Value output : kernel.outputs()) {
            definitions.put(output, time);
          }
        }
        case View view -> {
          definitions.put(view.instruction().result(), NEVER);
          link(view);
        }
      }
    }
    for (Value result : schedule.results()) {
      keep(result);
    }
    for (StateUpdate update : schedule.updates()) {
      keep(update.next());
    }
  }

  private void keep(Value value) {
    lastUses.put(value, end);
    firstUses.putIfAbsent(value, end);
  }

  private void link(View view) {
    Value result = view.instruction().result();
    switch (view.instruction().op()) {
      case Reshape(Value x, var shape) -> links.put(result, new Link(x, 0));
      case Slice slice -> links.put(result, new Link(slice.x(), contiguousOffset(slice)));
      case Concat concat -> {
        long offset = 0;
        for (Value input : concat.inputs()) {
          links.put(input, new Link(result, offset));
          offset += input.type().byteCount();
        }
      }
      // Any other operation moves bytes; the schedule verifier reports it.
      default -> throw new RuleViolation(Code.SCHEDULE_VIEW, result, "it moves bytes");
    }
  }

  /**
   * Returns the byte offset of a contiguous slice inside its operand, or throws if it is not one.
   */
  public static long contiguousOffset(Slice slice) {
    if (!isContiguous(slice)) {
      throw new RuleViolation(Code.SCHEDULE_VIEW, "slice", "it is not contiguous");
    }
    TensorType type = slice.x().type();
    long offset = 0;
    for (int axis = 0; axis < type.rank(); axis++) {
      offset += slice.start().get(axis) * type.shape().elementCount(axis + 1, type.rank());
    }
    return offset * type.element().bytes();
  }

  /** Returns whether the elements of a slice lie next to each other in its operand. */
  public static boolean isContiguous(Slice slice) {
    TensorType from = slice.x().type();
    TensorType to = slice.inferType();
    if (to.elementCount() == 0) {
      return true;
    }
    boolean outerIsOne = true;
    for (int axis = 0; axis < from.rank(); axis++) {
      if (to.dim(axis) != from.dim(axis) && !outerIsOne) {
        return false;
      }
      if (slice.stride().get(axis) != 1 && to.dim(axis) > 1) {
        return false;
      }
      outerIsOne &= to.dim(axis) == 1;
    }
    return true;
  }

  private void buffers() {
    Map<Value, List<Value>> members = new LinkedHashMap<>();
    for (Value value : definitions.keySet()) {
      members.computeIfAbsent(root(value), r -> new ArrayList<>()).add(value);
    }
    Map<Value, Parameter> parameters = new HashMap<>();
    schedule.parameters().forEach(p -> parameters.put(p.value(), p));
    Set<Value> results = new HashSet<>(schedule.results());
    members.forEach((root, values) -> {
      Buffer buffer = buffer(root, values, parameters.get(root), results);
      if (buffer != null) {
        byRoot.put(root, buffer);
        all.add(buffer);
      }
    });
    List<Step> timeline = schedule.timeline();
    for (int time = 0; time < timeline.size(); time++) {
      if (timeline.get(time) instanceof Kernel kernel && kernel.workspaceBytes() > 0) {
        Buffer workspace =
            new Buffer(
                kernel.outputs().getFirst().name() + ".workspace",
                Buffer.Kind.WORKSPACE,
                kernel.workspaceBytes(),
                time,
                time + 1);
        workspaces.put(time, workspace);
        all.add(workspace);
      }
    }
  }

  private Value root(Value value) {
    Value root = value;
    for (Link link = links.get(root); link != null; link = links.get(root)) {
      root = link.parent;
    }
    return root;
  }

  private @Nullable Buffer buffer(
      Value root, List<Value> members, @Nullable Parameter parameter, Set<Value> results) {
    int first = Integer.MAX_VALUE;
    int last = -1;
    boolean isResult = false;
    for (Value member : members) {
      Integer defined = definitions.get(member);
      if (defined != null && defined >= 0) {
        first = Math.min(first, defined);
        last = Math.max(last, defined);
      }
      first = Math.min(first, firstUses.getOrDefault(member, Integer.MAX_VALUE));
      last = Math.max(last, lastUses.getOrDefault(member, -1));
      isResult |= results.contains(member);
    }
    long bytes = root.type().byteCount();
    if (parameter != null) {
      if (last < 0 && parameter.role() == Parameter.Role.PARAM) {
        return null;
      }
      return switch (parameter.role()) {
        case INPUT ->
            new Buffer(
                root.name(), Buffer.Kind.INPUT, bytes, initEnd, Math.max(initEnd + 1, cap(last)));
        case STATE ->
            new Buffer(root.name(), Buffer.Kind.STATE, bytes, Math.min(first, initEnd), end);
        case PARAM ->
            last < initEnd
                ? new Buffer(root.name(), Buffer.Kind.PARAMETER, bytes, first, last + 1)
                : new Buffer(
                    root.name(), Buffer.Kind.PARAMETER, bytes, Math.min(first, initEnd), end);
      };
    }
    if (first < initEnd) {
      return last < initEnd
          ? new Buffer(root.name(), Buffer.Kind.TRANSIENT, bytes, first, last + 1)
          : new Buffer(root.name(), Buffer.Kind.PERSISTENT, bytes, first, end);
    }
    Buffer.Kind kind = isResult ? Buffer.Kind.OUTPUT : Buffer.Kind.TRANSIENT;
    return new Buffer(root.name(), kind, bytes, first, cap(last));
  }

  private int cap(int last) {
    return Math.min(last + 1, end);
  }
}
