package dev.miser.onnx.export;

import dev.miser.ir.op.Combine;
import dev.miser.ir.op.Gather;
import dev.miser.ir.op.GatherAlong;
import dev.miser.ir.op.GatherNd;
import dev.miser.ir.op.Indexing;
import dev.miser.ir.op.Scatter;
import dev.miser.ir.op.ScatterAlong;
import dev.miser.ir.op.ScatterNd;
import dev.miser.ir.op.Value;
import dev.miser.ir.type.ElementType;
import dev.miser.ir.type.Shape;
import dev.miser.ir.type.TensorType;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * Gathers and scatters. ONNX counts negative indices from the end, whether {@code fromEnd} says so
 * or not; where ours would fail on one, the exported model does not.
 */
record IndexingNodes(GraphDraft graph, Formula formula, Operands operands) {
  Value of(Indexing indexing) {
    TensorType type = indexing.inferType();
    return switch (indexing) {
      case Gather op ->
          graph.node(
              "Gather",
              type,
              List.of(operands.of(op.x()), indices(op.indices())),
              Attributes.integer("axis", op.axis()));
      case GatherAlong op ->
          graph.node(
              "GatherElements",
              type,
              List.of(operands.of(op.x()), indices(op.indices())),
              Attributes.integer("axis", op.axis()));
      case GatherNd op -> gatherNd(op, type);
      case Scatter op -> scatter(op);
      case ScatterAlong op ->
          updated(
              operands.of(op.x()),
              indices(op.indices()),
              operands.of(op.updates()),
              op.axis(),
              op.combine());
      case ScatterNd op -> scatterNd(op);
    };
  }

  /** Operators take i64 all over, and i32 here and there. */
  private Value indices(Value indices) {
    return formula.cast(operands.of(indices), ElementType.I64);
  }

  private Value gatherNd(GatherNd op, TensorType type) {
    int last = op.indices().type().rank() - 1;
    if (op.indices().type().dim(last) > 0) {
      return graph.node(
          "GatherND",
          type,
          List.of(operands.of(op.x()), indices(op.indices())),
          Attributes.integer("batch_dims", op.batch()));
    }
    // No coordinates: everything behind the shared axes, once for each place.
    var dims = new ArrayList<>(op.x().type().shape().dims());
    dims.addAll(op.batch(), Collections.nCopies(last - op.batch(), 1L));
    return formula.expand(formula.reshape(operands.of(op.x()), new Shape(dims)), type.shape());
  }

  private Value scatter(Scatter op) {
    Shape shape = op.x().type().shape();
    long outer = shape.elementCount(0, op.axis());
    long inner = shape.elementCount(op.axis() + 1, shape.rank());
    long taken = op.indices().type().elementCount();
    if (taken == 0) {
      return operands.of(op.x());
    }
    // Operators that scatter whole slices know no axis but the first, so each element gets the
    // index of its slice.
    Value x = formula.reshape(operands.of(op.x()), Shape.of(outer, shape.dim(op.axis()), inner));
    Value updates = formula.reshape(operands.of(op.updates()), Shape.of(outer, taken, inner));
    Value indices =
        formula.expand(
            formula.reshape(indices(op.indices()), Shape.of(1, taken, 1)),
            Shape.of(outer, taken, inner));
    return formula.reshape(updated(x, indices, updates, 1, op.combine()), shape);
  }

  private Value updated(Value given, Value indices, Value updates, int axis, Combine combine) {
    if (indices.type().elementCount() == 0) {
      return given;
    }
    Value x = formula.widened(given);
    Value updated =
        graph.node(
            "ScatterElements",
            x.type(),
            List.of(x, indices, formula.widened(updates)),
            Attributes.integer("axis", axis),
            Attributes.text("reduction", reduction(combine)));
    return formula.cast(updated, given.type().element());
  }

  private Value scatterNd(ScatterNd op) {
    Value x = operands.of(op.x());
    int last = op.indices().type().rank() - 1;
    long places = op.indices().type().shape().elementCount(0, last);
    if (places == 0) {
      return x;
    }
    if (op.indices().type().dim(last) > 0) {
      Value wide = formula.widened(x);
      Value updated =
          graph.node(
              "ScatterND",
              wide.type(),
              List.of(wide, indices(op.indices()), formula.widened(operands.of(op.updates()))),
              Attributes.text("reduction", reduction(op.combine())));
      return formula.cast(updated, x.type().element());
    }
    // No coordinates: every update joins the whole. With an index of 0 each they do so as rows.
    long count = x.type().elementCount();
    Value row = formula.reshape(x, Shape.of(1, count));
    Value rows = formula.reshape(operands.of(op.updates()), Shape.of(places, count));
    Value first =
        formula.expand(
            formula.reshape(graph.scalar(ElementType.I64, 0L), Shape.of(1, 1)),
            Shape.of(places, count));
    return formula.reshape(updated(row, first, rows, 0, op.combine()), x.type().shape());
  }

  private static String reduction(Combine combine) {
    return switch (combine) {
      case SET -> "none";
      case ADD -> "add";
      case MULTIPLY -> "mul";
      case MINIMUM -> "min";
      case MAXIMUM -> "max";
    };
  }
}
