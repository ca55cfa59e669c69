package dev.miser.passes.fuse;

import dev.miser.ir.func.Function;
import dev.miser.ir.func.Instruction;
import dev.miser.ir.func.Parameter;
import dev.miser.ir.op.Constant;
import dev.miser.ir.op.Elementwise;
import dev.miser.ir.op.Layout;
import dev.miser.ir.op.Op;
import dev.miser.ir.op.Source;
import dev.miser.ir.op.Value;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * What can be known before the step: values that depend on parameters and constants alone.
 *
 * @param fixed all such values, parameters included
 * @param kept those of them that init may keep for the step: what only stretches few bytes over
 *     many is left to the kernels that read it
 */
record Hoist(Set<Value> fixed, Set<Value> kept) {
  /** Below this size, keeping a stretched value costs nothing worth sparing. */
  private static final long SMALL_BYTES = 64 << 10;

  /**
   * Returns what is known before the step of a function.
   *
   * @param ofStep values that the step has to make whatever they depend on
   */
  static Hoist of(Function function, Set<Value> ofStep) {
    var fixed = new HashSet<Value>();
    var kept = new HashSet<Value>();
    // The bytes of memory that a fixed value comes from.
    Map<Value, Long> sources = new HashMap<>();
    for (Parameter parameter : function.parameters(Parameter.Role.PARAM)) {
      fixed.add(parameter.value());
      sources.put(parameter.value(), parameter.value().type().byteCount());
    }
    for (Instruction instruction : function.body()) {
      if (!fixed.containsAll(instruction.operands()) || ofStep.contains(instruction.result())) {
        continue;
      }
      fixed.add(instruction.result());
      long source = 0;
      for (Value operand : instruction.operands().stream().distinct().toList()) {
        source += sources.getOrDefault(operand, 0L);
      }
      long bytes = instruction.type().byteCount();
      boolean keep = !stretches(instruction.op()) || bytes <= Math.max(source, SMALL_BYTES);
      if (keep) {
        kept.add(instruction.result());
      }
      sources.put(
          instruction.result(), keep && !Leaves.isLeaf(instruction) ? (Long) bytes : source);
    }
    return new Hoist(fixed, kept);
  }

  /** Whether the operation is cheap to do again; all others are worth keeping at any size. */
  private static boolean stretches(Op op) {
    return switch (op) {
      case Constant(var literal) -> literal.isSplat();
      case Source source -> true;
      case Elementwise elementwise -> true;
      case Layout layout -> true;
      // What sums, orders or looks up is dear.
      case Op other -> false;
    };
  }
}
