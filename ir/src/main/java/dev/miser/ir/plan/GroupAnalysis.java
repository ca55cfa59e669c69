package dev.miser.ir.plan;

import dev.miser.ir.func.Instruction;
import dev.miser.ir.op.ArgReduce;
import dev.miser.ir.op.Attention;
import dev.miser.ir.op.Concat;
import dev.miser.ir.op.Constant;
import dev.miser.ir.op.Convolution;
import dev.miser.ir.op.Cumulative;
import dev.miser.ir.op.Dot;
import dev.miser.ir.op.Elementwise;
import dev.miser.ir.op.Gather;
import dev.miser.ir.op.Indexing;
import dev.miser.ir.op.Iota;
import dev.miser.ir.op.Layout;
import dev.miser.ir.op.Normalization;
import dev.miser.ir.op.Op;
import dev.miser.ir.op.Ordering;
import dev.miser.ir.op.PackPanels;
import dev.miser.ir.op.Pad;
import dev.miser.ir.op.Random;
import dev.miser.ir.op.Reduce;
import dev.miser.ir.op.TransposedConvolution;
import dev.miser.ir.op.Value;
import dev.miser.ir.op.Windowed;
import dev.miser.ir.plan.Group.Family;
import dev.miser.ir.type.Shape;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Finds the family of one kernel body. */
final class GroupAnalysis {
  private final Map<Value, Instruction> definitions = new LinkedHashMap<>();
  private final Map<Value, Access> accesses = new HashMap<>();
  private final Map<Value, Access> leaves = new LinkedHashMap<>();
  private final List<Instruction> elementwise = new ArrayList<>();
  private @Nullable Instruction anchor;

  private GroupAnalysis() {}

  static @Nullable Group analyse(List<Instruction> body, List<Value> outputs) {
    var analysis = new GroupAnalysis();
    return outputs.isEmpty() || !analysis.sort(body) ? null : analysis.group(outputs);
  }

  /** Sorts instructions into leaf chains, elementwise ones and the anchor; false if one is none. */
  private boolean sort(List<Instruction> body) {
    for (Instruction instruction : body) {
      definitions.put(instruction.result(), instruction);
      Op op = instruction.op();
      if (family(op) != null) {
        if (anchor != null) {
          return false;
        }
        anchor = instruction;
      } else if (op instanceof Elementwise) {
        elementwise.add(instruction);
      } else {
        Access access =
            switch (op) {
              case Constant constant ->
                  Access.computed(instruction.result(), constant); // family() took those of many
              case Iota iota -> Access.computed(instruction.result(), iota);
              case Random random -> Access.computed(instruction.result(), random);
              case Layout layout -> chain(layout);
              // Every other operation is an anchor or elementwise.
              case Op other -> null;
            };
        if (access == null) {
          return false;
        }
        accesses.put(instruction.result(), access);
      }
    }
    return true;
  }

  private @Nullable Access chain(Layout layout) {
    Access access = access(layout.operands().getFirst());
    return access == null ? null : access.through(layout);
  }

  private @Nullable Access access(Value value) {
    return definitions.containsKey(value) ? accesses.get(value) : Access.memory(value);
  }

  /** Returns the family that an operation anchors, or null if it anchors none. */
  private static @Nullable Family family(Op op) {
    return switch (op) {
      case Reduce reduce -> Family.REDUCE;
      case ArgReduce reduce -> Family.REDUCE;
      case Dot dot -> Family.DOT;
      case Convolution convolution -> Family.CONV;
      case TransposedConvolution convolution -> Family.CONV;
      case Windowed windowed -> Family.POOL;
      case Normalization normalization -> Family.NORM;
      case Attention attention -> Family.ATTENTION;
      case Concat concat -> Family.MOVE;
      case Pad pad -> Family.MOVE;
      case PackPanels pack -> Family.MOVE;
      case Indexing indexing -> Family.MOVE;
      case Cumulative cumulative -> Family.MOVE;
      case Ordering ordering -> Family.MOVE;
      case Constant(var literal) -> literal.isSplat() ? null : Family.MOVE;
      case Iota iota -> null;
      case Random random -> null;
      case Layout layout -> null;
      case Elementwise elementwise -> null;
    };
  }

