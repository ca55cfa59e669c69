package dev.miser.onnx.export;

import dev.miser.ir.op.Constant;
import dev.miser.ir.op.Iota;
import dev.miser.ir.op.Literal;
import dev.miser.ir.op.Random;
import dev.miser.ir.op.Source;
import dev.miser.ir.op.Value;
import dev.miser.ir.type.ElementType;
import dev.miser.ir.type.Shape;
import dev.miser.ir.type.TensorType;
import java.util.Collections;
import java.util.List;

/** Constants and counters. */
record SourceNodes(GraphDraft graph, Formula formula, Operands operands) {
  void add(Source source, Value result) {
    switch (source) {
      case Constant(var literal) -> constant(literal, result);
      case Iota iota -> iota(iota, result);
      case Random random -> throw new IllegalStateException("refused: " + random);
    }
  }

  /** One value for all elements is stored once. */
  private void constant(Literal literal, Value result) {
    if (literal.isSplat()) {
      Shape ones = new Shape(Collections.nCopies(literal.type().rank(), 1L));
      operands.defineCompact(
          result, graph.constant(literal.withType(literal.type().withShape(ones))));
    } else {
      operands.define(result, graph.constant(literal));
    }
  }

  /** Counts in i64 and converts: integers wrap, floats are rounded once. */
  private void iota(Iota iota, Value result) {
    TensorType type = iota.type();
    long size = type.dim(iota.axis());
    Value counted =
        graph.node(
            "Range",
            TensorType.of(ElementType.I64, size),
            List.of(
                graph.scalar(ElementType.I64, 0L),
                graph.scalar(ElementType.I64, size),
                graph.scalar(ElementType.I64, 1L)));
    Shape along = new Shape(Collections.nCopies(type.rank(), 1L)).with(iota.axis(), size);
    operands.defineCompact(result, formula.reshape(formula.cast(counted, type.element()), along));
  }
}
