package dev.miser.onnx.export;

import dev.miser.ir.op.Literal;
import dev.miser.ir.op.Value;
import dev.miser.ir.type.ElementType;
import dev.miser.ir.type.Shape;
import dev.miser.ir.type.TensorType;
import dev.miser.onnx.graph.DataTypes;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

/** Single ONNX operators as functions: each adds a node and returns what it defines. */
record Formula(GraphDraft graph) {
  Value unary(String operator, Value x) {
    return graph.node(operator, x.type(), List.of(x));
  }

  /** An operator of two operands of one element type; sizes of 1 are stretched, as in ONNX. */
  Value binary(String operator, Value a, Value b) {
    return graph.node(operator, a.type().withShape(broadcast(a, b)), List.of(a, b));
  }

  Value add(Value a, Value b) {
    return binary("Add", a, b);
  }

  Value subtract(Value a, Value b) {
    return binary("Sub", a, b);
  }

  Value multiply(Value a, Value b) {
    return binary("Mul", a, b);
  }

  Value divide(Value a, Value b) {
    return binary("Div", a, b);
  }

  /** A float operand and a number. */
  Value add(Value a, double b) {
    return add(a, graph.scalar(a.type().element(), b));
  }

  /** A float operand and a number. */
  Value multiply(Value a, double b) {
    return multiply(a, graph.scalar(a.type().element(), b));
  }

  Value compare(String operator, Value a, Value b) {
    return graph.node(operator, new TensorType(ElementType.BOOL, broadcast(a, b)), List.of(a, b));
  }

  /** A float operand and a number. */
  Value compare(String operator, Value a, double b) {
    return compare(operator, a, graph.scalar(a.type().element(), b));
  }

  /** An integer operand and a number. */
  Value compare(String operator, Value a, long b) {
    return compare(operator, a, graph.scalar(a.type().element(), b));
  }

  Value predicate(String operator, Value x) {
    return graph.node(operator, x.type().withElement(ElementType.BOOL), List.of(x));
  }

  Value where(Value condition, Value onTrue, Value onFalse) {
    Shape shape = broadcast(condition.type().shape(), broadcast(onTrue, onFalse));
    return graph.node("Where", onTrue.type().withShape(shape), List.of(condition, onTrue, onFalse));
  }

  Value cast(Value x, ElementType to) {
    return x.type().element() == to
        ? x
        : graph.node(
            "Cast",
            x.type().withElement(to),
            List.of(x),
            Attributes.integer("to", DataTypes.number(to).getNumber()));
  }

  /** An operator of version 26: see {@link OnnxExporter}. Bytes of booleans are 0 and 1. */
  Value bitcast(Value x, ElementType to) {
    if (x.type().element().isBoolean()) {
      return cast(x, to);
    }
    return graph.node(
        "BitCast",
        x.type().withElement(to),
        List.of(x),
        Attributes.integer("to", DataTypes.number(to).getNumber()));
  }

  /** Floats of two bytes as f32: what takes several operators then rounds but once. */
  Value widened(Value x) {
    return switch (x.type().element()) {
      case F16, BF16 -> cast(x, ElementType.F32);
      case F32, F64, I64, I32, I16, I8, U64, U32, U16, U8, BOOL -> x;
    };
  }

  /**
   * Integers of types that few operators know, as integers of a type that most do, in the same
   * order: larger ones stay larger.
   */
  Value ordered(Value x) {
    return switch (x.type().element()) {
      case I16, U16, I8, U8 -> cast(x, ElementType.I32);
      case U32 -> cast(x, ElementType.I64);
      // With the upper bit turned, the order of signed numbers is that of unsigned ones.
      case U64 -> turned(cast(x, ElementType.I64));
      case F32, F64, F16, BF16, I64, I32, BOOL -> x;
    };
  }

  /** Takes back what {@link #ordered} did to integers of this type. */
  Value unordered(Value x, ElementType element) {
    return cast(element == ElementType.U64 ? turned(x) : x, element);
  }

  private Value turned(Value x) {
    return binary("BitwiseXor", x, graph.scalar(ElementType.I64, Long.MIN_VALUE));
  }

