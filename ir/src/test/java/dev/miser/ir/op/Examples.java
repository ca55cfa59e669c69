package dev.miser.ir.op;

import dev.miser.ir.type.ElementType;
import dev.miser.ir.type.Shape;
import dev.miser.ir.type.TensorType;
import java.util.ArrayList;
import java.util.List;

/** A legal operation under every name, with attributes that are not the defaults. */
public final class Examples {
  private static final Value X = real("x", 2, 4, 6);
  private static final Value MATRIX = real("matrix", 4, 6);
  private static final Value IMAGE = real("image", 2, 4, 7, 9);
  private static final Value CHANNELS = real("channels", 4);
  private static final Value LAST = real("last", 6);
  private static final Value FILL = real("fill");
  private static final Value KEY = new Value("key", TensorType.of(ElementType.I64));
  private static final Value ROW = new Value("row", TensorType.of(ElementType.I64, 3));
  private static final Value COORDINATES = new Value("at", TensorType.of(ElementType.I32, 3, 2));

  private Examples() {}

  static Value real(String name, long... dims) {
    return new Value(name, TensorType.of(ElementType.F32, dims));
  }

  /** Returns one example an operation name, in no particular order. */
  public static List<Op> all() {
    var all = new ArrayList<Op>();
    elementwise(all);
    layouts(all);
    indexing(all);
    contractions(all);
    reductions(all);
    normalizations(all);
    TensorType type = TensorType.of(ElementType.F32, 2, 3);
    all.add(new Constant(Literal.ofDoubles(type, 1, 2, 3, 4, 5, 6)));
    all.add(new Iota(type, 1));
    for (Random.Kind kind : Random.Kind.values()) {
      boolean bits = kind == Random.Kind.RANDOM_BITS;
      all.add(new Random(kind, KEY, bits ? type.withElement(ElementType.U32) : type));
    }
    return all;
  }

  private static void elementwise(List<Op> all) {
    for (Unary.Kind kind : Unary.Kind.values()) {
      ElementType element =
          switch (kind.domain()) {
            case NUMBER, FLOAT -> ElementType.F32;
            case INTEGER -> ElementType.U8;
            case BOOLEAN -> ElementType.BOOL;
          };
      all.add(new Unary(kind, new Value("x", X.type().withElement(element))));
    }
    for (Binary.Kind kind : Binary.Kind.values()) {
      ElementType element =
          switch (kind.domain()) {
            case NUMBER, FLOAT -> ElementType.F32;
            case INTEGER -> ElementType.I16;
            case INTEGER_OR_BOOLEAN -> ElementType.BOOL;
          };
      TensorType type = X.type().withElement(element);
      all.add(new Binary(kind, new Value("a", type), new Value("b", type)));
    }
    for (Compare.Kind kind : Compare.Kind.values()) {
      all.add(new Compare(kind, X, new Value("other", X.type())));
    }
    Value condition = new Value("condition", X.type().withElement(ElementType.BOOL));
    all.add(new Select(condition, X, new Value("other", X.type())));
    all.add(new Convert(X, ElementType.I8));
    all.add(new Bitcast(X, ElementType.U32));
  }

  private static void layouts(List<Op> all) {
    all.add(new Broadcast(MATRIX, Shape.of(4, 3, 6), List.of(0, 2)));
    all.add(new Reshape(X, Shape.of(8, 6)));
    all.add(new Transpose(X, List.of(2, 0, 1)));
    all.add(new Slice(X, List.of(0L, 1L, 1L), List.of(2L, 4L, 6L), List.of(1L, 2L, 3L)));
    all.add(new Pad(MATRIX, FILL, List.of(1L, -1L), List.of(0L, 2L), List.of(2L, 0L)));
    all.add(new Concat(List.of(X, new Value("other", X.type()), X), 1));
    all.add(new Reverse(X, List.of(0, 2)));
    all.add(new PackPanels(MATRIX, 4, true));
    all.add(new UnpackPanels(real("packed", 2, 5, 4), 7, true));
  }

  private static void indexing(List<Op> all) {
    all.add(new Gather(X, ROW, 1, true));
    all.add(new GatherAlong(MATRIX, COORDINATES, 1, true));
    all.add(new GatherNd(MATRIX, COORDINATES, 0, true));
    all.add(new Scatter(MATRIX, ROW, real("updates", 4, 3), 1, Combine.SET, true));
    all.add(new ScatterAlong(MATRIX, COORDINATES, real("updates", 3, 2), 1, Combine.MAXIMUM, true));
    all.add(new ScatterNd(MATRIX, COORDINATES, real("updates", 3), Combine.MULTIPLY, true));
  }

  private static void contractions(List<Op> all) {
    all.add(new Dot(real("a", 5, 6, 4), real("b", 5, 3, 6), true, true));
    all.add(
        new Convolution(
            IMAGE,
            real("w", 6, 2, 3, 2),
            List.of(2L, 1L),
            List.of(1L, 0L),
            List.of(0L, 2L),
            List.of(1L, 3L),
            2));
    all.add(
        new TransposedConvolution(
            IMAGE,
            real("w", 4, 3, 3, 2),
            List.of(2L, 1L),
            List.of(1L, 0L),
            List.of(0L, 2L),
            List.of(1L, 0L),
            List.of(1L, 3L),
            2));
    all.add(
        new Attention(
            real("query", 2, 3, 5),
            real("key", 2, 4, 5),
            real("value", 2, 4, 6),
            new Value("bias", TensorType.of(ElementType.BOOL, 1, 3, 4)),
            0.5,
            true));
  }

  private static void reductions(List<Op> all) {
    for (Reduce.Kind kind : Reduce.Kind.values()) {
      boolean logic = kind == Reduce.Kind.REDUCE_AND || kind == Reduce.Kind.REDUCE_OR;
      Value x = logic ? new Value("x", X.type().withElement(ElementType.BOOL)) : X;
      all.add(new Reduce(kind, x, List.of(0, 2)));
    }
    for (ArgReduce.Kind kind : ArgReduce.Kind.values()) {
      all.add(new ArgReduce(kind, X, 1, true));
    }
    for (Cumulative.Kind kind : Cumulative.Kind.values()) {
      all.add(new Cumulative(kind, X, 1, true, true));
    }
    for (Sort.Kind kind : Sort.Kind.values()) {
      all.add(new Sort(kind, X, 1, true));
    }
    for (TopK.Kind kind : TopK.Kind.values()) {
      all.add(new TopK(kind, X, 3, 1, false));
    }
    for (Pool.Kind kind : Pool.Kind.values()) {
      all.add(
          new Pool(
              kind,
              IMAGE,
              List.of(3L, 2L),
              List.of(2L, 1L),
              List.of(1L, 0L),
              List.of(0L, 2L),
              List.of(1L, 3L),
              true));
    }
  }

  private static void normalizations(List<Op> all) {
    for (Softmax.Kind kind : Softmax.Kind.values()) {
      all.add(new Softmax(kind, X, 1));
    }
    all.add(new LayerNorm(X, LAST, new Value("bias", LAST.type()), 0.001));
    all.add(new RmsNorm(X, LAST, 0.001));
    all.add(new BatchNorm(IMAGE, CHANNELS, CHANNELS, CHANNELS, CHANNELS, 0.001));
    all.add(new GroupNorm(IMAGE, CHANNELS, CHANNELS, 2, 0.001));
    all.add(new LocalResponseNorm(IMAGE, 3, 0.01, 0.75, 2));
  }
}
