package dev.miser.onnx.export;

import dev.miser.ir.op.ArgReduce;
import dev.miser.ir.op.Cumulative;
import dev.miser.ir.op.Literal;
import dev.miser.ir.op.Reduce;
import dev.miser.ir.op.Reduction;
import dev.miser.ir.op.Value;
import dev.miser.ir.type.ElementType;
import dev.miser.ir.type.Shape;
import dev.miser.ir.type.TensorType;
import java.util.List;

/** Elements combined along axes. */
record ReductionNodes(GraphDraft graph, Formula formula) {
  Value of(Reduction reduction, Operands operands) {
    return switch (reduction) {
      case Reduce op -> reduce(op, operands.of(op.x()));
      case ArgReduce op -> position(op, operands.of(op.x()));
      case Cumulative op -> cumulative(op, operands.of(op.x()));
    };
  }

  private Value reduce(Reduce op, Value x) {
    return switch (op.kind()) {
      case REDUCE_SUM -> widely("ReduceSum", x, op.axes());
      case REDUCE_MEAN -> widely("ReduceMean", x, op.axes());
      case REDUCE_PRODUCT -> widely("ReduceProd", x, op.axes());
      case REDUCE_MAX -> extreme("ReduceMax", x, op.axes());
      case REDUCE_MIN -> extreme("ReduceMin", x, op.axes());
      case REDUCE_AND -> formula.unary("Not", any(formula.unary("Not", x), op.axes()));
      case REDUCE_OR -> any(x, op.axes());
    };
  }

  private Value widely(String operator, Value x, List<Integer> axes) {
    return formula.cast(formula.reduce(operator, formula.wrapping(x), axes), x.type().element());
  }

  private Value extreme(String operator, Value x, List<Integer> axes) {
    Value found = formula.reduce(operator, formula.ordered(x), axes);
    return formula.unordered(found, x.type().element());
  }

  /** Whether any is true: whether their number is not zero. */
  private Value any(Value x, List<Integer> axes) {
    Value count = formula.reduce("ReduceSum", formula.cast(x, ElementType.I64), axes);
    return formula.cast(count, ElementType.BOOL);
  }

  private Value position(ArgReduce op, Value x) {
    return graph.node(
        switch (op.kind()) {
          case ARG_MAX -> "ArgMax";
          case ARG_MIN -> "ArgMin";
        },
        op.inferType(),
        List.of(formula.ordered(x)),
        Attributes.integer("axis", op.axis()),
        Attributes.integer("keepdims", 0),
        Attributes.integer("select_last_index", op.last() ? 1 : 0));
  }

  private Value cumulative(Cumulative op, Value x) {
    ElementType element = x.type().element();
    return switch (op.kind()) {
      case CUMULATIVE_SUM -> {
        Value wide = formula.wrapping(x);
        Value sums =
            graph.node(
                "CumSum",
                wide.type(),
                List.of(wide, graph.scalar(ElementType.I64, (long) op.axis())),
                Attributes.integer("exclusive", op.exclusive() ? 1 : 0),
                Attributes.integer("reverse", op.reverse() ? 1 : 0));
        yield formula.cast(sums, element);
      }
      case CUMULATIVE_PRODUCT -> {
        Value wide = element.isFloat() ? formula.widened(x) : formula.wrapping(x);
        yield formula.cast(products(op, wide), element);
      }
    };
  }

  /**
   * This version of ONNX has no running product. Multiplying each element by the one 1, 2, 4, ...
   * before it doubles how many it is the product of.
   */
  private Value products(Cumulative op, Value x) {
    long size = x.type().dim(op.axis());
    Value result = op.exclusive() ? moved(op, x, 1) : x;
    for (long distance = 1; distance < size; distance *= 2) {
      result = formula.multiply(result, moved(op, result, distance));
    }
    return result;
  }

  /** Moves elements along the axis, away from where the products begin; ones follow. */
  private Value moved(Cumulative op, Value x, long distance) {
    int axis = op.axis();
    long size = x.type().dim(axis);
    TensorType type = x.type().withShape(Shape.SCALAR);
    Literal one = type.element().isFloat() ? Literal.splat(type, 1.0) : Literal.splat(type, 1L);
    Value ones = formula.filled(x.type().shape().with(axis, distance), one);
    if (distance >= size) {
      return formula.slice(ones, axis, 0, size);
    }
    return op.reverse()
        ? formula.concat(List.of(formula.slice(x, axis, distance, size), ones), axis)
        : formula.concat(List.of(ones, formula.slice(x, axis, 0, size - distance)), axis);
  }
}
