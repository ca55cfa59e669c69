package dev.miser.ir.eval;

import static dev.miser.ir.eval.Given.bools;
import static dev.miser.ir.eval.Given.f32;
import static dev.miser.ir.eval.Given.floats;
import static dev.miser.ir.eval.Given.integers;
import static dev.miser.ir.eval.Given.run;
import static dev.miser.ir.type.ElementType.BF16;
import static dev.miser.ir.type.ElementType.BOOL;
import static dev.miser.ir.type.ElementType.F16;
import static dev.miser.ir.type.ElementType.F32;
import static dev.miser.ir.type.ElementType.F64;
import static dev.miser.ir.type.ElementType.I16;
import static dev.miser.ir.type.ElementType.I32;
import static dev.miser.ir.type.ElementType.I64;
import static dev.miser.ir.type.ElementType.I8;
import static dev.miser.ir.type.ElementType.U16;
import static dev.miser.ir.type.ElementType.U32;
import static dev.miser.ir.type.ElementType.U64;
import static dev.miser.ir.type.ElementType.U8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.miser.ir.diag.Code;
import dev.miser.ir.op.Binary;
import dev.miser.ir.op.Bitcast;
import dev.miser.ir.op.Compare;
import dev.miser.ir.op.Convert;
import dev.miser.ir.op.Select;
import dev.miser.ir.op.Unary;
import dev.miser.ir.type.ElementType;
import dev.miser.ir.type.TensorType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Functions of single elements at the edges of their types. */
class ElementwiseMeaningTest {
  private static final double INF = Double.POSITIVE_INFINITY;
  private static final double NAN = Double.NaN;

  private static Tensor unary(Unary.Kind kind, Tensor x) {
    return run(v -> new Unary(kind, v.get(0)), x);
  }

  private static Tensor binary(Binary.Kind kind, Tensor lhs, Tensor rhs) {
    return run(v -> new Binary(kind, v.get(0), v.get(1)), lhs, rhs);
  }

  private static Tensor convert(Tensor x, ElementType to) {
    return run(v -> new Convert(v.get(0), to), x);
  }

  private static Tensor bitcast(Tensor x, ElementType to) {
    return run(v -> new Bitcast(v.get(0), to), x);
  }

  @ParameterizedTest
  @EnumSource(Unary.Kind.class)
  void everyFloatFunctionPassesNaNOn(Unary.Kind kind) {
    if (kind.isPredicate() || kind.domain() == Unary.Domain.BOOLEAN) {
      return;
    }
    if (kind.domain() == Unary.Domain.INTEGER) {
      return;
    }
    assertTrue(Double.isNaN(unary(kind, f32(NAN)).doubles()[0]), kind.mnemonic());
  }

  @ParameterizedTest
  @EnumSource(
      value = Unary.Kind.class,
      names = {
        "ABS",
        "SQUARE",
        "RELU",
        "SIN",
        "TAN",
        "ASIN",
        "ATAN",
        "SINH",
        "ASINH",
        "ATANH",
        "TANH",
        "ERF",
        "EXPM1",
        "LOG1P",
        "SQRT",
        "FLOOR",
        "CEIL",
        "ROUND_HALF_EVEN",
        "TRUNCATE",
        "SIGN",
        "GELU",
        "GELU_TANH",
        "SILU"
      })
  void zeroOfZero(Unary.Kind kind) {
    assertEquals(f32(0), unary(kind, f32(0)), kind.mnemonic());
  }

  @Test
  void signsOfZero() {
    assertEquals(f32(-0.0, 0.0), unary(Unary.Kind.SIGN, f32(-0.0, 0.0)));
    assertEquals(f32(0.0, -0.0), unary(Unary.Kind.NEGATE, f32(-0.0, 0.0)));
    assertEquals(f32(0.0), unary(Unary.Kind.RELU, f32(-0.0)));
    assertEquals(f32(-0.0), unary(Unary.Kind.TRUNCATE, f32(-0.5)));
    assertEquals(f32(-0.0, -0.0, -INF), unary(Unary.Kind.ASINH, f32(-0.0, -0.0, -INF)));
  }

  @Test
  void infinities() {
    assertEquals(f32(0, INF), unary(Unary.Kind.EXP, f32(-INF, INF)));
    assertEquals(f32(-1, INF), unary(Unary.Kind.EXPM1, f32(-INF, INF)));
    assertEquals(f32(-INF, INF, NAN), unary(Unary.Kind.LOG, f32(0, INF, -1)));
    assertEquals(f32(-1, 1), unary(Unary.Kind.ERF, f32(-INF, INF)));
    assertEquals(f32(0, 1), unary(Unary.Kind.SIGMOID, f32(-INF, INF)));
    assertEquals(f32(0, INF), unary(Unary.Kind.SOFTPLUS, f32(-INF, INF)));
    assertEquals(f32(INF, 0), unary(Unary.Kind.RSQRT, f32(0, INF)));
    assertEquals(f32(0, INF, NAN), unary(Unary.Kind.ACOSH, f32(1, INF, 0.5)));
    assertEquals(f32(-INF, INF, NAN), unary(Unary.Kind.ATANH, f32(-1, 1, 1.5)));
  }

