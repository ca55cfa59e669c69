package dev.miser.testmodels;

import dev.miser.ir.func.Function;
import dev.miser.ir.func.FunctionBuilder;
import dev.miser.ir.op.BatchNorm;
import dev.miser.ir.op.Binary;
import dev.miser.ir.op.Broadcast;
import dev.miser.ir.op.Compare;
import dev.miser.ir.op.Concat;
import dev.miser.ir.op.Constant;
import dev.miser.ir.op.Convert;
import dev.miser.ir.op.Convolution;
import dev.miser.ir.op.Cumulative;
import dev.miser.ir.op.Dot;
import dev.miser.ir.op.Gather;
import dev.miser.ir.op.LayerNorm;
import dev.miser.ir.op.Literal;
import dev.miser.ir.op.Op;
import dev.miser.ir.op.Pad;
import dev.miser.ir.op.Pool;
import dev.miser.ir.op.Reduce;
import dev.miser.ir.op.Reshape;
import dev.miser.ir.op.Reverse;
import dev.miser.ir.op.Select;
import dev.miser.ir.op.Slice;
import dev.miser.ir.op.Softmax;
import dev.miser.ir.op.Sort;
import dev.miser.ir.op.Transpose;
import dev.miser.ir.op.Unary;
import dev.miser.ir.op.Value;
import dev.miser.ir.type.ElementType;
import dev.miser.ir.type.Shape;
import dev.miser.ir.type.TensorType;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.function.Predicate;
import java.util.stream.IntStream;

/**
 * Makes legal functions by chance, the same ones for the same seed: small shapes, all families of
 * operations, and on purpose much that a pass can act on. No program fails when it runs.
 */
public final class RandomPrograms {
  private static final long[] SIZES = {1, 1, 2, 3, 4, 5, 8};
  private static final double[] FLOATS = {0, -0.0, 1, -1, 2, 0.5, 4, -3, 0.1};

  private static final List<ElementType> ELEMENTS =
      List.of(
          ElementType.F32,
          ElementType.F32,
          ElementType.F32,
          ElementType.F64,
          ElementType.F16,
          ElementType.BF16,
          ElementType.I32,
          ElementType.I64,
          ElementType.I8,
          ElementType.U8,
          ElementType.BOOL);

  private final Random random;
  private final FunctionBuilder builder;
  private final List<Value> values = new ArrayList<>();

  private RandomPrograms(long seed) {
    this.random = new Random(seed);
    this.builder = new FunctionBuilder("random");
  }

  /** Returns the function of this seed, with about so many instructions. */
  public static Function function(long seed, int instructions) {
    return new RandomPrograms(seed).make(instructions);
  }

  private Function make(int instructions) {
    values.add(builder.input("x", TensorType.of(ElementType.F32, 2, 3, 4)));
    values.add(builder.input("y", type()));
    values.add(builder.input("z", type()));
    values.add(builder.param("w", type(), null));
    for (int i = 0; i < instructions; i++) {
      step();
    }
    int results = 1 + random.nextInt(3);
    for (int i = 0; i < results; i++) {
      // Late values depend on most; some early ones are returned too.
      builder.returns(random.nextInt(4) == 0 ? any() : values.get(values.size() - 1 - i));
    }
    return builder.build();
  }

  private void step() {
    switch (random.nextInt(20)) {
      case 0, 1 -> unary();
      case 2, 3, 4 -> binary();
      case 5 -> compareAndSelect();
      case 6 -> add("convert", new Convert(any(), one(ELEMENTS)));
      case 7, 8 -> reshape();
      case 9, 10 -> transpose();
      case 11 -> slice();
      case 12 -> pad();
      case 13 -> concat();
      case 14 -> reverse();
      case 15 -> broadcast();
      case 16 -> reduce();
      case 17 -> dot();
      case 18 -> convolution();
      default -> rowOperation();
    }
  }

  private <T> T one(List<T> list) {
    return list.get(random.nextInt(list.size()));
  }

  private Value add(String name, Op op) {
    Value value = builder.add(name, op);
    values.add(value);
    return value;
  }

  private TensorType type() {
    var dims = new ArrayList<Long>();
    int rank = random.nextInt(5);
    for (int axis = 0; axis < rank; axis++) {
      dims.add(SIZES[random.nextInt(SIZES.length)]);
    }
    if (rank > 0 && random.nextInt(40) == 0) {
      dims.set(0, 0L);
    }
    return new TensorType(one(ELEMENTS), new Shape(dims));
  }

