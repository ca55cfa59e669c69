package dev.miser.passes.fuse;

import dev.miser.ir.func.Function;
import dev.miser.ir.func.FunctionBuilder;
import dev.miser.ir.func.Initialiser;
import dev.miser.ir.op.Attention;
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
import dev.miser.ir.op.Iota;
import dev.miser.ir.op.LayerNorm;
import dev.miser.ir.op.Literal;
import dev.miser.ir.op.Op;
import dev.miser.ir.op.Pad;
import dev.miser.ir.op.Pool;
import dev.miser.ir.op.Random;
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
import java.util.SplittableRandom;

/** Small legal programs by seed: every family of operations, many uses of each value. */
public final class RandomPrograms {
  private static final ElementType F32 = ElementType.F32;
  private static final List<Shape> SHAPES =
      List.of(
          Shape.SCALAR,
          Shape.of(6),
          Shape.of(4, 6),
          Shape.of(6, 4),
          Shape.of(1, 24),
          Shape.of(2, 4, 6),
          Shape.of(1, 4, 6, 5));

  private final SplittableRandom random;
  private final FunctionBuilder builder;
  private final List<Value> values = new ArrayList<>();

  private RandomPrograms(long seed) {
    random = new SplittableRandom(seed);
    builder = new FunctionBuilder("random" + seed);
  }

  /** Returns the program of a seed with about {@code size} instructions. */
  public static Function of(long seed, int size) {
    return new RandomPrograms(seed).build(size);
  }

  private Function build(int size) {
    var states = new ArrayList<Value>();
    for (Shape shape : SHAPES) {
      TensorType type = new TensorType(F32, shape);
      Initialiser initialiser = new Initialiser.Uniform(-1, 1);
      switch (random.nextInt(4)) {
        case 0 -> values.add(builder.param("p", type, initialiser));
        case 1 -> states.add(builder.state("s", type, initialiser));
        default -> values.add(builder.input("x", type));
      }
      if (random.nextInt(2) == 0) {
        values.add(builder.param("w", type, initialiser));
      }
    }
    values.addAll(states);
    while (size-- > 0) {
      Op op = op(random.nextInt(24));
      Value added = builder.add("v", op);
      if (added.type().elementCount() > 0 && added.type().elementCount() <= 2048) {
        values.add(added);
      }
    }
    int results = 1 + random.nextInt(4);
    for (int i = 0; i < results; i++) {
      builder.returns(random.nextInt(3) == 0 ? any() : recent());
    }
    for (Value state : states) {
      if (random.nextInt(3) > 0) {
        builder.update(state, ofShape(state.type().shape()));
      }
    }
    return builder.build();
  }

  private Value any() {
    return values.get(random.nextInt(values.size()));
  }

  /** Returns one of the last values, so that chains come about. */
  private Value recent() {
    int from = Math.max(0, values.size() - 5);
    return values.get(from + random.nextInt(values.size() - from));
  }

  private Value pick() {
    return random.nextInt(3) == 0 ? any() : recent();
  }

  private Value ofRank(int least, int most) {
    for (int i = 0; i < 20; i++) {
      Value value = pick();
      if (value.type().rank() >= least && value.type().rank() <= most) {
        return value;
      }
    }
    return values.stream()
        .filter(v -> v.type().rank() >= least && v.type().rank() <= most)
        .findFirst()
        .orElseThrow();
  }

  /** Returns an f32 value of the shape: one that exists, or one stretched or made. */
  private Value ofShape(Shape shape) {
    List<Value> fitting = values.stream().filter(v -> v.type().shape().equals(shape)).toList();
    if (!fitting.isEmpty() && random.nextInt(4) > 0) {
      return fitting.get(random.nextInt(fitting.size()));
    }
    for (Value value : values) {
      if (value.type().rank() == 1
          && shape.rank() > 1
          && value.type().dim(0) == shape.dim(shape.rank() - 1)
          && random.nextInt(2) == 0) {
        return builder.add("b", new Broadcast(value, shape, List.of(shape.rank() - 1)));
      }
    }
    TensorType type = new TensorType(F32, shape);
    return switch (random.nextInt(3)) {
      case 0 -> builder.add("c", new Constant(Literal.splat(type, 0.5)));
      case 1 -> {
        double[] dense = new double[(int) shape.elementCount()];
        for (int i = 0; i < dense.length; i++) {
          dense[i] = i * 0.25 - 1;
        }
        yield builder.add("c", new Constant(Literal.ofDoubles(type, dense)));
      }
      default -> {
        Value scalar = values.stream().filter(v -> v.type().rank() == 0).findFirst().orElseThrow();
        yield builder.add("b", new Broadcast(scalar, shape, List.of()));
      }
    };
  }

