package dev.miser.codegen.rows;

import dev.miser.codegen.vector.Expressions;
import dev.miser.codegen.vector.Lane;
import dev.miser.codegen.vector.Lanes;
import dev.miser.ir.op.Binary;
import dev.miser.ir.op.Reduce;
import dev.miser.ir.op.Value;
import dev.miser.ir.type.ElementType;
import dev.miser.ir.type.TensorType;
import java.util.List;

/** How elements are accumulated, and from what on. */
enum Combine {
  SUM(Binary.Kind.ADD),
  PRODUCT(Binary.Kind.MULTIPLY),
  MAX(Binary.Kind.MAXIMUM),
  MIN(Binary.Kind.MINIMUM),
  AND(Binary.Kind.AND),
  OR(Binary.Kind.OR);

  private final Binary.Kind binary;

  Combine(Binary.Kind binary) {
    this.binary = binary;
  }

  static Combine of(Reduce.Kind kind) {
    return switch (kind) {
      case REDUCE_SUM, REDUCE_MEAN -> SUM;
      case REDUCE_PRODUCT -> PRODUCT;
      case REDUCE_MAX -> MAX;
      case REDUCE_MIN -> MIN;
      case REDUCE_AND -> AND;
      case REDUCE_OR -> OR;
    };
  }

  /**
   * Returns the type in which elements of a type accumulate: sixteen-bit floats in f32, small
   * integers in i32, which wraps to the same.
   */
  static ElementType accumulator(ElementType type) {
    return switch (type) {
      case F16, BF16, F32 -> ElementType.F32;
      case I16, I8, U16, U8, I32 -> ElementType.I32;
      case F64, I64, U64, U32, BOOL -> type;
    };
  }

  /** Returns the instruction-like operation, for the question whether vectors have it. */
  Binary operation(ElementType type) {
    Value any = new Value("any", TensorType.of(type));
    return new Binary(binary, any, any);
  }

  Lane write(Lanes lanes, Lane x, Lane y) {
    return Expressions.write(lanes, operation(x.type()), List.of(x, y));
  }

  /** Returns what changes nothing. */
  Lane identity(Lanes lanes, ElementType type) {
    if (type.isFloat()) {
      return lanes.constant(
          type,
          switch (this) {
            case SUM, OR -> 0.0;
            case PRODUCT, AND -> 1.0;
            case MAX -> Double.NEGATIVE_INFINITY;
            case MIN -> Double.POSITIVE_INFINITY;
          });
    }
    long least = type.isUnsigned() ? 0 : -1L << (8 * type.bytes() - 1);
    return lanes.constant(
        type,
        switch (this) {
          case SUM, OR -> 0L;
          case PRODUCT, AND -> 1L;
          case MAX -> least;
          case MIN -> ~least;
        });
  }
}