  @Test
  void roundsHalfToEven() {
    assertEquals(
        f32(-2, -2, -0.0, 0, 2, 2),
        unary(Unary.Kind.ROUND_HALF_EVEN, f32(-2.5, -1.5, -0.5, 0.5, 1.5, 2.5)));
  }

  @Test
  void largeSoftplusDoesNotOverflow() {
    assertEquals(f32(1000, 0), unary(Unary.Kind.SOFTPLUS, f32(1000, -1000)));
  }

  @Test
  void predicatesAndBits() {
    assertEquals(bools(1, 0, 0), unary(Unary.Kind.IS_NAN, f32(NAN, INF, 1)));
    assertEquals(bools(0, 1, 1), unary(Unary.Kind.IS_INFINITE, f32(NAN, INF, -INF)));
    assertEquals(bools(1, 0), unary(Unary.Kind.LOGICAL_NOT, bools(0, 1)));
    assertEquals(integers(U8, 254, 0), unary(Unary.Kind.BITWISE_NOT, integers(U8, 1, 255)));
    assertEquals(integers(I8, -2, 0), unary(Unary.Kind.BITWISE_NOT, integers(I8, 1, -1)));
  }

  @Test
  void integersWrapToTheirWidth() {
    assertEquals(integers(I8, -128, 100), unary(Unary.Kind.ABS, integers(I8, -128, -100)));
    assertEquals(integers(U8, 255), unary(Unary.Kind.NEGATE, integers(U8, 1)));
    assertEquals(integers(I16, 1), unary(Unary.Kind.SQUARE, integers(I16, -32767)));
    assertEquals(
        integers(I32, Integer.MIN_VALUE),
        binary(Binary.Kind.ADD, integers(I32, Integer.MAX_VALUE), integers(I32, 1)));
    assertEquals(
        integers(U16, 65535), binary(Binary.Kind.SUBTRACT, integers(U16, 0), integers(U16, 1)));
    assertEquals(
        integers(U32, 1),
        binary(Binary.Kind.MULTIPLY, integers(U32, 0xffffffffL), integers(U32, 0xffffffffL)));
  }

  @Test
  void divisionTruncatesAndWrapsItsOnlyOverflow() {
    assertEquals(
        integers(I32, -3, Integer.MIN_VALUE),
        binary(Binary.Kind.DIVIDE, integers(I32, 7, Integer.MIN_VALUE), integers(I32, -2, -1)));
    assertEquals(
        integers(U64, Long.MAX_VALUE),
        binary(Binary.Kind.DIVIDE, integers(U64, -1), integers(U64, 2)));
  }

  @ParameterizedTest
  @EnumSource(
      value = Binary.Kind.class,
      names = {"DIVIDE", "REMAINDER", "FLOOR_REMAINDER"})
  void integerDivisionByZeroNamesTheValue(Binary.Kind kind) {
    for (ElementType element : new ElementType[] {I64, U8}) {
      var failure =
          assertThrows(
              EvaluationException.class,
              () -> binary(kind, integers(element, 1), integers(element, 0)));
      assertEquals(Code.RUN_DIVIDE_BY_ZERO, failure.code());
      assertEquals("y", failure.value());
      assertEquals("%y: integer division by zero", failure.getMessage());
    }
  }

  @Test
  void remaindersTakeTheirSides() {
    Tensor lhs = f32(7, -7, 7, -7, -0.0, 1, NAN);
    Tensor rhs = f32(3, 3, -3, -3, 3, 0, 1);
    assertEquals(f32(1, -1, 1, -1, -0.0, NAN, NAN), binary(Binary.Kind.REMAINDER, lhs, rhs));
    assertEquals(f32(1, 2, -2, -1, 0.0, NAN, NAN), binary(Binary.Kind.FLOOR_REMAINDER, lhs, rhs));
    Tensor a = integers(I64, 7, -7, 7, -7);
    Tensor b = integers(I64, 3, 3, -3, -3);
    assertEquals(integers(I64, 1, -1, 1, -1), binary(Binary.Kind.REMAINDER, a, b));
    assertEquals(integers(I64, 1, 2, -2, -1), binary(Binary.Kind.FLOOR_REMAINDER, a, b));
  }