  /** Integers as i32 or i64: sums and products there, cut to fewer bits, wrap to the same. */
  Value wrapping(Value x) {
    return switch (x.type().element()) {
      case I16, U16, I8, U8 -> cast(x, ElementType.I32);
      case U32, U64 -> cast(x, ElementType.I64);
      case F32, F64, F16, BF16, I64, I32, BOOL -> x;
    };
  }

  Value reshape(Value x, Shape shape) {
    return x.type().shape().equals(shape)
        ? x
        : graph.node(
            "Reshape", x.type().withShape(shape), List.of(x, graph.integers(shape.dims())));
  }

  Value expand(Value x, Shape shape) {
    if (x.type().element() == ElementType.BF16 && !x.type().shape().equals(shape)) {
      return cast(expand(cast(x, ElementType.F32), shape), ElementType.BF16);
    }
    return x.type().shape().equals(shape)
        ? x
        : graph.node("Expand", x.type().withShape(shape), List.of(x, graph.integers(shape.dims())));
  }

  Value transpose(Value x, List<Integer> permutation) {
    if (IntStream.range(0, permutation.size()).allMatch(i -> permutation.get(i) == i)) {
      return x;
    }
    Shape shape = new Shape(permutation.stream().map(x.type()::dim).toList());
    return graph.node(
        "Transpose",
        x.type().withShape(shape),
        List.of(x),
        Attributes.integers("perm", permutation.stream().map(Integer::longValue).toList()));
  }

  /** Exchanges the last two axes. */
  Value transposed(Value x) {
    int rank = x.type().rank();
    var permutation = new ArrayList<>(axes(0, rank));
    Collections.swap(permutation, rank - 2, rank - 1);
    return transpose(x, permutation);
  }

  /** The elements from {@code start} on, below {@code limit}, {@code stride} apart, each axis. */
  Value slice(Value x, List<Long> start, List<Long> limit, List<Long> stride) {
    var axes = new ArrayList<Long>();
    var starts = new ArrayList<Long>();
    var ends = new ArrayList<Long>();
    var steps = new ArrayList<Long>();
    Shape shape = x.type().shape();
    for (int axis = 0; axis < shape.rank(); axis++) {
      long size = x.type().dim(axis);
      if (start.get(axis) != 0 || limit.get(axis) != size || stride.get(axis) != 1) {
        axes.add((long) axis);
        starts.add(start.get(axis));
        ends.add(limit.get(axis));
        steps.add(stride.get(axis));
        shape = shape.with(axis, Math.ceilDiv(limit.get(axis) - start.get(axis), stride.get(axis)));
      }
    }
    return axes.isEmpty() ? x : slice(x, shape, axes, starts, ends, steps);
  }

  /** One axis of a slice; the others are taken whole. */
  Value slice(Value x, int axis, long start, long limit) {
    Shape shape = x.type().shape();
    return slice(
        x,
        new Shape(Collections.nCopies(shape.rank(), 0L)).with(axis, start).dims(),
        shape.with(axis, limit).dims(),
        Collections.nCopies(shape.rank(), 1L));
  }

  /** Turns the order of elements along axes around. */
  Value reverse(Value x, List<Integer> axes) {
    List<Long> turned =
        axes.stream().filter(axis -> x.type().dim(axis) > 1).map(Integer::longValue).toList();
    // An end before the first element: counted from the end, one more than there are.
    List<Long> ends = turned.stream().map(axis -> -x.type().dim(axis.intValue()) - 1).toList();
    List<Long> back = Collections.nCopies(turned.size(), -1L);
    return turned.isEmpty() ? x : slice(x, x.type().shape(), turned, back, ends, back);
  }

  private Value slice(
      Value x, Shape shape, List<Long> axes, List<Long> starts, List<Long> ends, List<Long> steps) {
    return graph.node(
        "Slice",
        x.type().withShape(shape),
        List.of(
            x,
            graph.integers(starts),
            graph.integers(ends),
            graph.integers(axes),
            graph.integers(steps)));
  }

