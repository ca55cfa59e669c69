package dev.miser.ir.op;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.miser.ir.diag.Code;
import dev.miser.ir.diag.RuleViolation;
import dev.miser.ir.type.ElementType;
import dev.miser.ir.type.Shape;
import dev.miser.ir.type.TensorType;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Every rule of type inference, broken once, and what inference makes of legal operations. */
class InferTypeTest {
  private static final Value X = Examples.real("x", 2, 4, 6);
  private static final Value MATRIX = Examples.real("matrix", 4, 6);
  private static final Value ROW = new Value("row", TensorType.of(ElementType.I64, 3));
  private static final Value LONGS = new Value("longs", X.type().withElement(ElementType.I64));
  private static final List<Long> NONE = List.of();

  private static Value real(long... dims) {
    return Examples.real("v", dims);
  }

  private static Arguments rule(Code code, String message, Supplier<Op> op) {
    return Arguments.of(code, message, op);
  }

  static Stream<Arguments> broken() {
    return Stream.of(elementwise(), layouts(), indexing(), contractions(), others())
        .flatMap(rules -> rules);
  }

  private static Stream<Arguments> elementwise() {
    return Stream.of(
        rule(
            Code.TYPE_SAME,
            "operands differ in type: f32[2,4,6] and f32[4,6]",
            () -> new Binary(Binary.Kind.ADD, X, MATRIX)),
        rule(
            Code.TYPE_SHAPE_SAME,
            "operands differ in shape: bool[2] and f32[2,4,6]",
            () -> new Select(new Value("c", TensorType.of(ElementType.BOOL, 2)), X, X)),
        rule(
            Code.TYPE_ELEMENT_SAME,
            "operands differ in element type: f32[4,6] and f64[6,4]",
            () ->
                new Dot(
                    MATRIX, new Value("b", TensorType.of(ElementType.F64, 6, 4)), false, false)),
        rule(
            Code.TYPE_ELEMENT,
            "element type is i64, expected a float type",
            () -> new Unary(Unary.Kind.EXP, LONGS)),
        rule(
            Code.BITCAST_WIDTH,
            "i64 has 8 bytes, bool has 1",
            () -> new Bitcast(LONGS, ElementType.BOOL)),
        rule(
            Code.ATTRIBUTE_VALUE,
            "to is bool, expected a number type",
            () ->
                new Bitcast(new Value("c", TensorType.of(ElementType.BOOL, 2)), ElementType.BOOL)),
        rule(
            Code.TYPE_RANK,
            "rank is 0, expected at least 2",
            () -> new PackPanels(real(), 4, false)),
        rule(
            Code.TYPE_SCALAR,
            "operand is f32[6], expected a scalar",
            () -> new Pad(real(6), real(6), List.of(0L), List.of(0L), NONE)));
  }

  private static Stream<Arguments> layouts() {
    return Stream.of(
        rule(
            Code.ATTRIBUTE_LENGTH,
            "start has 1 entries, expected 2",
            () -> new Slice(MATRIX, List.of(0L), List.of(4L, 6L), NONE)),
        rule(
            Code.ATTRIBUTE_POSITIVE,
            "stride is 0, expected at least 1",
            () -> new Slice(MATRIX, List.of(0L, 0L), List.of(4L, 6L), List.of(1L, 0L))),
        rule(
            Code.ATTRIBUTE_AXIS,
            "axis 2 is not in [0, 2)",
            () -> new Softmax(Softmax.Kind.SOFTMAX, MATRIX, 2)),
        rule(
            Code.ATTRIBUTE_AXES,
            "axes [1, 0] are not increasing and distinct",
            () -> new Reverse(MATRIX, List.of(1, 0))),
        rule(
            Code.ATTRIBUTE_VALUE,
            "epsilon is -1.0, expected at least 0",
            () -> new RmsNorm(MATRIX, real(6), -1)),
        rule(
            Code.BROADCAST_DIMS,
            "dims [1, 0] do not map axes of f32[4,6] to increasing axes of [6,4]",
            () -> new Broadcast(MATRIX, Shape.of(6, 4), List.of(1, 0))),
        rule(
            Code.BROADCAST_SIZE,
            "axis 1 of size 6 cannot become size 7",
            () -> new Broadcast(MATRIX, Shape.of(4, 7), List.of(0, 1))),
        rule(
            Code.RESHAPE_COUNT,
            "f32[4,6] has 24 elements, [5,5] has 25",
            () -> new Reshape(MATRIX, Shape.of(5, 5))),
        rule(
            Code.TRANSPOSE_PERMUTATION,
            "[0, 0] is not a permutation of 2 axes",
            () -> new Transpose(MATRIX, List.of(0, 0))),
        rule(
            Code.SLICE_RANGE,
            "slice [3, 7) is outside axis 1 of size 6",
            () -> new Slice(MATRIX, List.of(0L, 3L), List.of(4L, 7L), NONE)),
        rule(
            Code.PAD_NEGATIVE,
            "padding makes axis 0 negative: -1",
            () -> new Pad(real(6), real(), List.of(-4L), List.of(-3L), NONE)),
        rule(
            Code.CONCAT_EMPTY, "concat needs at least one operand", () -> new Concat(List.of(), 0)),
        rule(
            Code.CONCAT_SHAPE,
            "operand is f32[4,5], expected f32[4,6] apart from axis 0",
            () -> new Concat(List.of(MATRIX, real(4, 5)), 0)),
        rule(
            Code.PANELS_SHAPE,
            "packed operand is f32[2,5,4], expected panels for 9 columns",
            () -> new UnpackPanels(real(2, 5, 4), 9, false)));
  }