  @Test
  void extremesKnowZeroesAndNaN() {
    Tensor lhs = f32(-0.0, 0, NAN, 1);
    Tensor rhs = f32(0, -0.0, 1, NAN);
    assertEquals(f32(-0.0, -0.0, NAN, NAN), binary(Binary.Kind.MINIMUM, lhs, rhs));
    assertEquals(f32(0, 0, NAN, NAN), binary(Binary.Kind.MAXIMUM, lhs, rhs));
    assertEquals(
        integers(U64, -1), binary(Binary.Kind.MAXIMUM, integers(U64, -1), integers(U64, 1)));
    assertEquals(
        integers(I64, 1), binary(Binary.Kind.MAXIMUM, integers(I64, -1), integers(I64, 1)));
  }

  @Test
  void powers() {
    assertEquals(
        integers(I32, 1, 0, 1, -1, 1, -8, 1),
        binary(
            Binary.Kind.POWER,
            integers(I32, 0, 2, 1, -1, -1, -2, 7),
            integers(I32, 0, -1, -5, -5, -4, 3, 0)));
    assertEquals(
        integers(U8, 17),
        binary(Binary.Kind.POWER, integers(U8, 9), integers(U8, 250)),
        "9 to the 250th, modulo 256");
    assertEquals(f32(1, 1, NAN), binary(Binary.Kind.POWER, f32(NAN, 0, -8), f32(0, 0, 0.5)));
  }

  @Test
  void shiftsBeyondTheWidth() {
    assertEquals(
        integers(I8, -128, 0, 0),
        binary(Binary.Kind.SHIFT_LEFT, integers(I8, 1, 1, 1), integers(I8, 7, 8, -1)));
    assertEquals(
        integers(I8, -1, -1, 0, -2),
        binary(Binary.Kind.SHIFT_RIGHT, integers(I8, -4, -4, 4, -4), integers(I8, 8, -1, 9, 1)));
    assertEquals(
        integers(U64, 1, 0),
        binary(Binary.Kind.SHIFT_RIGHT, integers(U64, -1, -1), integers(U64, 63, 64)));
  }

  @Test
  void logicOfBooleans() {
    Tensor a = bools(0, 0, 1, 1);
    Tensor b = bools(0, 1, 0, 1);
    assertEquals(bools(0, 0, 0, 1), binary(Binary.Kind.AND, a, b));
    assertEquals(bools(0, 1, 1, 1), binary(Binary.Kind.OR, a, b));
    assertEquals(bools(0, 1, 1, 0), binary(Binary.Kind.XOR, a, b));
  }

  @Test
  void comparisonsWithNaNAreFalseSaveNotEqual() {
    Tensor lhs = f32(NAN, 1, -0.0);
    Tensor rhs = f32(NAN, NAN, 0);
    for (Compare.Kind kind : Compare.Kind.values()) {
      boolean unequal = kind == Compare.Kind.NOT_EQUAL;
      boolean zeroes =
          switch (kind) {
            case EQUAL, LESS_EQUAL, GREATER_EQUAL -> true;
            case NOT_EQUAL, LESS, GREATER -> false;
          };
      assertEquals(
          bools(unequal ? 1 : 0, unequal ? 1 : 0, zeroes ? 1 : 0),
          run(v -> new Compare(kind, v.get(0), v.get(1)), lhs, rhs),
          kind.mnemonic());
    }
    assertEquals(
        bools(1),
        run(
            v -> new Compare(Compare.Kind.GREATER, v.get(0), v.get(1)),
            integers(U64, -1),
            integers(U64, 1)));
  }

  @Test
  void selects() {
    assertEquals(
        f32(1, 20),
        run(v -> new Select(v.get(0), v.get(1), v.get(2)), bools(1, 0), f32(1, 2), f32(10, 20)));
    assertEquals(
        integers(I8, 1, 20),
        run(
            v -> new Select(v.get(0), v.get(1), v.get(2)),
            bools(1, 0),
            integers(I8, 1, 2),
            integers(I8, 10, 20)));
  }