  /**
   * Adds copies of a scalar around; what is negative crops, once all is added, so that a crop may
   * reach into what another side adds.
   */
  Value pad(Value x, Value fill, List<Long> low, List<Long> high) {
    List<Long> added =
        LongStream.concat(
                low.stream().mapToLong(Long::longValue), high.stream().mapToLong(Long::longValue))
            .map(amount -> Math.max(amount, 0))
            .boxed()
            .toList();
    int rank = x.type().rank();
    Shape shape = x.type().shape();
    for (int axis = 0; axis < rank; axis++) {
      shape = shape.with(axis, shape.dim(axis) + added.get(axis) + added.get(rank + axis));
    }
    Value padded =
        shape.equals(x.type().shape())
            ? x
            : graph.node("Pad", x.type().withShape(shape), List.of(x, graph.integers(added), fill));
    var start = new ArrayList<Long>();
    var limit = new ArrayList<Long>();
    for (int axis = 0; axis < rank; axis++) {
      start.add(Math.max(-low.get(axis), 0));
      limit.add(shape.dim(axis) - Math.max(-high.get(axis), 0));
    }
    return slice(padded, start, limit, Collections.nCopies(rank, 1L));
  }

  /** Puts values after each other; the axis of each may have another size. */
  Value concat(List<Value> values, int axis) {
    if (values.size() == 1) {
      return values.getFirst();
    }
    TensorType first = values.getFirst().type();
    long size = values.stream().mapToLong(value -> value.type().dim(axis)).sum();
    return graph.node(
        "Concat",
        first.withShape(first.shape().with(axis, size)),
        values,
        Attributes.integer("axis", axis));
  }

  /** Combines all elements along axes, which stay with size 1. */
  Value reduceKept(String operator, Value x, List<Integer> axes) {
    Shape shape = x.type().shape();
    for (int axis : axes) {
      shape = shape.with(axis, 1);
    }
    return reduce(operator, x, axes, shape, 1);
  }

  /** Combines all elements along axes, which the result no longer has. */
  Value reduce(String operator, Value x, List<Integer> axes) {
    return axes.isEmpty() ? x : reduce(operator, x, axes, x.type().shape().without(axes), 0);
  }

  private Value reduce(String operator, Value x, List<Integer> axes, Shape shape, long kept) {
    List<Long> listed = axes.stream().map(Integer::longValue).toList();
    return graph.node(
        operator,
        x.type().withShape(shape),
        List.of(x, graph.integers(listed)),
        Attributes.integer("keepdims", kept));
  }

  Value matrixProduct(Value a, Value b) {
    int rank = Math.max(a.type().rank(), b.type().rank());
    Shape leading = broadcast(leading(a), leading(b));
    var dims = new ArrayList<>(leading.dims());
    dims.add(a.type().dim(a.type().rank() - 2));
    dims.add(b.type().dim(b.type().rank() - 1));
    if (dims.size() != rank) {
      throw new IllegalStateException(a.type() + " times " + b.type());
    }
    return graph.node("MatMul", a.type().withShape(new Shape(dims)), List.of(a, b));
  }

  /** Returns a constant of any shape whose elements are all equal: a scalar that is stretched. */
  Value filled(Shape shape, Literal scalar) {
    return expand(graph.constant(scalar), shape);
  }

  /** Returns the axes [from, to). */
  static List<Integer> axes(int from, int to) {
    return IntStream.range(from, to).boxed().toList();
  }

  static Shape broadcast(Value a, Value b) {
    return broadcast(a.type().shape(), b.type().shape());
  }

  /** Returns the shape that two shapes stretch to, aligned at their last axes. */
  static Shape broadcast(Shape a, Shape b) {
    int rank = Math.max(a.rank(), b.rank());
    var dims = new ArrayList<Long>();
    for (int axis = 0; axis < rank; axis++) {
      long x = axis < rank - a.rank() ? 1 : a.dim(axis - rank + a.rank());
      long y = axis < rank - b.rank() ? 1 : b.dim(axis - rank + b.rank());
      dims.add(x == 1 ? y : x);
    }
    return new Shape(dims);
  }

  private static Shape leading(Value x) {
    return new Shape(x.type().shape().dims().subList(0, x.type().rank() - 2));
  }
}
