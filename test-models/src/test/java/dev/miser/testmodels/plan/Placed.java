package dev.miser.testmodels.plan;

import static java.util.Objects.requireNonNull;

import dev.miser.ir.op.Concat;
import dev.miser.ir.op.Op;
import dev.miser.ir.op.Reshape;
import dev.miser.ir.op.Slice;
import dev.miser.ir.op.Value;
import dev.miser.ir.plan.Schedule;
import dev.miser.ir.plan.Step;
import dev.miser.ir.plan.View;
import dev.miser.ir.type.Shape;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Where values lie inside each other, and which bytes views hold, element by element. */
final class Placed {
  /** A value that begins at a byte of another. */
  record Inside(Value holder, long at) {}

  private final Map<Value, Inside> insides = new HashMap<>();

  Placed(Schedule schedule) {
    for (Step step : schedule.timeline()) {
      if (step instanceof View(var instruction)) {
        Value result = instruction.result();
        if (instruction.op() instanceof Concat concat) {
          long at = 0;
          for (Value part : concat.inputs()) {
            insides.put(part, new Inside(result, at));
            at += part.type().byteCount();
          }
        } else {
          Value whole = instruction.operands().getFirst();
          long first = 0;
          if (instruction.op() instanceof Slice slice) {
            first = index(whole.type().shape(), slice.start()) * bytes(whole);
          }
          insides.put(result, new Inside(whole, first));
        }
      }
    }
  }

  /**
   * Returns the value that has a buffer of its own, and the byte of it at which this one begins.
   */
  Inside outermost(Value value) {
    Inside inside = insides.get(value);
    if (inside == null) {
      return new Inside(value, 0);
    }
    Inside outer = outermost(inside.holder());
    return new Inside(outer.holder(), outer.at() + inside.at());
  }

  /** Returns the bytes that the result of a view holds, given those of its operands. */
  static long[] content(View view, Map<Value, long[]> contents) {
    Value result = view.instruction().result();
    long[] bytes = new long[Math.toIntExact(result.type().byteCount())];
    Op op = view.instruction().op();
    for (long element = 0; element < result.type().elementCount(); element++) {
      List<Long> at = position(result.type().shape(), element);
      switch (op) {
        case Reshape reshape -> copy(reshape.x(), element, bytes, element, contents);
        case Slice slice -> {
          for (int axis = 0; axis < at.size(); axis++) {
            at.set(axis, slice.start().get(axis) + at.get(axis) * slice.stride().get(axis));
          }
          copy(slice.x(), index(slice.x().type().shape(), at), bytes, element, contents);
        }
        case Concat concat -> {
          int axis = concat.axis();
          for (Value part : concat.inputs()) {
            long size = part.type().dim(axis);
            if (at.get(axis) >= 0 && at.get(axis) < size) {
              copy(part, index(part.type().shape(), at), bytes, element, contents);
            }
            at.set(axis, at.get(axis) - size);
          }
        }
        // A schedule with any other view is not legal.
        case Op other -> throw new IllegalArgumentException(view.toString());
      }
    }
    return bytes;
  }

  private static void copy(
      Value from, long source, long[] to, long target, Map<Value, long[]> contents) {
    long[] content = requireNonNull(contents.get(from));
    int size = bytes(from);
    for (int i = 0; i < size; i++) {
      to[(int) target * size + i] = content[(int) source * size + i];
    }
  }

  private static int bytes(Value value) {
    return value.type().element().bytes();
  }

  private static List<Long> position(Shape shape, long element) {
    var at = new ArrayList<Long>();
    long rest = element;
    for (int axis = shape.rank() - 1; axis >= 0; axis--) {
      at.addFirst(rest % shape.dim(axis));
      rest /= shape.dim(axis);
    }
    return at;
  }

  private static long index(Shape shape, List<Long> at) {
    long index = 0;
    for (int axis = 0; axis < shape.rank(); axis++) {
      index = index * shape.dim(axis) + at.get(axis);
    }
    return index;
  }
}
