package dev.miser.passes.memory.strips;

import dev.miser.ir.op.Op;
import dev.miser.ir.op.Reshape;
import dev.miser.ir.op.Value;
import dev.miser.ir.plan.Cut;
import dev.miser.ir.plan.Kernel;
import dev.miser.ir.plan.Step;
import dev.miser.ir.plan.View;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Which part of each value one strip needs: from the last step of a chain, whose output the strip
 * is a part of, back as long as a part of each output will do.
 */
final class Demand {
  private final Facts facts;
  private final int last;
  private final Map<Value, Part> parts = new LinkedHashMap<>();
  private final Set<Value> wholes = new HashSet<>();
  private final Map<Integer, KernelPart> kernels = new HashMap<>();
  private final Set<Integer> views = new HashSet<>();

  /**
   * @param last the position of a kernel with one output
   * @param strip a part of that output
   */
  Demand(Facts facts, int last, Part strip) {
    this.facts = facts;
    this.last = last;
    parts.put(facts.kernel(last).outputs().getFirst(), strip);
  }

  /**
   * Takes in the step before those taken in so far, the last one at first. Returns false if the
   * chain cannot begin as early.
   */
  boolean takeIn(int position) {
    Step step = facts.schedule().steps().get(position);
    return switch (step) {
      case View view -> view(view, position);
      case Kernel kernel -> kernel(kernel, position);
    };
  }

  /** Returns the part of a value that the strip needs; it must need one. */
  Part part(Value value) {
    Part part = parts.get(value);
    if (part == null) {
      throw new IllegalArgumentException("no part of " + value + " is needed");
    }
    return part;
  }

  /** Returns the cut of the kernel at a position, as if all it reads lay whole in memory. */
  @Nullable KernelPart cut(int position) {
    return kernels.get(position);
  }

  /** Returns whether the view at a position becomes a view of a strip; others stay as they are. */
  boolean isCut(int position) {
    return views.contains(position);
  }

  private boolean view(View view, int position) {
    Value result = view.instruction().result();
    Op op = view.instruction().op();
    Part part = parts.get(result);
    if (part != null
        && !wholes.contains(result)
        && op instanceof Reshape
        && facts.liveness().isUsedWithin(result, position, last)) {
      var seen = new HashMap<Value, Part>();
      Op cut = PartOfOp.of(op, part, new Noting(seen));
      if (cut != null) {
        seen.forEach(this::want);
        views.add(position);
        return true;
      }
    }
    // A slice of weights, for example: it is there before the chain begins.
    wholes.addAll(view.instruction().operands());
    return true;
  }

  private boolean kernel(Kernel kernel, int position) {
    Value output = kernel.outputs().getFirst();
    Part part = parts.get(output);
    boolean isInner = position < last;
    if (part == null
        || kernel.outputs().size() != 1
        || wholes.contains(output)
        || part.isWholeOf(output.type())
        || (isInner && !facts.liveness().isUsedWithin(output, position, last))
        || !allows(position, part)) {
      return false;
    }
    var names = new Locals();
    KernelPart cut = KernelPart.of(facts, position, part, Map.of(), names::fresh);
    if (cut == null) {
      return false;
    }
    cut.parts().forEach(this::want);
    wholes.addAll(cut.wholes());
    kernels.put(position, cut);
    return true;
  }

  private boolean allows(int position, Part part) {
    for (Cut cut : facts.cuts(position)) {
      if (cut.axis() == part.axis() && part.from() % cut.multiple() == 0) {
        return true;
      }
    }
    return false;
  }

  private void want(Value value, Part part) {
    Part before = parts.get(value);
    if (before != null && before.axis() != part.axis()) {
      wholes.add(value);
    } else {
      parts.merge(value, part, Part::hull);
    }
  }

  /** Notes which part of its operand a view shows. */
  private record Noting(Map<Value, Part> seen) implements PartOfOp.Operands {
    @Override
    public Value part(Value value, @Nullable Part part) {
      if (part == null) {
        return value;
      }
      seen.put(value, part);
      return new Value(value.name(), part.of(value.type()));
    }

    @Override
    public Value view(Value value, @Nullable Part part) {
      return part(value, part);
    }
  }

  /** Names that are told apart in one body. */
  private static final class Locals {
    private int count;

    String fresh(String name) {
      return name + "." + count++;
    }
  }
}
