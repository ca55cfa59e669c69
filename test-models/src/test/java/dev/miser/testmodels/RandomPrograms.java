package dev.miser.testmodels;

import dev.miser.ir.func.Function;
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
import java.util.stream.IntStream;

/**
 * Makes legal functions by chance, the same ones for the same seed: small shapes, all families of
 * operations, and on purpose much that a pass can act on. No program fails when it runs.
 */
public final class RandomPrograms {
  private final RandomPool pool;
  private final Random random;

  private RandomPrograms(long seed) {
    this.pool = new RandomPool(seed);
    this.random = pool.random;
  }

  /** Returns the function of this seed, with about so many instructions. */
  public static Function function(long seed, int instructions) {
    return new RandomPrograms(seed).make(instructions);
  }

  private Function make(int instructions) {
    pool.values.add(pool.builder.input("x", TensorType.of(ElementType.F32, 2, 3, 4)));
    pool.values.add(pool.builder.input("y", pool.type()));
    pool.values.add(pool.builder.input("z", pool.type()));
    pool.values.add(pool.builder.param("w", pool.type(), null));
    for (int i = 0; i < instructions; i++) {
      step();
    }
    int results = 1 + random.nextInt(3);
    for (int i = 0; i < results; i++) {
      // Late values depend on most; some early ones are returned too.
      pool.builder.returns(
          random.nextInt(4) == 0 ? pool.any() : pool.values.get(pool.values.size() - 1 - i));
    }
    return pool.builder.build();
  }