  private @Nullable Group group(List<Value> outputs) {
    Instruction center = anchor;
    Family family = center == null ? Family.LOOP : family(center.op());
    if (family == null) {
      return null;
    }
    Set<Value> before = center == null ? Set.of() : ancestors(center);
    var prologue = new ArrayList<Instruction>();
    var epilogue = new ArrayList<Instruction>();
    for (Instruction instruction : elementwise) {
      (before.contains(instruction.result()) ? prologue : epilogue).add(instruction);
    }
    Shape shape = center == null ? outputs.getFirst().type().shape() : center.type().shape();
    boolean fits =
        center == null
            ? sameShape(outputs, shape)
            : anchored(family, center, prologue, epilogue) && outputsFit(center, outputs, prologue);
    if (!fits || !reads(family, center, prologue, epilogue, shape)) {
      return null;
    }
    for (Value output : outputs) {
      if (!definitions.containsKey(output)) {
        return null;
      }
      if (accesses.containsKey(output) && !leaf(output)) {
        return null;
      }
    }
    return new Group(family, center, prologue, epilogue, leaves, outputs);
  }

  private Set<Value> ancestors(Instruction of) {
    var found = new HashSet<Value>();
    var work = new ArrayList<>(of.operands());
    while (!work.isEmpty()) {
      Value value = work.removeLast();
      Instruction definition = definitions.get(value);
      if (definition != null && found.add(value)) {
        work.addAll(definition.operands());
      }
    }
    return found;
  }

  private static boolean sameShape(List<Value> values, Shape shape) {
    return values.stream().allMatch(v -> v.type().shape().equals(shape));
  }

  /** Returns whether an anchor of this family may have these instructions around it. */
  private static boolean anchored(
      Family family, Instruction anchor, List<Instruction> prologue, List<Instruction> epilogue) {
    boolean before = family == Family.REDUCE || family == Family.NORM;
    boolean after = family != Family.MOVE || anchor.op() instanceof Gather;
    return (before || prologue.isEmpty()) && (after || epilogue.isEmpty());
  }

  /**
   * An anchored kernel writes what it computes; copying a leaf besides is another kernel's work.
   */
  private boolean outputsFit(Instruction center, List<Value> outputs, List<Instruction> prologue) {
    for (Value output : outputs) {
      if (accesses.containsKey(output)) {
        return false;
      }
    }
    Set<Value> early = results(prologue);
    return outputs.stream().anyMatch(o -> !early.contains(o) || o.equals(center.result()));
  }

  private static Set<Value> results(List<Instruction> instructions) {
    var results = new HashSet<Value>();
    instructions.forEach(i -> results.add(i.result()));
    return results;
  }

  /** Collects the leaves; false if an instruction reads what it cannot. */
  private boolean reads(
      Family family,
      @Nullable Instruction center,
      List<Instruction> prologue,
      List<Instruction> epilogue,
      Shape shape) {
    Set<Value> early = results(prologue);
    if (center != null) {
      List<Value> operands = center.operands();
      for (Instruction instruction : prologue) {
        if (!instruction.type().shape().equals(operands.getFirst().type().shape())
            || !leavesOf(instruction, early)) {
          return false;
        }
      }
      boolean packed = family == Family.DOT || family == Family.CONV;
      for (int i = 0; i < operands.size(); i++) {
        Value operand = operands.get(i);
        if (!(i == 0 && early.contains(operand)) && !anchorLeaf(operand, packed)) {
          return false;
        }
      }
    }
    var known = results(epilogue);
    if (center != null) {
      known.add(center.result());
    }
    if (family == Family.NORM) {
      known.addAll(early);
    }
    for (Instruction instruction : epilogue) {
      if (!instruction.type().shape().equals(shape) || !leavesOf(instruction, known)) {
        return false;
      }
    }
    return true;
  }

  private boolean leavesOf(Instruction instruction, Set<Value> known) {
    for (Value operand : instruction.operands()) {
      if (!known.contains(operand) && !leaf(operand)) {
        return false;
      }
    }
    return true;
  }

  /** Notes a value as a leaf that elementwise instructions read; false if it cannot be one. */
  private boolean leaf(Value value) {
    Access access = access(value);
    if (access == null || access.panels() != null) {
      return false;
    }
    return note(value, access);
  }

  private boolean anchorLeaf(Value value, boolean packed) {
    Access access = access(value);
    if (access == null || (access.panels() != null && !packed)) {
      return false;
    }
    return note(value, access);
  }

  private boolean note(Value value, Access access) {
    leaves.put(value, access);
    // The key of random numbers is read too.
    return !(access.origin() instanceof Random random) || leaf(random.key());
  }
}
