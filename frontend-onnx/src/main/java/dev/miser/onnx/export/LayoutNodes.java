package dev.miser.onnx.export;

import dev.miser.ir.op.Broadcast;
import dev.miser.ir.op.Concat;
import dev.miser.ir.op.Layout;
import dev.miser.ir.op.PackPanels;
import dev.miser.ir.op.Pad;
import dev.miser.ir.op.Reshape;
import dev.miser.ir.op.Reverse;
import dev.miser.ir.op.Slice;
import dev.miser.ir.op.Transpose;
import dev.miser.ir.op.UnpackPanels;
import dev.miser.ir.op.Value;
import dev.miser.ir.type.ElementType;
import dev.miser.ir.type.Shape;
import java.util.Collections;
import java.util.List;

/** Operations that move elements. */
record LayoutNodes(GraphDraft graph, Formula formula, Operands operands) {
  /** Adds the nodes of an operation whose value the graph calls {@code name}. */
  void add(Layout layout, Value result, String name) {
    switch (layout) {
      case Broadcast op -> operands.defineCompact(result, unstretched(op));
      case Reshape op -> define(result, name, formula.reshape(operands.of(op.x()), op.shape()));
      case Transpose op ->
          define(result, name, formula.transpose(operands.of(op.x()), op.permutation()));
      case Slice op ->
          define(
              result,
              name,
              formula.slice(operands.of(op.x()), op.start(), op.limit(), op.stride()));
      case Pad op -> define(result, name, pad(op));
      case Concat op -> define(result, name, concat(op));
      case Reverse op -> define(result, name, formula.reverse(operands.of(op.x()), op.axes()));
      case PackPanels op -> throw new IllegalStateException("refused: " + op);
      case UnpackPanels op -> throw new IllegalStateException("refused: " + op);
    }
  }

  private void define(Value result, String name, Value found) {
    operands.define(result, graph.named(found, name));
  }

  /** The operand under the rank of the result, new axes of size 1. */
  private Value unstretched(Broadcast op) {
    Shape shape = new Shape(Collections.nCopies(op.shape().rank(), 1L));
    for (int i = 0; i < op.dims().size(); i++) {
      shape = shape.with(op.dims().get(i), op.x().type().dim(i));
    }
    return formula.reshape(operands.of(op.x()), shape);
  }

  private Value pad(Pad op) {
    Value x = forPadding(operands.of(op.x()));
    Value fill = forPadding(operands.of(op.fill()));
    Value padded = formula.pad(spread(x, fill, op.interior()), fill, op.low(), op.high());
    return formula.cast(padded, op.x().type().element());
  }

  /** Types that runtimes do not pad, as types that they do. */
  private Value forPadding(Value x) {
    return switch (x.type().element()) {
      case BF16 -> formula.cast(x, ElementType.F32);
      case I16, U16 -> formula.cast(x, ElementType.I32);
      case F32, F64, F16, I64, I32, I8, U64, U32, U8, BOOL -> x;
    };
  }

  /** Puts copies of a scalar between neighbours, as many as {@code interior} says for each axis. */
  Value spread(Value x, Value fill, List<Long> interior) {
    Value spread = x;
    for (int axis = 0; axis < interior.size(); axis++) {
      long between = interior.get(axis);
      long size = spread.type().dim(axis);
      if (between > 0 && size > 1) {
        Shape shape = spread.type().shape();
        // Each element is followed by the copies; those behind the last one go.
        long outer = shape.elementCount(0, axis);
        long inner = shape.elementCount(axis + 1, shape.rank());
        Value single = formula.reshape(spread, Shape.of(outer, size, 1, inner));
        Value followed =
            formula.pad(single, fill, List.of(0L, 0L, 0L, 0L), List.of(0L, 0L, between, 0L));
        Value joined = formula.reshape(followed, shape.with(axis, size * (between + 1)));
        spread = formula.slice(joined, axis, 0, (size - 1) * (between + 1) + 1);
      }
    }
    return spread;
  }

  private Value concat(Concat op) {
    List<Value> parts =
        op.inputs().stream()
            .filter(input -> input.type().elementCount() > 0)
            .map(operands::of)
            .toList();
    return formula.concat(parts, op.axis());
  }
}