  /** A value, the latest ones more often. */
  private Value any() {
    int back = Math.min(random.nextInt(values.size()), random.nextInt(values.size()));
    return values.get(values.size() - 1 - back);
  }

  private Value any(Predicate<Value> wanted, TensorType otherwise) {
    for (int i = 0; i < 8; i++) {
      Value value = any();
      if (wanted.test(value)) {
        return value;
      }
    }
    return constant(otherwise);
  }

  private static boolean isFloat(Value value) {
    return value.type().element().isFloat();
  }

  private static boolean isNumeric(Value value) {
    return !value.type().element().isBoolean();
  }

  private Value numbers() {
    return any(RandomPrograms::isNumeric, TensorType.of(ElementType.F32, 2, 3));
  }

  private Literal literal(TensorType type) {
    int count = (int) type.elementCount();
    boolean splat = random.nextInt(3) > 0;
    if (type.element().isFloat()) {
      return splat
          ? Literal.splat(type, FLOATS[random.nextInt(FLOATS.length)])
          : Literal.ofDoubles(
              type, random.doubles(count, -2, 2).map(d -> (double) (float) d).toArray());
    }
    return splat
        ? Literal.splat(type, (long) random.nextInt(4) - 1)
        : Literal.ofLongs(type, random.longs(count, -3, 4).toArray());
  }

  /** A constant of this type, or a scalar one repeated. */
  private Value constant(TensorType type) {
    if (random.nextBoolean()) {
      return add("c", new Constant(literal(type)));
    }
    Value scalar = add("c", new Constant(literal(type.withShape())));
    return add("spread", new Broadcast(scalar, type.shape(), List.of()));
  }

  private Value like(Value value) {
    return random.nextInt(3) == 0
        ? constant(value.type())
        : any(other -> other.type().equals(value.type()), value.type());
  }

  private void unary() {
    Unary.Kind kind = one(List.of(Unary.Kind.values()));
    ElementType element =
        switch (kind.domain()) {
          case NUMBER, FLOAT -> ElementType.F32;
          case INTEGER -> ElementType.I32;
          case BOOLEAN -> ElementType.BOOL;
        };
    Value x =
        any(
            value ->
                switch (kind.domain()) {
                  case NUMBER -> isNumeric(value);
                  case FLOAT -> isFloat(value);
                  case INTEGER -> value.type().element().isInteger();
                  case BOOLEAN -> !isNumeric(value);
                },
            TensorType.of(element, 3, 4));
    Value once = add("unary", new Unary(kind, x));
    if (once.type().equals(x.type()) && random.nextInt(3) == 0) {
      add("unary", new Unary(kind, once));
    }
  }

  private void binary() {
    Value lhs = any();
    ElementType element = lhs.type().element();
    List<Binary.Kind> kinds =
        element.isBoolean()
            ? List.of(Binary.Kind.AND, Binary.Kind.OR, Binary.Kind.XOR)
            : element.isFloat()
                ? List.of(
                    Binary.Kind.ADD,
                    Binary.Kind.SUBTRACT,
                    Binary.Kind.MULTIPLY,
                    Binary.Kind.DIVIDE,
                    Binary.Kind.MINIMUM,
                    Binary.Kind.MAXIMUM,
                    Binary.Kind.REMAINDER)
                : List.of(
                    Binary.Kind.ADD,
                    Binary.Kind.SUBTRACT,
                    Binary.Kind.MULTIPLY,
                    Binary.Kind.MINIMUM,
                    Binary.Kind.MAXIMUM,
                    Binary.Kind.AND,
                    Binary.Kind.OR,
                    Binary.Kind.XOR,
                    Binary.Kind.SHIFT_LEFT,
                    Binary.Kind.SHIFT_RIGHT);
    Value rhs = random.nextInt(8) == 0 ? lhs : like(lhs);
    boolean swap = random.nextInt(4) == 0;
    Binary.Kind kind = one(kinds);
    add(kind.mnemonic(), swap ? new Binary(kind, rhs, lhs) : new Binary(kind, lhs, rhs));
  }

  private void compareAndSelect() {
    Value lhs = numbers();
    Value condition =
        add("condition", new Compare(one(List.of(Compare.Kind.values())), lhs, like(lhs)));
    if (random.nextBoolean()) {
      condition = add("not", new Unary(Unary.Kind.LOGICAL_NOT, condition));
    }
    add("select", new Select(condition, lhs, like(lhs)));
  }

