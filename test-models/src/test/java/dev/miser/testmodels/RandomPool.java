package dev.miser.testmodels;

import dev.miser.ir.func.FunctionBuilder;
import dev.miser.ir.op.Broadcast;
import dev.miser.ir.op.Constant;
import dev.miser.ir.op.Literal;
import dev.miser.ir.op.Op;
import dev.miser.ir.op.Value;
import dev.miser.ir.type.ElementType;
import dev.miser.ir.type.Shape;
import dev.miser.ir.type.TensorType;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.Predicate;

/** The values of a random program so far, and what is drawn from them by chance. */
final class RandomPool {
  static final long[] SIZES = {1, 1, 2, 3, 4, 5, 8};
  private static final double[] FLOATS = {0, -0.0, 1, -1, 2, 0.5, 4, -3, 0.1};

  static final List<ElementType> ELEMENTS =
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

  final Random random;
  final FunctionBuilder builder;
  final List<Value> values = new ArrayList<>();

  RandomPool(long seed) {
    this.random = new Random(seed);
    this.builder = new FunctionBuilder("random");
  }

  <T> T one(List<T> list) {
    return list.get(random.nextInt(list.size()));
  }

  Value add(String name, Op op) {
    Value value = builder.add(name, op);
    values.add(value);
    return value;
  }

  TensorType type() {
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
  Value any() {
    int back = Math.min(random.nextInt(values.size()), random.nextInt(values.size()));
    return values.get(values.size() - 1 - back);
  }

  Value any(Predicate<Value> wanted, TensorType otherwise) {
    for (int i = 0; i < 8; i++) {
      Value value = any();
      if (wanted.test(value)) {
        return value;
      }
    }
    return constant(otherwise);
  }

  static boolean isFloat(Value value) {
    return value.type().element().isFloat();
  }

  static boolean isNumeric(Value value) {
    return !value.type().element().isBoolean();
  }

  Value numbers() {
    return any(RandomPool::isNumeric, TensorType.of(ElementType.F32, 2, 3));
  }

  Literal literal(TensorType type) {
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
  Value constant(TensorType type) {
    if (random.nextBoolean()) {
      return add("c", new Constant(literal(type)));
    }
    Value scalar = add("c", new Constant(literal(type.withShape())));
    return add("spread", new Broadcast(scalar, type.shape(), List.of()));
  }

  Value like(Value value) {
    return random.nextInt(3) == 0
        ? constant(value.type())
        : any(other -> other.type().equals(value.type()), value.type());
  }
}