  @Test
  void bitsStayWhatTheyAre() {
    Tensor x = f32(1, -0.0, INF, Float.MIN_VALUE);
    Tensor bits = integers(I32, 0x3f800000, Integer.MIN_VALUE, 0x7f800000, 1);
    assertEquals(bits, bitcast(x, I32));
    assertEquals(x, bitcast(bits, F32));
    assertEquals(integers(U32, 0x80000000L), bitcast(f32(-0.0), U32));
    assertEquals(integers(U64, 1L << 63), bitcast(integers(I64, Long.MIN_VALUE), U64));
    assertEquals(integers(I8, -1), bitcast(integers(U8, 255), I8));
    assertEquals(integers(U8, 1, 0), bitcast(bools(1, 0), U8));
    Tensor half = floats(TensorType.of(F16, 2), 1, 0x1p-24);
    assertEquals(integers(I16, 0x3c00, 1), bitcast(half, I16));
    assertEquals(floats(TensorType.of(BF16, 2), 0x1p-7, 0x1p-133), bitcast(half, BF16));
    assertTrue(Double.isNaN(bitcast(integers(U16, 0xfc01), F16).doubles()[0]));
    assertEquals(
        integers(I32, 0x3dcccccd),
        run(
            Precision.DOUBLE,
            v -> new Bitcast(v.get(0), I32),
            Tensor.ofDoubles(TensorType.of(F32, 1), 0.1)),
        "what was not rounded yet is");
  }

  @Test
  void everyBitPatternOfSixteenBitFloatsComesBack() {
    for (ElementType element : new ElementType[] {F16, BF16}) {
      for (int bits = 0; bits <= 0xffff; bits++) {
        Tensor pattern = integers(U16, bits);
        Tensor x = bitcast(pattern, element);
        if (!Double.isNaN(x.doubles()[0])) {
          assertEquals(pattern, bitcast(x, U16));
        }
      }
    }
  }

  @Test
  void floatsToIntegersSaturate() {
    Tensor x = f32(NAN, -INF, INF, -1.9, 1.9, 300, -300);
    assertEquals(integers(I8, 0, -128, 127, -1, 1, 127, -128), convert(x, I8));
    assertEquals(integers(U8, 0, 0, 255, 0, 1, 255, 0), convert(x, U8));
    assertEquals(integers(I16, 0, -32768, 32767, -1, 1, 300, -300), convert(x, I16));
    assertEquals(integers(U32, 0, 0, 0xffffffffL, 0, 1, 300, 0), convert(x, U32));
    assertEquals(
        integers(I64, 0, Long.MIN_VALUE, Long.MAX_VALUE, -1, 1, 300, -300), convert(x, I64));
    assertEquals(integers(U64, 0, 0, -1, 0, 1, 300, 0), convert(x, U64));
    assertEquals(integers(U64, 1L << 63), convert(f32(0x1p63), U64));
    assertEquals(bools(1, 1, 1, 1, 0, 0), convert(f32(NAN, INF, -1, 0.1, 0, -0.0), BOOL));
  }

  @Test
  void integersWrapWhenNarrowed() {
    Tensor x = integers(I32, 300, -1, 128);
    assertEquals(integers(I8, 44, -1, -128), convert(x, I8));
    assertEquals(integers(U8, 44, 255, 128), convert(x, U8));
    assertEquals(integers(U64, 300, -1, 128), convert(x, U64));
    assertEquals(bools(1, 1, 0), convert(integers(I32, 256, -1, 0), BOOL));
    assertEquals(integers(U16, 1, 0), convert(bools(1, 0), U16));
  }

  @Test
  void integersToFloatsRoundOnce() {
    // 2^54 + 2^30 + 1: the nearest double is a tie between two f32s, which the last bit decides.
    long x = (1L << 54) + (1L << 30) + 1;
    assertEquals(f32((float) x), convert(integers(I64, x), F32));
    assertTrue((float) (double) x != (float) x, "else this test proves nothing");
    assertEquals(f32((float) -x), convert(integers(I64, -x), F32));
    // 2^62 + 2^54 is a tie of bf16 neighbours 2^62 and 2^62 + 2^55.
    long tie = (1L << 62) + (1L << 54);
    TensorType bf16 = TensorType.of(BF16, 2);
    assertEquals(floats(bf16, 0x1p62, 0x1p62 + 0x1p55), convert(integers(I64, tie, tie + 1), BF16));
    assertEquals(
        floats(TensorType.of(F64, 2), 0x1p64, 0x1p63), convert(integers(U64, -1, 1L << 63), F64));
    assertEquals(floats(TensorType.of(F16, 1), INF), convert(integers(I32, 65520), F16));
  }

  @Test
  void shortFormatsRoundOnce() {
    // Just above a tie of f16; by way of f32 it would become the tie and go to even.
    Tensor x = floats(TensorType.of(F64, 1), 1 + 0x1p-11 + 0x1p-40);
    assertEquals(floats(TensorType.of(F16, 1), 1 + 0x1p-10), convert(x, F16));
    assertEquals(
        floats(TensorType.of(F16, 3), 0x1p-24, 0, INF),
        convert(f32(0x1.8p-25, 0x1p-25, 70000), F16));
  }
}
