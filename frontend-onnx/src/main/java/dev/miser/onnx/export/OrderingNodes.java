package dev.miser.onnx.export;

import dev.miser.ir.op.Ordering;
import dev.miser.ir.op.Sort;
import dev.miser.ir.op.TopK;
import dev.miser.ir.op.Value;
import dev.miser.ir.type.ElementType;
import dev.miser.ir.type.TensorType;
import java.util.List;

/** Elements in order: a sort is the best of all. ONNX breaks ties by index, as we do. */
record OrderingNodes(GraphDraft graph, Formula formula) {
  Value of(Ordering ordering, Operands operands) {
    return switch (ordering) {
      case Sort op -> {
        long size = op.x().type().dim(op.axis());
        List<Value> found = best(operands.of(op.x()), size, op.axis(), op.descending());
        yield switch (op.kind()) {
          case SORT -> found.getFirst();
          case SORT_INDICES -> found.getLast();
        };
      }
      case TopK op -> {
        List<Value> found = best(operands.of(op.x()), op.k(), op.axis(), op.largest());
        yield switch (op.kind()) {
          case TOP_K -> found.getFirst();
          case TOP_K_INDICES -> found.getLast();
        };
      }
    };
  }

  /** Returns the values and their indices. */
  private List<Value> best(Value given, long k, int axis, boolean largest) {
    Value x = formula.ordered(given);
    TensorType type = x.type().withShape(x.type().shape().with(axis, k));
    List<Value> found =
        graph.nodes(
            "TopK",
            List.of(type, type.withElement(ElementType.I64)),
            List.of(x, graph.integers(List.of(k))),
            Attributes.integer("axis", axis),
            Attributes.integer("largest", largest ? 1 : 0),
            Attributes.integer("sorted", 1));
    return List.of(formula.unordered(found.getFirst(), given.type().element()), found.getLast());
  }
}