  private void reshape() {
    Value x = any();
    var dims = new ArrayList<>(x.type().shape().dims());
    if (random.nextInt(3) == 0 && dims.size() < 5) {
      dims.add(random.nextInt(dims.size() + 1), 1L);
    } else if (dims.size() >= 2) {
      int axis = random.nextInt(dims.size() - 1);
      dims.set(axis, dims.get(axis) * dims.remove(axis + 1));
    }
    Value reshaped = add("reshape", new Reshape(x, new Shape(dims)));
    if (random.nextBoolean() && isFloat(reshaped)) {
      Value between = add("between", new Unary(Unary.Kind.RELU, reshaped));
      Value sum = add("sum", new Binary(Binary.Kind.ADD, between, like(between)));
      add("back", new Reshape(sum, x.type().shape()));
    }
  }

  private void transpose() {
    Value x = any();
    var permutation = new ArrayList<>(IntStream.range(0, x.type().rank()).boxed().toList());
    Collections.shuffle(permutation, random);
    Value transposed = add("transpose", new Transpose(x, permutation));
    if (random.nextBoolean() && isNumeric(x)) {
      Value product =
          add("product", new Binary(Binary.Kind.MULTIPLY, transposed, like(transposed)));
      var back = IntStream.range(0, permutation.size()).map(permutation::indexOf).boxed().toList();
      add("back", new Transpose(product, back));
    }
  }

  private void slice() {
    Value x = any();
    var start = new ArrayList<Long>();
    var limit = new ArrayList<Long>();
    var stride = new ArrayList<Long>();
    for (long size : x.type().shape().dims()) {
      long from = random.nextInt(3) == 0 ? random.nextLong(size + 1) : 0;
      start.add(from);
      limit.add(random.nextInt(3) == 0 ? from + random.nextLong(size - from + 1) : size);
      stride.add(1L + (random.nextInt(4) == 0 ? 1 : 0));
    }
    add("slice", new Slice(x, start, limit, stride));
  }

  private void pad() {
    Value x = any();
    Value fill = add("fill", new Constant(literal(x.type().withShape())));
    var low = new ArrayList<Long>();
    var high = new ArrayList<Long>();
    var interior = new ArrayList<Long>();
    boolean dilated = random.nextInt(4) == 0;
    for (long size : x.type().shape().dims()) {
      low.add(size > 0 && random.nextInt(4) == 0 ? -1L : random.nextLong(2));
      high.add(random.nextLong(2));
      interior.add(dilated ? random.nextLong(2) : 0L);
    }
    add("pad", new Pad(x, fill, low, high, interior));
  }

  private void concat() {
    Value x = any(value -> value.type().rank() > 0, TensorType.of(ElementType.F32, 2, 3));
    int axis = random.nextInt(x.type().rank());
    var inputs = new ArrayList<>(List.of(x));
    for (int i = random.nextInt(3); i > 0; i--) {
      inputs.add(like(x));
    }
    Value joined = add("concat", new Concat(inputs, axis));
    long size = joined.type().dim(axis);
    if (size > 1 && random.nextBoolean()) {
      var zero = Collections.nCopies(joined.type().rank(), 0L);
      var start = new ArrayList<>(zero);
      start.set(axis, size / 2);
      var limit = new ArrayList<>(joined.type().shape().dims());
      limit.set(axis, size / 2);
      Value low = add("low", new Slice(joined, zero, limit, List.of()));
      Value high = add("high", new Slice(joined, start, joined.type().shape().dims(), List.of()));
      add("rejoined", new Concat(List.of(low, high), axis));
    }
  }

  private void reverse() {
    Value x = any();
    add(
        "reverse",
        new Reverse(
            x,
            IntStream.range(0, x.type().rank())
                .filter(a -> random.nextBoolean())
                .boxed()
                .toList()));
  }

  private void broadcast() {
    Value x = any(value -> value.type().rank() < 4, TensorType.of(ElementType.F32, 1, 3));
    var dims = new ArrayList<Integer>();
    var shape = new ArrayList<Long>();
    for (int axis = 0; axis < x.type().rank(); axis++) {
      if (random.nextInt(3) == 0 && shape.size() < 4) {
        shape.add(SIZES[random.nextInt(SIZES.length)]);
      }
      dims.add(shape.size());
      long size = x.type().dim(axis);
      shape.add(size == 1 ? SIZES[random.nextInt(SIZES.length)] : size);
    }
    if (new Shape(shape).elementCount() <= 2000) {
      add("broadcast", new Broadcast(x, new Shape(shape), dims));
    }
  }