  private static Stream<Arguments> indexing() {
    return Stream.of(
        rule(
            Code.GATHER_INDICES,
            "indices are f32, expected an integer type",
            () -> new Gather(X, real(3), 0, false)),
        rule(
            Code.GATHER_SHAPE,
            "indices are i64[3], expected f32[4,6] apart from axis 0",
            () -> new GatherAlong(MATRIX, ROW, 0, false)),
        rule(
            Code.GATHER_COORDINATES,
            "3 coordinates a position, operand has rank 2",
            () -> new GatherNd(MATRIX, ROW, 0, false)),
        rule(
            Code.GATHER_EMPTY,
            "cannot take 3 positions from an axis of size 0",
            () -> new Gather(real(0, 6), ROW, 0, false)),
        rule(
            Code.SCATTER_UPDATES,
            "updates are f32[3,5], expected f32[3,6]",
            () -> new Scatter(MATRIX, ROW, real(3, 5), 0, Combine.ADD, false)));
  }

  private static Stream<Arguments> contractions() {
    return Stream.of(
        rule(
            Code.DOT_RANK,
            "operands have ranks 2 and 3, expected equal ranks of at least 2",
            () -> new Dot(MATRIX, X, false, false)),
        rule(
            Code.DOT_BATCH,
            "batch dimensions differ: 2 and 3",
            () -> new Dot(X, real(3, 6, 5), false, false)),
        rule(
            Code.DOT_INNER_DIM,
            "inner dimensions differ: 6 and 5",
            () -> new Dot(MATRIX, real(5, 4), false, false)),
        rule(
            Code.CONV_RANK,
            "input has rank 3 and weights 4, expected equal ranks 3 to 5",
            () -> convolution(X, real(5, 4, 1, 1), 1)),
        rule(
            Code.CONV_GROUPS,
            "4 channels do not divide into 3 groups",
            () -> convolution(X, real(3, 1, 1), 3)),
        rule(
            Code.CONV_CHANNELS,
            "weights take 3 channels a group, input has 4",
            () -> convolution(X, real(5, 3, 1), 1)),
        rule(
            Code.CONV_WINDOW,
            "axis 2 of padded size 6 is smaller than the window's 7",
            () -> convolution(X, real(5, 4, 7), 1)),
        rule(
            Code.CONV_OUTPUT_PADDING,
            "output padding 1 is not below stride or dilation 1",
            () ->
                new TransposedConvolution(
                    X, real(4, 5, 3), NONE, NONE, NONE, List.of(1L), NONE, 1)),
        rule(
            Code.ATTENTION_SHAPE,
            "key is f32[2,4,5], expected [2] + [s,6]",
            () -> new Attention(X, real(2, 4, 5), X, null, 1, false)));
  }

  private static Convolution convolution(Value x, Value weights, long groups) {
    return new Convolution(x, weights, NONE, NONE, NONE, NONE, groups);
  }

