package dev.miser.onnx.lower;

import static dev.miser.onnx.graph.Lowering.one;
import static java.util.Map.entry;

import dev.miser.ir.op.Binary;
import dev.miser.ir.op.Dot;
import dev.miser.ir.op.Value;
import dev.miser.ir.type.ElementType;
import dev.miser.ir.type.Shape;
import dev.miser.onnx.graph.Attributes;
import dev.miser.onnx.graph.Graph;
import dev.miser.onnx.graph.Lowering;
import dev.miser.onnx.graph.Node;
import dev.miser.onnx.graph.NodeFailure;
import dev.miser.onnx.graph.Tensors;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Products of matrices. */
final class Products {
  static final Map<String, Lowering> OPERATORS =
      Map.ofEntries(
          entry("Gemm", one(Products::gemm)),
          entry("MatMul", one((node, g) -> product(g, node.value(0), node.value(1)))),
          entry("com.microsoft::FusedMatMul", one(Products::fused)));

  private Products() {}

  /**
   * Returns the product as NumPy defines it: vectors count as a row on the left and a column on the
   * right, leading axes broadcast.
   */
  static Value product(Graph g, Value a, Value b) {
    if (a.type().rank() == 0 || b.type().rank() == 0) {
      throw new NodeFailure(
          "its operands are %s and %s, expected matrices or vectors", a.type(), b.type());
    }
    boolean row = a.type().rank() == 1;
    boolean column = b.type().rank() == 1;
    Value lhs = row ? Tensors.unsqueeze(g, a, List.of(0)) : a;
    Value rhs = column ? Tensors.unsqueeze(g, b, List.of(1)) : b;
    Value result = batched(g, lhs, rhs);
    var added = new ArrayList<Integer>();
    int rank = result.type().rank();
    if (row) {
      added.add(rank - 2);
    }
    if (column) {
      added.add(rank - 1);
    }
    return Tensors.squeeze(g, result, added);
  }

  /** Products of matrices [..., m, k] x [..., k, n] whose leading axes broadcast. */
  private static Value batched(Graph g, Value a, Value b) {
    Shape batch = Tensors.broadcastShape(List.of(leading(a), leading(b)));
    int axes = batch.rank();
    // Where the right matrix is the same for many left ones, these are one taller matrix.
    int own = axes;
    Shape right = padded(b, axes);
    while (own > 0 && right.dim(own - 1) == 1) {
      own--;
    }
    Shape left = padded(a, axes);
    int rank = axes + 2;
    Shape kept = new Shape(batch.dims().subList(0, own));
    long m = a.type().dim(a.type().rank() - 2);
    long k = a.type().dim(a.type().rank() - 1);
    long rows = left.elementCount(own, axes) * m;
    Value lhs = matrices(g, a, new Shape(left.dims().subList(0, own)), rows, k, kept);
    Value rhs =
        matrices(
            g,
            b,
            new Shape(right.dims().subList(0, own)),
            right.dim(rank - 2),
            right.dim(rank - 1),
            kept);
    Value result = g.add(new Dot(lhs, rhs, false, false));
    var dims = new ArrayList<>(batch.dims());
    dims.add(m);
    dims.add(right.dim(rank - 1));
    return Tensors.reshape(g, result, new Shape(dims));
  }

  /** Stands for the leading axes of an operand, whose shapes broadcast apart from the matrices. */
  private static Value leading(Value x) {
    return new Value(
        x.name(),
        x.type().withShape(new Shape(x.type().shape().dims().subList(0, x.type().rank() - 2))));
  }

  /** Returns the shape with so many leading axes before the matrix. */
  private static Shape padded(Value x, int axes) {
    var dims = new ArrayList<>(x.type().shape().dims());
    while (dims.size() < axes + 2) {
      dims.addFirst(1L);
    }
    return new Shape(dims);
  }

  private static Value matrices(
      Graph g, Value x, Shape batch, long rows, long columns, Shape wanted) {
    var dims = new ArrayList<>(batch.dims());
    dims.addAll(List.of(rows, columns));
    var all = new ArrayList<>(wanted.dims());
    all.addAll(List.of(rows, columns));
    return Tensors.broadcast(g, Tensors.reshape(g, x, new Shape(dims)), new Shape(all));
  }

  /** alpha * a * b + beta * c, the matrices transposed if asked for. */
  private static Value gemm(Node node, Graph g) {
    Value a = node.value(0);
    Value b = node.value(1);
    Attributes attributes = node.attributes();
    if (a.type().rank() != 2 || b.type().rank() != 2) {
      throw new NodeFailure("its operands are %s and %s, expected matrices", a.type(), b.type());
    }
    Value product = g.add(new Dot(a, b, attributes.flag("transA"), attributes.flag("transB")));
    Value scaled = times(g, product, attributes.number("alpha", 1));
    Value c = node.optional(2);
    double beta = attributes.number("beta", 1);
    if (c == null || beta == 0) {
      return scaled;
    }
    Shape shape = product.type().shape();
    return Tensors.add(g, scaled, Tensors.broadcast(g, times(g, c, beta), shape));
  }

  /** Integers times a fraction are cut toward zero. */
  private static Value times(Graph g, Value x, double factor) {
    if (factor == 1) {
      return x;
    }
    ElementType element = x.type().element();
    if (element.isFloat() || factor == Math.rint(factor)) {
      return Tensors.binary(g, Binary.Kind.MULTIPLY, x, factor);
    }
    Value wide = Tensors.convert(g, x, ElementType.F64);
    return Tensors.convert(g, Tensors.multiply(g, wide, factor), element);
  }

  /**
   * As the plain product, with operands that are transposed first: their last two axes, or with
   * {@code transBatch} the first goes behind the other leading ones.
   */
  private static Value fused(Node node, Graph g) {
    Value a = arranged(node, g, node.value(0), "A");
    Value b = arranged(node, g, node.value(1), "B");
    return times(g, product(g, a, b), node.attributes().number("alpha", 1));
  }

  private static Value arranged(Node node, Graph g, Value x, String operand) {
    int rank = x.type().rank();
    var order = new ArrayList<>(Tensors.range(0, rank));
    if (rank >= 2 && node.attributes().flag("transBatch" + operand)) {
      order.add(rank - 2, order.removeFirst());
    }
    if (rank >= 2 && node.attributes().flag("trans" + operand)) {
      order.add(rank - 2, order.removeLast());
    }
    return Tensors.transpose(g, x, order);
  }
}
