package dev.miser.testmodels.numerics;

import dev.miser.ir.func.Function;
import dev.miser.ir.func.FunctionBuilder;
import dev.miser.ir.op.Binary;
import dev.miser.ir.op.Broadcast;
import dev.miser.ir.op.Compare;
import dev.miser.ir.op.Concat;
import dev.miser.ir.op.Constant;
import dev.miser.ir.op.Dot;
import dev.miser.ir.op.Literal;
import dev.miser.ir.op.Op;
import dev.miser.ir.op.Reduce;
import dev.miser.ir.op.Reshape;
import dev.miser.ir.op.Select;
import dev.miser.ir.op.Slice;
import dev.miser.ir.op.Transpose;
import dev.miser.ir.op.Unary;
import dev.miser.ir.op.Value;
import dev.miser.ir.type.ElementType;
import dev.miser.ir.type.Shape;
import dev.miser.ir.type.TensorType;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Builds a case's function: inputs by name, and the small change of arithmetic with broadcasts. */
final class Composer {
  private final FunctionBuilder builder;
  private final ElementType real;
  private final Map<String, Value> inputs = new LinkedHashMap<>();

  /**
   * @param real the element type of what the case records as floats
   */
  Composer(Recorded recorded, ElementType real) {
    this.builder = new FunctionBuilder(recorded.name());
    this.real = real;
    recorded
        .inputs()
        .forEach((name, tensor) -> {
          TensorType type = tensor.type();
          inputs.put(
              name, builder.input(name, type.element().isFloat() ? type.withElement(real) : type));
        });
  }

  Function returning(List<Value> results) {
    return builder.returns(results.toArray(Value[]::new)).build();
  }

  Value input(String name) {
    Value value = inputs.get(name);
    if (value == null) {
      throw new IllegalArgumentException("no input " + name);
    }
    return value;
  }

  @Nullable Value optional(String name) {
    return inputs.get(name);
  }

  /** Returns all inputs, in order. */
  List<Value> inputs() {
    return List.copyOf(inputs.values());
  }

  Value add(Op op) {
    return builder.add(op.mnemonic(), op);
  }

  ElementType real() {
    return real;
  }

  /** Returns a float constant of this shape with the same number everywhere. */
  Value splat(Shape shape, double value) {
    return add(new Constant(Literal.splat(new TensorType(real, shape), value)));
  }

  /** Returns a constant of the shape and type of {@code x}. */
  Value like(Value x, double value) {
    return x.type().element().isFloat()
        ? add(new Constant(Literal.splat(x.type(), value)))
        : add(new Constant(Literal.splat(x.type(), (long) value)));
  }

  Value indices(long... values) {
    return add(
        new Constant(Literal.ofLongs(TensorType.of(ElementType.I64, values.length), values)));
  }

  Value reals(double... values) {
    return add(new Constant(Literal.ofDoubles(TensorType.of(real, values.length), values)));
  }

  Value unary(Unary.Kind kind, Value x) {
    return add(new Unary(kind, x));
  }

  /** Applies a function to operands stretched to their common shape, trailing axes aligned. */
  Value binary(Binary.Kind kind, Value lhs, Value rhs) {
    Shape common = common(lhs.type().shape(), rhs.type().shape());
    return add(new Binary(kind, stretch(lhs, common), stretch(rhs, common)));
  }

  Value binary(Binary.Kind kind, Value lhs, double rhs) {
    return add(new Binary(kind, lhs, like(lhs, rhs)));
  }

  Value plus(Value lhs, Value rhs) {
    return binary(Binary.Kind.ADD, lhs, rhs);
  }

  Value plus(Value lhs, double rhs) {
    return binary(Binary.Kind.ADD, lhs, rhs);
  }

  Value minus(Value lhs, Value rhs) {
    return binary(Binary.Kind.SUBTRACT, lhs, rhs);
  }

  Value times(Value lhs, Value rhs) {
    return binary(Binary.Kind.MULTIPLY, lhs, rhs);
  }

  Value times(Value lhs, double rhs) {
    return binary(Binary.Kind.MULTIPLY, lhs, rhs);
  }

  Value over(Value lhs, Value rhs) {
    return binary(Binary.Kind.DIVIDE, lhs, rhs);
  }