  private static Stream<Arguments> others() {
    return Stream.of(
        rule(
            Code.REDUCE_EMPTY,
            "cannot take reduce_max over an axis of size 0",
            () -> new Reduce(Reduce.Kind.REDUCE_MAX, real(3, 0), List.of(1))),
        rule(
            Code.TOP_K_SIZE,
            "k is 7, axis has size 6",
            () -> new TopK(TopK.Kind.TOP_K, MATRIX, 7, 1, true)),
        rule(
            Code.NORM_SHAPE,
            "scale is f32[5], expected f32[6]",
            () -> new LayerNorm(MATRIX, real(5), null, 0)));
  }

  @ParameterizedTest
  @MethodSource("broken")
  void aBrokenRuleSaysWhatItFound(Code code, String message, Supplier<Op> op) {
    var violation = assertThrows(RuleViolation.class, () -> op.get().inferType());
    assertEquals(message, violation.text());
    assertEquals(code, violation.code());
  }

  @Test
  void everyRuleOfTypesAttributesAndOperationsIsBrokenOnce() {
    EnumSet<Code> rules = EnumSet.range(Code.TYPE_SAME, Code.PANELS_SHAPE);
    broken().forEach(arguments -> rules.remove((Code) arguments.get()[0]));
    assertEquals(EnumSet.noneOf(Code.class), rules);
  }

  @Test
  void shapesHaveLimits() {
    long big = 1L << 20;
    assertEquals(
        Code.LIMIT_ELEMENTS, assertThrows(RuleViolation.class, () -> Shape.of(big, big, 2)).code());
    assertEquals(
        Code.LIMIT_ELEMENTS,
        assertThrows(RuleViolation.class, () -> Shape.of(0, big, big, 2)).code(),
        "a zero does not excuse the other sizes");
    assertEquals(
        Code.LIMIT_RANK,
        assertThrows(RuleViolation.class, () -> Shape.of(1, 1, 1, 1, 1, 1, 1, 1, 1)).code());
    Value x = real(1, 1, 8);
    for (List<Long> huge : List.of(List.of(1L << 41), List.of(Long.MAX_VALUE))) {
      assertEquals(
          Code.LIMIT_ELEMENTS,
          assertThrows(
                  RuleViolation.class,
                  () -> new Convolution(x, real(1, 1, 3), NONE, huge, NONE, NONE, 1).inferType())
              .code());
    }
  }

  @Test
  void infersResultTypes() {
    infers("i64[2,6]", new ArgReduce(ArgReduce.Kind.ARG_MAX, X, 1, false));
    infers("bool[2,4,6]", new Unary(Unary.Kind.IS_NAN, X));
    infers("u32[2,4,6]", new Bitcast(X, ElementType.U32));
    infers("f32[2,3,6]", new Gather(X, ROW, 1, false));
    infers("f32[4]", new Reduce(Reduce.Kind.REDUCE_SUM, X, List.of(0, 2)));
    infers("f32[2,4,6]", new Reduce(Reduce.Kind.REDUCE_SUM, X, List.of()));
    infers("f32[2,2,6]", new TopK(TopK.Kind.TOP_K, X, 2, 1, true));
    infers("i64[2,2,6]", new TopK(TopK.Kind.TOP_K_INDICES, X, 2, 1, true));
    infers("f32[2,6,5]", new Dot(X, real(2, 5, 4), true, true));
    infers("f32[2,3,4]", new PackPanels(real(3, 7), 4, false));
    infers("f32[0,6]", new Slice(MATRIX, List.of(2L, 0L), List.of(2L, 6L), NONE));
    infers(
        "f32[2,10,12]",
        new TransposedConvolution(
            X, real(4, 5, 3), List.of(2L), List.of(1L), List.of(1L), List.of(1L), NONE, 2));
    infers("f32[2,4,3]", pool(List.of(2L), List.of(2L)));
    infers("f32[13]", new Pad(real(5), real(), List.of(1L), List.of(-1L), List.of(2L)));
  }

  private static Pool pool(List<Long> window, List<Long> stride) {
    return new Pool(Pool.Kind.MAX_POOL, X, window, stride, NONE, NONE, NONE, false);
  }

  private static void infers(String type, Op op) {
    assertEquals(type, op.inferType().toString(), Arrays.toString(op.operands().toArray()));
  }
}
