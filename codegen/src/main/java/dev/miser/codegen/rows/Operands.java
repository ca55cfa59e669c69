package dev.miser.codegen.rows;

import dev.miser.codegen.EmittedKernel;
import dev.miser.codegen.vector.Lane;
import dev.miser.codegen.vector.Lanes;
import dev.miser.codegen.vector.Sources;
import dev.miser.ir.func.Instruction;
import dev.miser.ir.op.Constant;
import dev.miser.ir.op.Iota;
import dev.miser.ir.op.Random;
import dev.miser.ir.op.Value;
import dev.miser.ir.plan.Access;
import dev.miser.ir.plan.Group;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.UnaryOperator;

/** The leaves of a group as streams through a space. */
final class Operands {
  private final Group group;
  private final String prefix;
  private final UnaryOperator<List<Long>> expand;
  private final Map<Value, Stream> streams = new LinkedHashMap<>();

  /**
   * @param prefix of the streams' names
   * @param expand makes steps along the axes of the space of those along a leaf's axes
   */
  Operands(Group group, String prefix, UnaryOperator<List<Long>> expand) {
    this.group = group;
    this.prefix = prefix;
    this.expand = expand;
  }

  /** Returns the leaves that instructions read. */
  static Set<Value> leaves(Group group, Collection<Instruction> instructions) {
    var leaves = new LinkedHashSet<Value>();
    for (Instruction instruction : instructions) {
      instruction.operands().stream().filter(group.leaves()::containsKey).forEach(leaves::add);
    }
    return leaves;
  }

  /** Returns the streams of these leaves; constants have none. */
  List<Stream> streams(Collection<Value> leaves) {
    var all = new ArrayList<Stream>();
    for (Value leaf : leaves) {
      if (!(group.leaf(leaf).origin() instanceof Constant)) {
        all.add(streams.computeIfAbsent(leaf, this::stream));
      }
    }
    return all;
  }

  private Stream stream(Value leaf) {
    Access access = group.leaf(leaf);
    String name = prefix + streams.size();
    List<Long> steps = expand.apply(access.strides());
    if (!access.isMemory()) {
      return Stream.given(
          name, leaf.type().element(), 1, steps, new EmittedKernel.Count(access.base()));
    }
    long bytes = leaf.type().element().bytes();
    return Stream.given(
        name,
        leaf.type().element(),
        bytes,
        steps,
        new EmittedKernel.OffsetOf(access.source(), access.base() * bytes));
  }

  /** Adds the lanes of these leaves, which a pass has read. */
  void bind(
      Collection<Value> leaves, Lanes lanes, Map<String, Lane> read, Map<Value, Lane> values) {
    for (Value leaf : leaves) {
      if (values.containsKey(leaf)) {
        continue;
      }
      Lane lane =
          switch (group.leaf(leaf).origin()) {
            case Constant constant -> Sources.constant(lanes, constant);
            case Iota iota -> Sources.iota(lanes, leaf.type().element(), of(leaf, read).code());
            case null -> of(leaf, read);
            case Random random -> throw new IllegalArgumentException("random numbers: " + leaf);
          };
      values.put(leaf, lane);
    }
  }

  private Lane of(Value leaf, Map<String, Lane> read) {
    Stream stream = Objects.requireNonNull(streams.get(leaf));
    return Objects.requireNonNull(read.get(stream.name()));
  }
}