  Value over(Value lhs, double rhs) {
    return binary(Binary.Kind.DIVIDE, lhs, rhs);
  }

  Value compare(Compare.Kind kind, Value lhs, Value rhs) {
    Shape common = common(lhs.type().shape(), rhs.type().shape());
    return add(new Compare(kind, stretch(lhs, common), stretch(rhs, common)));
  }

  Value compare(Compare.Kind kind, Value lhs, double rhs) {
    return add(new Compare(kind, lhs, like(lhs, rhs)));
  }

  Value select(Value condition, Value onTrue, Value onFalse) {
    Shape common =
        common(common(condition.type().shape(), onTrue.type().shape()), onFalse.type().shape());
    return add(
        new Select(stretch(condition, common), stretch(onTrue, common), stretch(onFalse, common)));
  }

  /** Returns the shape that both stretch to, trailing axes aligned. */
  static Shape common(Shape a, Shape b) {
    int rank = Math.max(a.rank(), b.rank());
    var dims = new ArrayList<Long>();
    for (int axis = 0; axis < rank; axis++) {
      int inA = axis - (rank - a.rank());
      int inB = axis - (rank - b.rank());
      long sizeA = inA < 0 ? 1 : a.dim(inA);
      long sizeB = inB < 0 ? 1 : b.dim(inB);
      dims.add(sizeA == 1 ? sizeB : sizeA);
    }
    return new Shape(dims);
  }

  Value stretch(Value x, Shape shape) {
    int missing = shape.rank() - x.type().rank();
    return stretch(x, shape, IntStream.range(missing, shape.rank()).boxed().toList());
  }

  Value stretch(Value x, Shape shape, List<Integer> dims) {
    return x.type().shape().equals(shape) ? x : add(new Broadcast(x, shape, dims));
  }

  /** Returns a value a channel (axis 1) stretched to the shape of {@code x}. */
  Value channels(Value perChannel, Value x) {
    return stretch(perChannel, x.type().shape(), List.of(1));
  }

  Value reshape(Value x, Shape shape) {
    return add(new Reshape(x, shape));
  }

  Value reshape(Value x, long... dims) {
    return reshape(x, Shape.of(dims));
  }

  Value transpose(Value x, List<Integer> permutation) {
    return add(new Transpose(x, permutation));
  }

  /** Returns the part [from, to) along an axis. */
  Value slice(Value x, int axis, long from, long to) {
    var start = new ArrayList<>(Collections.nCopies(x.type().rank(), 0L));
    var limit = new ArrayList<>(x.type().shape().dims());
    start.set(axis, from);
    limit.set(axis, to);
    return add(new Slice(x, start, limit, List.of()));
  }

  Value concat(int axis, List<Value> parts) {
    return add(new Concat(parts, axis));
  }

  Value reduce(Reduce.Kind kind, Value x, List<Integer> axes) {
    return add(new Reduce(kind, x, axes));
  }

  /** Reduces and keeps the axes, of size 1. */
  Value reduceKeeping(Reduce.Kind kind, Value x, List<Integer> axes) {
    return reshape(reduce(kind, x, axes), keeping(x, axes));
  }

  static Shape keeping(Value x, List<Integer> axes) {
    Shape shape = x.type().shape();
    for (int axis : axes) {
      shape = shape.with(axis, 1);
    }
    return shape;
  }

  static List<Integer> allAxes(Value x) {
    return IntStream.range(0, x.type().rank()).boxed().toList();
  }

  Value sumAll(Value x) {
    return reduce(Reduce.Kind.REDUCE_SUM, x, allAxes(x));
  }

  /** Returns x weight^T + bias over the last axis of {@code x}; weight is (out, in). */
  Value linear(Value x, Value weight, @Nullable Value bias) {
    int last = x.type().rank() - 1;
    long in = weight.type().dim(1);
    long out = weight.type().dim(0);
    Value rows = reshape(x, x.type().elementCount() / in, in);
    Value product = add(new Dot(rows, weight, false, true));
    Value whole = reshape(product, x.type().shape().with(last, out));
    return bias == null ? whole : plus(whole, bias);
  }
}
