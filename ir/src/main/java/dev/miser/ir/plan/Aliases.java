package dev.miser.ir.plan;

import dev.miser.ir.op.Concat;
import dev.miser.ir.op.Op;
import dev.miser.ir.op.Reshape;
import dev.miser.ir.op.Slice;
import dev.miser.ir.op.Value;
import dev.miser.ir.type.Shape;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;

/** Which bytes of which root each value of a schedule is, as the plan checker understands views. */
final class Aliases {
  /** The bytes from {@code offset} of a value that lies inside no other. */
  record Bytes(Value root, long offset, long length) {}

  private record Inside(Value other, long offset) {}

  private final Map<Value, Inside> insides = new HashMap<>();
  private final Map<Value, Bytes> known = new HashMap<>();

  Aliases(Schedule schedule) {
    for (Step step : schedule.timeline()) {
      if (step instanceof View view) {
        add(view);
      }
    }
  }

  private void add(View view) {
    Value result = view.instruction().result();
    switch (view.instruction().op()) {
      case Reshape reshape -> insides.put(result, new Inside(reshape.x(), 0));
      case Slice slice -> insides.put(result, new Inside(slice.x(), firstByte(slice)));
      case Concat concat -> {
        long at = 0;
        for (Value part : concat.inputs()) {
          insides.put(part, new Inside(result, at));
          at += part.type().byteCount();
        }
      }
      // The schedule verifier has refused any other view.
      case Op other -> throw new IllegalArgumentException("not a view: " + view.instruction());
    }
  }

  /** Returns the byte in the operand at which the first element of a slice stands. */
  private static long firstByte(Slice slice) {
    Shape shape = slice.x().type().shape();
    long element = 0;
    for (int axis = 0; axis < shape.rank(); axis++) {
      element = element * shape.dim(axis) + slice.start().get(axis);
    }
    return element * slice.x().type().element().bytes();
  }

  /** Returns the bytes of a value. */
  Bytes of(Value value) {
    // Chains of views may be long: every value on the way is looked at once.
    var way = new ArrayDeque<Value>();
    Value at = value;
    Bytes bytes = known.get(at);
    while (bytes == null) {
      way.push(at);
      Inside inside = insides.get(at);
      if (inside == null) {
        bytes = new Bytes(at, 0, 0);
      } else {
        at = inside.other;
        bytes = known.get(at);
      }
    }
    for (Value inner : way) {
      Inside inside = insides.get(inner);
      long offset = inside == null ? 0 : inside.offset;
      bytes = new Bytes(bytes.root, bytes.offset + offset, inner.type().byteCount());
      known.put(inner, bytes);
    }
    return bytes;
  }
}
