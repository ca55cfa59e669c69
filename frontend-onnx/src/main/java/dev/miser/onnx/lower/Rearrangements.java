package dev.miser.onnx.lower;

import static dev.miser.onnx.graph.Lowering.one;
import static java.util.Map.entry;

import dev.miser.ir.op.Binary;
import dev.miser.ir.op.Compare;
import dev.miser.ir.op.Iota;
import dev.miser.ir.op.Value;
import dev.miser.ir.type.ElementType;
import dev.miser.ir.type.Shape;
import dev.miser.ir.type.TensorType;
import dev.miser.onnx.graph.DataTypes;
import dev.miser.onnx.graph.Graph;
import dev.miser.onnx.graph.Lowering;
import dev.miser.onnx.graph.Node;
import dev.miser.onnx.graph.NodeFailure;
import dev.miser.onnx.graph.Tensors;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Operators that move blocks between axes, and those that look at diagonals. */
final class Rearrangements {
  static final Map<String, Lowering> OPERATORS =
      Map.ofEntries(
          entry("DepthToSpace", one(Rearrangements::depthToSpace)),
          entry("EyeLike", one(Rearrangements::eyeLike)),
          entry("SpaceToDepth", one(Rearrangements::spaceToDepth)),
          entry("Trilu", one(Rearrangements::triangle)));

  private Rearrangements() {}

  private static long blockSize(Node node, Value x) {
    long block = node.attributes().integer("blocksize");
    if (x.type().rank() != 4 || block < 1) {
      throw new NodeFailure("blocks of size %d in %s, expected 4 axes", block, x.type());
    }
    return block;
  }

  private static Value depthToSpace(Node node, Graph g) {
    Value x = node.value(0);
    long block = blockSize(node, x);
    long n = x.type().dim(0);
    long channels = x.type().dim(1);
    long height = x.type().dim(2);
    long width = x.type().dim(3);
    if (channels % block != 0 || channels / block % block != 0) {
      throw new NodeFailure("%d channels are no multiple of blocks of size %d", channels, block);
    }
    long depth = channels / block / block;
    String mode = node.attributes().text("mode", "DCR");
    Value moved =
        switch (mode) {
          case "DCR" ->
              Tensors.transpose(
                  g,
                  Tensors.reshape(g, x, n, block, block, depth, height, width),
                  List.of(0, 3, 4, 1, 5, 2));
          case "CRD" ->
              Tensors.transpose(
                  g,
                  Tensors.reshape(g, x, n, depth, block, block, height, width),
                  List.of(0, 1, 4, 2, 5, 3));
          default -> throw new NodeFailure("mode is '%s', expected DCR or CRD", mode);
        };
    return Tensors.reshape(g, moved, n, depth, height * block, width * block);
  }

  private static Value spaceToDepth(Node node, Graph g) {
    Value x = node.value(0);
    long block = blockSize(node, x);
    long n = x.type().dim(0);
    long channels = x.type().dim(1);
    long height = x.type().dim(2) / block;
    long width = x.type().dim(3) / block;
    if (height * block != x.type().dim(2) || width * block != x.type().dim(3)) {
      throw new NodeFailure("%s does not divide into blocks of size %d", x.type(), block);
    }
    Value apart = Tensors.reshape(g, x, n, channels, height, block, width, block);
    Value moved = Tensors.transpose(g, apart, List.of(0, 3, 5, 1, 2, 4));
    return Tensors.reshape(g, moved, n, Math.multiplyExact(channels, block * block), height, width);
  }

  /** Returns the column less the row of each element of a matrix. */
  private static Value diagonals(Graph g, Shape matrix) {
    var type = new TensorType(ElementType.I64, matrix);
    return Tensors.subtract(g, g.add(new Iota(type, 1)), g.add(new Iota(type, 0)));
  }

  private static Value eyeLike(Node node, Graph g) {
    TensorType like = node.value(0).type();
    if (like.rank() != 2) {
      throw new NodeFailure("the input is %s, expected a matrix", like);
    }
    ElementType element =
        node.attributes().has("dtype")
            ? DataTypes.of(node.attributes().integer("dtype"))
            : like.element();
    Value k = Tensors.scalar(g, ElementType.I64, node.attributes().integer("k", 0));
    Value eye = Tensors.compare(g, Compare.Kind.EQUAL, diagonals(g, like.shape()), k);
    return Tensors.convert(g, eye, element);
  }

  /** What is not in the triangle becomes 0; k may be an input of each step. */
  private static Value triangle(Node node, Graph g) {
    Value x = node.value(0);
    int rank = x.type().rank();
    if (rank < 2) {
      throw new NodeFailure("the input is %s, expected a matrix or more of them", x.type());
    }
    boolean isUpper = node.attributes().integer("upper", 1) != 0;
    @Nullable Value given = node.optional(1);
    Value k =
        given == null
            ? Tensors.scalar(g, ElementType.I64, 0)
            : Tensors.convert(g, Tensors.reshape(g, given, Shape.SCALAR), ElementType.I64);
    Shape matrix = Shape.of(x.type().dim(rank - 2), x.type().dim(rank - 1));
    Compare.Kind kind = isUpper ? Compare.Kind.GREATER_EQUAL : Compare.Kind.LESS_EQUAL;
    Value isIn = Tensors.compare(g, kind, diagonals(g, matrix), k);
    if (x.type().element().isBoolean()) {
      return Tensors.binary(g, Binary.Kind.AND, x, isIn);
    }
    return Tensors.select(g, isIn, x, Tensors.scalar(g, x.type().element(), 0));
  }
}