  private Op op(int kind) {
    return switch (kind) {
      case 0, 1, 2 -> {
        var kinds =
            List.of(
                Unary.Kind.RELU,
                Unary.Kind.TANH,
                Unary.Kind.NEGATE,
                Unary.Kind.SIGMOID,
                Unary.Kind.ABS);
        yield new Unary(kinds.get(random.nextInt(kinds.size())), pick());
      }
      case 3, 4, 5, 6, 7 -> {
        var kinds =
            List.of(
                Binary.Kind.ADD, Binary.Kind.SUBTRACT, Binary.Kind.MULTIPLY, Binary.Kind.MAXIMUM);
        Value lhs = pick();
        Value rhs = ofShape(lhs.type().shape());
        yield new Binary(kinds.get(random.nextInt(kinds.size())), lhs, rhs);
      }
      case 8 -> {
        Value x = pick();
        Value y = ofShape(x.type().shape());
        Value condition = builder.add("q", new Compare(Compare.Kind.LESS, x, y));
        yield new Select(condition, y, x);
      }
      case 9 -> {
        Value x = pick();
        Value whole = builder.add("i", new Convert(x, ElementType.I32));
        yield new Convert(whole, F32);
      }
      case 10, 11 -> {
        Value x = ofRank(2, 4);
        var permutation = new ArrayList<Integer>();
        for (int i = 0; i < x.type().rank(); i++) {
          permutation.add(random.nextInt(i + 1), i);
        }
        yield new Transpose(x, permutation);
      }
      case 12 -> reshape(pick());
      case 13 -> slice(ofRank(1, 4));
      case 14 -> {
        Value x = ofRank(1, 4);
        yield new Reverse(x, List.of(random.nextInt(x.type().rank())));
      }
      case 15 -> {
        Value x = ofRank(1, 4);
        int axis = random.nextInt(x.type().rank());
        yield new Concat(List.of(x, ofShape(x.type().shape())), axis);
      }
      case 16 -> {
        Value x = ofRank(2, 3);
        int rank = x.type().rank();
        Value y = ofShape(x.type().shape());
        boolean left = random.nextInt(2) == 0;
        yield rank >= 2 ? new Dot(x, y, left, !left) : new Unary(Unary.Kind.EXP, x);
      }
      case 17, 18 -> {
        Value x = ofRank(1, 4);
        int axis = random.nextInt(x.type().rank());
        var kinds = List.of(Reduce.Kind.REDUCE_SUM, Reduce.Kind.REDUCE_MAX);
        yield new Reduce(kinds.get(random.nextInt(2)), x, List.of(axis));
      }
      case 19 -> {
        Value x = ofRank(1, 4);
        yield random.nextInt(2) == 0
            ? new Softmax(Softmax.Kind.SOFTMAX, x, random.nextInt(x.type().rank()))
            : new LayerNorm(x, ofShape(Shape.of(x.type().dim(x.type().rank() - 1))), null, 1e-5);
      }
      case 20 -> image(ofShape(Shape.of(1, 4, 6, 5)));
      case 21 -> {
        Value q = ofRank(2, 3);
        yield new Attention(
            q, ofShape(q.type().shape()), ofShape(q.type().shape()), null, 0.5, false);
      }
      case 22 -> {
        Value x = ofRank(1, 3);
        int axis = random.nextInt(x.type().rank());
        yield switch (random.nextInt(4)) {
          case 0 -> new Sort(Sort.Kind.SORT, x, axis, false);
          case 1 -> new Cumulative(Cumulative.Kind.CUMULATIVE_SUM, x, axis, false, true);
          case 2 -> {
            Value fill = builder.add("c", new Constant(Literal.splat(TensorType.of(F32), 2.0)));
            List<Long> ones = Collections.nCopies(x.type().rank(), 1L);
            yield new Pad(x, fill, ones, ones, List.of());
          }
          default -> {
            Value indices =
                builder.add("i", new Iota(TensorType.of(ElementType.I64, x.type().dim(axis)), 0));
            yield new Gather(x, indices, axis, false);
          }
        };
      }
      default -> {
        Value key =
            builder.add("k", new Constant(Literal.splat(TensorType.of(ElementType.I64), 7L)));
        yield new Random(
            Random.Kind.RANDOM_UNIFORM, key, new TensorType(F32, pick().type().shape()));
      }
    };
  }

  private Op image(Value x) {
    if (random.nextInt(2) == 0) {
      List<Long> two = List.of(2L, 2L);
      return new Pool(
          Pool.Kind.MAX_POOL, x, two, List.of(1L, 1L), List.of(), List.of(), List.of(), false);
    }
    Value weights = ofShape(Shape.of(4, 4, 3, 3));
    List<Long> ones = List.of(1L, 1L);
    return new Convolution(x, weights, ones, ones, ones, List.of(), 1);
  }

  private Op reshape(Value x) {
    long count = x.type().elementCount();
    List<Shape> shapes = new ArrayList<>(List.of(Shape.of(count), Shape.of(1, count)));
    SHAPES.stream().filter(s -> s.elementCount() == count).forEach(shapes::add);
    return new Reshape(x, shapes.get(random.nextInt(shapes.size())));
  }

  private Op slice(Value x) {
    var start = new ArrayList<Long>();
    var limit = new ArrayList<Long>();
    int cut = random.nextInt(x.type().rank());
    for (int axis = 0; axis < x.type().rank(); axis++) {
      long dim = x.type().dim(axis);
      long from = axis == cut ? random.nextLong(dim) : 0;
      start.add(from);
      limit.add(axis == cut ? from + 1 + random.nextLong(dim - from) : dim);
    }
    return new Slice(x, start, limit, List.of());
  }
}