  private void step() {
    switch (random.nextInt(20)) {
      case 0, 1 -> unary();
      case 2, 3, 4 -> binary();
      case 5 -> compareAndSelect();
      case 6 -> pool.add("convert", new Convert(pool.any(), pool.one(RandomPool.ELEMENTS)));
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

  private void unary() {
    Unary.Kind kind = pool.one(List.of(Unary.Kind.values()));
    ElementType element =
        switch (kind.domain()) {
          case NUMBER, FLOAT -> ElementType.F32;
          case INTEGER -> ElementType.I32;
          case BOOLEAN -> ElementType.BOOL;
        };
    Value x =
        pool.any(
            value ->
                switch (kind.domain()) {
                  case NUMBER -> RandomPool.isNumeric(value);
                  case FLOAT -> RandomPool.isFloat(value);
                  case INTEGER -> value.type().element().isInteger();
                  case BOOLEAN -> !RandomPool.isNumeric(value);
                },
            TensorType.of(element, 3, 4));
    Value once = pool.add("unary", new Unary(kind, x));
    if (once.type().equals(x.type()) && random.nextInt(3) == 0) {
      pool.add("unary", new Unary(kind, once));
    }
  }

  private void binary() {
    Value lhs = pool.any();
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
    Value rhs = random.nextInt(8) == 0 ? lhs : pool.like(lhs);
    boolean swap = random.nextInt(4) == 0;
    Binary.Kind kind = pool.one(kinds);
    pool.add(kind.mnemonic(), swap ? new Binary(kind, rhs, lhs) : new Binary(kind, lhs, rhs));
  }

  private void compareAndSelect() {
    Value lhs = pool.numbers();
    Value condition =
        pool.add(
            "condition",
            new Compare(pool.one(List.of(Compare.Kind.values())), lhs, pool.like(lhs)));
    if (random.nextBoolean()) {
      condition = pool.add("not", new Unary(Unary.Kind.LOGICAL_NOT, condition));
    }
    pool.add("select", new Select(condition, lhs, pool.like(lhs)));
  }

  private void reshape() {
    Value x = pool.any();
    var dims = new ArrayList<>(x.type().shape().dims());
    if (random.nextInt(3) == 0 && dims.size() < 5) {
      dims.add(random.nextInt(dims.size() + 1), 1L);
    } else if (dims.size() >= 2) {
      int axis = random.nextInt(dims.size() - 1);
      dims.set(axis, dims.get(axis) * dims.remove(axis + 1));
    }
    Value reshaped = pool.add("reshape", new Reshape(x, new Shape(dims)));
    if (random.nextBoolean() && RandomPool.isFloat(reshaped)) {
      Value between = pool.add("between", new Unary(Unary.Kind.RELU, reshaped));
      Value sum = pool.add("sum", new Binary(Binary.Kind.ADD, between, pool.like(between)));
      pool.add("back", new Reshape(sum, x.type().shape()));
    }
  }

  private void transpose() {
    Value x = pool.any();
    var permutation = new ArrayList<>(IntStream.range(0, x.type().rank()).boxed().toList());
    Collections.shuffle(permutation, random);
    Value transposed = pool.add("transpose", new Transpose(x, permutation));
    if (random.nextBoolean() && RandomPool.isNumeric(x)) {
      Value product =
          pool.add("product", new Binary(Binary.Kind.MULTIPLY, transposed, pool.like(transposed)));
      var back = IntStream.range(0, permutation.size()).map(permutation::indexOf).boxed().toList();
      pool.add("back", new Transpose(product, back));
    }
  }

  private void slice() {
    Value x = pool.any();
    var start = new ArrayList<Long>();
    var limit = new ArrayList<Long>();
    var stride = new ArrayList<Long>();
    for (long size : x.type().shape().dims()) {
      long from = random.nextInt(3) == 0 ? random.nextLong(size + 1) : 0;
      start.add(from);
      limit.add(random.nextInt(3) == 0 ? from + random.nextLong(size - from + 1) : size);
      stride.add(1L + (random.nextInt(4) == 0 ? 1 : 0));
    }
    pool.add("slice", new Slice(x, start, limit, stride));
  }

  private void pad() {
    Value x = pool.any();
    Value fill = pool.add("fill", new Constant(pool.literal(x.type().withShape())));
    var low = new ArrayList<Long>();
    var high = new ArrayList<Long>();
    var interior = new ArrayList<Long>();
    boolean dilated = random.nextInt(4) == 0;
    for (long size : x.type().shape().dims()) {
      low.add(size > 0 && random.nextInt(4) == 0 ? -1L : random.nextLong(2));
      high.add(random.nextLong(2));
      interior.add(dilated ? random.nextLong(2) : 0L);
    }
    pool.add("pad", new Pad(x, fill, low, high, interior));
  }

  private void concat() {
    Value x = pool.any(value -> value.type().rank() > 0, TensorType.of(ElementType.F32, 2, 3));
    int axis = random.nextInt(x.type().rank());
    var inputs = new ArrayList<>(List.of(x));
    for (int i = random.nextInt(3); i > 0; i--) {
      inputs.add(pool.like(x));
    }
    Value joined = pool.add("concat", new Concat(inputs, axis));
    long size = joined.type().dim(axis);
    if (size > 1 && random.nextBoolean()) {
      var zero = Collections.nCopies(joined.type().rank(), 0L);
      var start = new ArrayList<>(zero);
      start.set(axis, size / 2);
      var limit = new ArrayList<>(joined.type().shape().dims());
      limit.set(axis, size / 2);
      Value low = pool.add("low", new Slice(joined, zero, limit, List.of()));
      Value high =
          pool.add("high", new Slice(joined, start, joined.type().shape().dims(), List.of()));
      pool.add("rejoined", new Concat(List.of(low, high), axis));
    }
  }

  private void reverse() {
    Value x = pool.any();
    pool.add(
        "reverse",
        new Reverse(
            x,
            IntStream.range(0, x.type().rank())
                .filter(a -> random.nextBoolean())
                .boxed()
                .toList()));
  }

  private void broadcast() {
    Value x = pool.any(value -> value.type().rank() < 4, TensorType.of(ElementType.F32, 1, 3));
    var dims = new ArrayList<Integer>();
    var shape = new ArrayList<Long>();
    for (int axis = 0; axis < x.type().rank(); axis++) {
      if (random.nextInt(3) == 0 && shape.size() < 4) {
        shape.add(RandomPool.SIZES[random.nextInt(RandomPool.SIZES.length)]);
      }
      dims.add(shape.size());
      long size = x.type().dim(axis);
      shape.add(size == 1 ? RandomPool.SIZES[random.nextInt(RandomPool.SIZES.length)] : size);
    }
    if (new Shape(shape).elementCount() <= 2000) {
      pool.add("broadcast", new Broadcast(x, new Shape(shape), dims));
    }
  }

  private void reduce() {
    Value x = pool.any();
    List<Reduce.Kind> kinds =
        RandomPool.isNumeric(x)
            ? List.of(Reduce.Kind.REDUCE_SUM, Reduce.Kind.REDUCE_MAX, Reduce.Kind.REDUCE_MIN)
            : List.of(Reduce.Kind.REDUCE_AND, Reduce.Kind.REDUCE_OR);
    var axes =
        IntStream.range(0, x.type().rank()).filter(axis -> random.nextInt(3) > 0).boxed().toList();
    if (x.type().elementCount() > 0) {
      pool.add("reduce", new Reduce(pool.one(kinds), x, axes));
    }
  }

  private void dot() {
    Value lhs =
        pool.any(
            v -> RandomPool.isNumeric(v) && v.type().rank() >= 2,
            TensorType.of(ElementType.F32, 4, 3));
    int rank = lhs.type().rank();
    boolean transposeLhs = random.nextBoolean();
    boolean transposeRhs = random.nextBoolean();
    long inner = lhs.type().dim(rank - (transposeLhs ? 2 : 1));
    var dims = new ArrayList<>(lhs.type().shape().dims().subList(0, rank - 2));
    dims.add(transposeRhs ? 5 : inner);
    dims.add(transposeRhs ? inner : 5);
    Value rhs = pool.constant(lhs.type().withShape(new Shape(dims)));
    if (random.nextBoolean()) {
      var swap = new ArrayList<>(IntStream.range(0, rank).boxed().toList());
      Collections.swap(swap, rank - 2, rank - 1);
      rhs = pool.add("swapped", new Transpose(rhs, swap));
      transposeRhs = !transposeRhs;
    }
    pool.add("dot", new Dot(lhs, rhs, transposeLhs, transposeRhs));
  }

  private void convolution() {
    Value x =
        pool.any(
            v -> RandomPool.isFloat(v) && v.type().rank() == 4 && v.type().elementCount() > 0,
            TensorType.of(ElementType.F32, 1, 4, 5, 5));
    if (x.type().elementCount() == 0) {
      return;
    }
    long channels = x.type().dim(1);
    TensorType type = x.type().withShape(3, channels, 1, 1);
    Value weights = pool.builder.param("weights", type, null);
    Value y =
        pool.add(
            "convolution",
            new Convolution(x, weights, List.of(), List.of(1L, 0L), List.of(1L, 0L), List.of(), 1));
    if (random.nextBoolean()) {
      Value bias = pool.builder.param("bias", type.withShape(3), null);
      Value spread = pool.add("spread", new Broadcast(bias, y.type().shape(), List.of(1)));
      y = pool.add("biased", new Binary(Binary.Kind.ADD, y, spread));
    }
    if (random.nextBoolean()) {
      Value variance = pool.builder.param("variance", type.withShape(3), null);
      Value mean = pool.builder.param("mean", type.withShape(3), null);
      Value scale = pool.builder.param("scale", type.withShape(3), null);
      y = pool.add("norm", new BatchNorm(y, scale, mean, mean, variance, 1e-3));
    }
    Value pooled =
        pool.add(
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
    pool.add("relu", new Unary(Unary.Kind.RELU, pooled));
  }

  private void rowOperation() {
    Value x =
        pool.any(
            v -> RandomPool.isFloat(v) && v.type().rank() >= 1 && v.type().elementCount() > 0,
            TensorType.of(ElementType.F32, 3, 8));
    int last = x.type().rank() - 1;
    if (x.type().elementCount() == 0) {
      return;
    }
    switch (random.nextInt(5)) {
      case 0 -> pool.add("softmax", new Softmax(Softmax.Kind.SOFTMAX, x, last));
      case 1 -> {
        Value scale = pool.constant(x.type().withShape(x.type().dim(last)));
        pool.add("norm", new LayerNorm(x, scale, null, 1e-5));
      }
      case 2 ->
          pool.add("sum", new Cumulative(Cumulative.Kind.CUMULATIVE_SUM, x, last, false, false));
      case 3 -> pool.add("sorted", new Sort(Sort.Kind.SORT, x, last, random.nextBoolean()));
      default -> {
        TensorType type = TensorType.of(ElementType.I64, 3);
        long[] indices = random.longs(3, 0, x.type().dim(last)).toArray();
        Value at = pool.add("at", new Constant(Literal.ofLongs(type, indices)));
        pool.add("gather", new Gather(x, at, last, false));
      }
    }
  }
}
