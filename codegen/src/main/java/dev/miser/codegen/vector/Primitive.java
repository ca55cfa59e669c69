package dev.miser.codegen.vector;

import dev.miser.ir.type.ElementType;
import org.jspecify.annotations.Nullable;

/**
 * A step of straight-line code that gives the same bits for one element and for a vector of them:
 * how it is written for both.
 */
public enum Primitive {
  ADD("$a:L + $b:L", "$a:L.add($b:L)"),
  SUBTRACT("$a:L - $b:L", "$a:L.sub($b:L)"),
  MULTIPLY("$a:L * $b:L", "$a:L.mul($b:L)"),
  /** Of floats. */
  DIVIDE("$a:L / $b:L", "$a:L.div($b:L)"),
  /** {@code a * b + c}, rounded once. */
  FMA("$math:T.fma($a:L, $b:L, $c:L)", "$a:L.fma($b:L, $c:L)"),
  SQRT("($t:T) $math:T.sqrt($a:L)", "$a:L.sqrt()"),
  ABS("$math:T.abs($a:L)", "$a:L.abs()"),
  NEGATE("-$a:L", "$a:L.neg()"),
  MIN("$math:T.min($a:L, $b:L)", "$a:L.min($b:L)"),
  MAX("$math:T.max($a:L, $b:L)", "$a:L.max($b:L)"),
  AND("$a:L & $b:L", "$a:L.and($b:L)"),
  OR("$a:L | $b:L", "$a:L.or($b:L)"),
  XOR("$a:L ^ $b:L", "$a:L.lanewise($operators:T.XOR, $b:L)"),
  SHIFT_LEFT("$a:L << $b:L", "$a:L.lanewise($operators:T.LSHL, $b:L)"),
  SHIFT_RIGHT("$a:L >> $b:L", "$a:L.lanewise($operators:T.ASHR, $b:L)"),
  SHIFT_RIGHT_LOGICAL("$a:L >>> $b:L", "$a:L.lanewise($operators:T.LSHR, $b:L)"),

  /** f32 to i32 toward zero, saturating, NaN to 0. */
  TO_INT(
      "(int) $a:L",
      "($intVector:T) $a:L.convertShape($operators:T.F2I, $memory:T.I, 0)",
      ElementType.I32),
  /** i32 to f32, to nearest even. */
  TO_FLOAT(
      "(float) $a:L",
      "($floatVector:T) $a:L.convertShape($operators:T.I2F, $memory:T.F, 0)",
      ElementType.F32),
  FLOAT_BITS("$float:T.floatToRawIntBits($a:L)", "$a:L.reinterpretAsInts()", ElementType.I32),
  FLOAT_OF_BITS("$float:T.intBitsToFloat($a:L)", "$a:L.reinterpretAsFloats()", ElementType.F32),
  DOUBLE_BITS("$double:T.doubleToRawLongBits($a:L)", "$a:L.reinterpretAsLongs()", ElementType.I64),
  DOUBLE_OF_BITS(
      "$double:T.longBitsToDouble($a:L)", "$a:L.reinterpretAsDoubles()", ElementType.F64),

  EQUAL("$a:L == $b:L", "$a:L.compare($operators:T.EQ, $b:L)", ElementType.BOOL),
  NOT_EQUAL("$a:L != $b:L", "$a:L.compare($operators:T.NE, $b:L)", ElementType.BOOL),
  LESS("$a:L < $b:L", "$a:L.compare($operators:T.LT, $b:L)", ElementType.BOOL),
  LESS_EQUAL("$a:L <= $b:L", "$a:L.compare($operators:T.LE, $b:L)", ElementType.BOOL),

  /** {@code a ? b : c}. */
  SELECT("$a:L ? $b:L : $c:L", "$c:L.blend($b:L, $a:L)"),
  MASK_NOT("!$a:L", "$a:L.not()"),
  MASK_AND("$a:L & $b:L", "$a:L.and($b:L)"),
  MASK_OR("$a:L | $b:L", "$a:L.or($b:L)"),
  MASK_XOR("$a:L ^ $b:L", "$a:L.xor($b:L)");

  private final String scalar;
  private final String vector;
  private final @Nullable ElementType result;

  Primitive(String scalar, String vector) {
    this(scalar, vector, null);
  }

  Primitive(String scalar, String vector, @Nullable ElementType result) {
    this.scalar = scalar;
    this.vector = vector;
    this.result = result;
  }

  String scalar() {
    return scalar;
  }

  String vector() {
    return vector;
  }

  ElementType resultType(Lane... operands) {
    if (result != null) {
      return result;
    }
    return this == SELECT ? operands[1].type() : operands[0].type();
  }
}
