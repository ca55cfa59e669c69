package dev.miser.codegen.rows;

import dev.miser.codegen.vector.Expressions;
import dev.miser.codegen.vector.Lane;
import dev.miser.ir.diag.Place;
import dev.miser.ir.func.Instruction;
import dev.miser.ir.op.Elementwise;
import dev.miser.ir.op.Random;
import dev.miser.ir.op.Value;
import dev.miser.ir.plan.Access;
import dev.miser.ir.plan.Group;
import dev.miser.ir.plan.Target;
import dev.miser.ir.type.ElementType;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Questions that the templates of this package ask about a group. */
final class RowGroups {
  /** What one method can be given, and what the compiler's tiers take in one method. */
  private static final int MOST_PLACES = 20;

  private static final int MOST_INSTRUCTIONS = 40;

  private RowGroups() {}

  /** Returns whether the group is small enough for methods of its own, and reads no randomness. */
  static boolean isWritable(Group group) {
    return group.leaves().size() + group.outputs().size() <= MOST_PLACES
        && group.prologue().size() + group.epilogue().size() <= MOST_INSTRUCTIONS
        && group.leaves().values().stream()
            .noneMatch(access -> access.origin() instanceof Random || access.panels() != null);
  }

  /** Returns the bytes that are read and written at least once. */
  static double bytes(Group group) {
    double bytes = 0;
    for (Value output : group.outputs()) {
      bytes += output.type().byteCount();
    }
    var sources = new HashSet<Value>();
    for (Access access : group.leaves().values()) {
      if (access.isMemory() && sources.add(access.source())) {
        bytes += access.source().type().byteCount();
      }
    }
    return bytes;
  }

  static Set<Value> results(Collection<Instruction> instructions) {
    var results = new HashSet<Value>();
    instructions.forEach(i -> results.add(i.result()));
    return results;
  }

  /**
   * Returns by which type's width vectors can run, or null.
   *
   * @param operations besides the instructions
   * @param held types of lanes besides what the streams have: of sums, of constants
   */
  static @Nullable ElementType master(
      List<Instruction> instructions,
      List<? extends Elementwise> operations,
      Collection<Stream> streams,
      List<ElementType> held,
      Target target) {
    var all = new ArrayList<>(instructions);
    for (Elementwise operation : operations) {
      all.add(new Instruction(new Value("any", operation.inferType()), operation, Place.NONE));
    }
    var memory = new HashSet<ElementType>();
    streams.forEach(stream -> memory.add(stream.type()));
    memory.addAll(held);
    return Expressions.vectorMaster(all, memory, target);
  }

  static Lane lane(Map<Value, Lane> values, Value value) {
    return Objects.requireNonNull(values.get(value), value::toString);
  }

  /**
   * Returns whether every leaf that reads {@code input} reads, for each element of {@code output},
   * exactly the bytes that this element is written to.
   */
  static boolean readsInPlace(Group group, Value output, Value input) {
    if (output.type().element().bytes() != input.type().element().bytes()
        || output.type().elementCount() != input.type().elementCount()) {
      return false;
    }
    for (Access access : group.leaves().values()) {
      if (access.isMemory()
          && access.source().equals(input)
          && (!access.isWhole() || !access.shape().equals(output.type().shape()))) {
        return false;
      }
    }
    return true;
  }

  /** Returns whether one of these leaves reads {@code input}. */
  static boolean reads(Group group, Collection<Value> leaves, Value input) {
    return leaves.stream().anyMatch(leaf -> group.leaf(leaf).source().equals(input));
  }
}