  private void reduce() {
    Value x = any();
    List<Reduce.Kind> kinds =
        isNumeric(x)
            ? List.of(Reduce.Kind.REDUCE_SUM, Reduce.Kind.REDUCE_MAX, Reduce.Kind.REDUCE_MIN)
            : List.of(Reduce.Kind.REDUCE_AND, Reduce.Kind.REDUCE_OR);
    var axes =
        IntStream.range(0, x.type().rank()).filter(axis -> random.nextInt(3) > 0).boxed().toList();
    if (x.type().elementCount() > 0) {
      add("reduce", new Reduce(one(kinds), x, axes));
    }
  }

  private void dot() {
    Value lhs =
        any(v -> isNumeric(v) && v.type().rank() >= 2, TensorType.of(ElementType.F32, 4, 3));
    int rank = lhs.type().rank();
    boolean transposeLhs = random.nextBoolean();
    boolean transposeRhs = random.nextBoolean();
    long inner = lhs.type().dim(rank - (transposeLhs ? 2 : 1));
    var dims = new ArrayList<>(lhs.type().shape().dims().subList(0, rank - 2));
    dims.add(transposeRhs ? 5 : inner);
    dims.add(transposeRhs ? inner : 5);
    Value rhs = constant(lhs.type().withShape(new Shape(dims)));
    if (random.nextBoolean()) {
      var swap = new ArrayList<>(IntStream.range(0, rank).boxed().toList());
      Collections.swap(swap, rank - 2, rank - 1);
      rhs = add("swapped", new Transpose(rhs, swap));
      transposeRhs = !transposeRhs;
    }
    add("dot", new Dot(lhs, rhs, transposeLhs, transposeRhs));
  }

  private void convolution() {
    Value x =
        any(
            v -> isFloat(v) && v.type().rank() == 4 && v.type().elementCount() > 0,
            TensorType.of(ElementType.F32, 1, 4, 5, 5));
    if (x.type().elementCount() == 0) {
      return;
    }
    long channels = x.type().dim(1);
    TensorType type = x.type().withShape(3, channels, 1, 1);
    Value weights = builder.param("weights", type, null);
    Value y =
        add(
            "convolution",
            new Convolution(x, weights, List.of(), List.of(1L, 0L), List.of(1L, 0L), List.of(), 1));
    if (random.nextBoolean()) {
      Value bias = builder.param("bias", type.withShape(3), null);
      Value spread = add("spread", new Broadcast(bias, y.type().shape(), List.of(1)));
      y = add("biased", new Binary(Binary.Kind.ADD, y, spread));
    }
    if (random.nextBoolean()) {
      Value variance = builder.param("variance", type.withShape(3), null);
      Value mean = builder.param("mean", type.withShape(3), null);
      Value scale = builder.param("scale", type.withShape(3), null);
      y = add("norm", new BatchNorm(y, scale, mean, mean, variance, 1e-3));
    }
    Value pooled =
        add(
            "pool",
            new Pool(
                Pool.Kind.MAX_POOL,
                y,
                List.of(1L, 1L),
                List.of(),
                List.of(),
                List.of(),
                List.of(),
                false));
    add("relu", new Unary(Unary.Kind.RELU, pooled));
  }

  private void rowOperation() {
    Value x =
        any(
            v -> isFloat(v) && v.type().rank() >= 1 && v.type().elementCount() > 0,
            TensorType.of(ElementType.F32, 3, 8));
    int last = x.type().rank() - 1;
    if (x.type().elementCount() == 0) {
      return;
    }
    switch (random.nextInt(5)) {
      case 0 -> add("softmax", new Softmax(Softmax.Kind.SOFTMAX, x, last));
      case 1 -> {
        Value scale = constant(x.type().withShape(x.type().dim(last)));
        add("norm", new LayerNorm(x, scale, null, 1e-5));
      }
      case 2 -> add("sum", new Cumulative(Cumulative.Kind.CUMULATIVE_SUM, x, last, false, false));
      case 3 -> add("sorted", new Sort(Sort.Kind.SORT, x, last, random.nextBoolean()));
      default -> {
        TensorType type = TensorType.of(ElementType.I64, 3);
        long[] indices = random.longs(3, 0, x.type().dim(last)).toArray();
        Value at = add("at", new Constant(Literal.ofLongs(type, indices)));
        add("gather", new Gather(x, at, last, false));
      }
    }
  }
}
