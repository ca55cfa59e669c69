package dev.miser.codegen.rows;

import dev.miser.codegen.EmittedKernel;
import dev.miser.ir.op.Value;
import dev.miser.ir.plan.Group;
import dev.miser.ir.type.Shape;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** What a reduction reads and writes, before and after it, as streams through its operand. */
final class ReduceStreams {
  private final Group group;
  private final Shape shape;
  private final List<Integer> axes;
  private final Operands before;
  private final Operands after;

  ReduceStreams(Group group, Shape shape, List<Integer> axes) {
    this.group = group;
    this.shape = shape;
    this.axes = axes;
    this.before = new Operands(group, "in", this::whole);
    this.after = new Operands(group, "side", this::expand);
  }

  Space space() {
    var all = new ArrayList<Space.Axis>();
    for (int axis = 0; axis < shape.rank(); axis++) {
      Space.Role role = axes.contains(axis) ? Space.Role.REDUCED : Space.Role.KEPT;
      all.add(Space.Axis.of(shape.dim(axis), role));
    }
    if (all.isEmpty()) {
      all.add(Space.Axis.of(1, Space.Role.KEPT));
    }
    return new Space(all);
  }

  /** A scalar has an axis too. */
  private List<Long> whole(List<Long> strides) {
    return strides.isEmpty() ? List.of(0L) : strides;
  }

  /** Inserts a step of 0 along every reduced axis. */
  private List<Long> expand(List<Long> strides) {
    var all = new ArrayList<Long>();
    int kept = 0;
    for (int axis = 0; axis < shape.rank(); axis++) {
      all.add(axes.contains(axis) ? 0L : strides.get(kept++));
    }
    return whole(all);
  }

  Operands before() {
    return before;
  }

  Operands after() {
    return after;
  }

  /** Returns the leaves read before the reduction. */
  Set<Value> early() {
    Set<Value> leaves = Operands.leaves(group, group.prologue());
    Value x = group.requireAnchor().operands().getFirst();
    if (group.leaves().containsKey(x)) {
      leaves.add(x);
    }
    return leaves;
  }

  /** Returns the leaves read after the reduction. */
  Set<Value> late() {
    return Operands.leaves(group, group.epilogue());
  }

  List<Value> earlyOutputs() {
    Set<Value> early = RowGroups.results(group.prologue());
    return group.outputs().stream().filter(early::contains).toList();
  }

  List<Value> lateOutputs() {
    Set<Value> early = RowGroups.results(group.prologue());
    return group.outputs().stream().filter(o -> !early.contains(o)).toList();
  }

  List<Stream> outputs(List<Value> outputs) {
    Set<Value> early = RowGroups.results(group.prologue());
    var streams = new ArrayList<Stream>();
    for (Value output : outputs) {
      List<Long> strides = output.type().shape().strides();
      streams.add(
          Stream.given(
              "out" + group.outputs().indexOf(output),
              output.type().element(),
              output.type().element().bytes(),
              early.contains(output) ? whole(strides) : expand(strides),
              new EmittedKernel.OffsetOf(output)));
    }
    return streams;
  }
}
