package dev.miser.onnx.lower;

import static dev.miser.onnx.graph.Lowering.one;

import dev.miser.ir.op.ArgReduce;
import dev.miser.ir.op.Compare;
import dev.miser.ir.op.GatherAlong;
import dev.miser.ir.op.Iota;
import dev.miser.ir.op.Unary;
import dev.miser.ir.op.Value;
import dev.miser.ir.type.ElementType;
import dev.miser.ir.type.Shape;
import dev.miser.ir.type.TensorType;
import dev.miser.onnx.graph.Graph;
import dev.miser.onnx.graph.Lowering;
import dev.miser.onnx.graph.Node;
import dev.miser.onnx.graph.NodeFailure;
import dev.miser.onnx.graph.Tensors;
import java.util.List;
import java.util.Map;

/**
 * Determinants by elimination, a column at a time: the row whose element is largest goes up and is
 * taken off those below, so that the determinant is the product of these elements.
 */
final class Determinant {
  static final Map<String, Lowering> OPERATORS = Map.of("Det", one(Determinant::lower));

  private Determinant() {}

  private static Value lower(Node node, Graph g) {
    Value x = node.value(0);
    int rank = x.type().rank();
    if (rank < 2 || x.type().dim(rank - 1) != x.type().dim(rank - 2)) {
      throw new NodeFailure("its input is %s, expected square matrices", x.type());
    }
    ElementType element = x.type().element();
    ElementType wide = element == ElementType.F64 ? ElementType.F64 : ElementType.F32;
    Shape batch = x.type().shape().without(List.of(rank - 2, rank - 1));
    long size = x.type().dim(rank - 1);
    long count = batch.elementCount();
    Value rest = Tensors.reshape(g, Tensors.convert(g, x, wide), count, size, size);
    Value product = Tensors.fill(g, TensorType.of(wide, count, 1, 1), 1);
    for (long left = size; left > 0; left--) {
      Value column = Tensors.slice(g, rest, 2, 0, 1);
      Value distance = Tensors.unary(g, Unary.Kind.ABS, column);
      Value largest = g.add(new ArgReduce(ArgReduce.Kind.ARG_MAX, distance, 1, false));
      Value place = Tensors.reshape(g, largest, count, 1, 1);
      Shape row = Shape.of(count, 1, left);
      Value top = g.add(new GatherAlong(rest, Tensors.broadcast(g, place, row), 1, false));
      Value pivot = Tensors.slice(g, top, 2, 0, 1);
      // Two rows change places, and the sign with them, unless they are one.
      Value stays = Tensors.compare(g, Compare.Kind.EQUAL, place, 0);
      Value signed = Tensors.select(g, stays, pivot, Tensors.unary(g, Unary.Kind.NEGATE, pivot));
      product = Tensors.multiply(g, product, signed);
      if (left > 1) {
        rest = eliminated(g, rest, place, top, pivot);
      }
    }
    return Tensors.convert(g, Tensors.reshape(g, product, batch), element);
  }

  /** Returns what remains below the top row and right of the first column. */
  private static Value eliminated(Graph g, Value rest, Value place, Value top, Value pivot) {
    long left = rest.type().dim(1);
    Value numbers = g.add(new Iota(TensorType.of(ElementType.I64, 1, left - 1, 1), 1));
    Value moved = Tensors.compare(g, Compare.Kind.EQUAL, Tensors.add(g, numbers, 1), place);
    Value first = Tensors.slice(g, rest, 1, 0, 1);
    Value below = Tensors.select(g, moved, first, Tensors.slice(g, rest, 1, 1, left));
    // Where the whole column is 0 the determinant is 0 already: nothing must be divided by 0.
    Value none = Tensors.compare(g, Compare.Kind.EQUAL, pivot, 0);
    Value one = Tensors.scalar(g, pivot.type().element(), 1);
    Value divisor = Tensors.select(g, none, one, pivot);
    Value factor = Tensors.divide(g, Tensors.slice(g, below, 2, 0, 1), divisor);
    Value taken = Tensors.multiply(g, factor, Tensors.slice(g, top, 2, 1, left));
    return Tensors.subtract(g, Tensors.slice(g, below, 2, 1, left), taken);
  }
}
