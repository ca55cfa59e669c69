package dev.miser.codegen.vector;

import com.palantir.javapoet.CodeBlock;
import dev.miser.ir.type.ElementType;

/** Java literals that read back to the same bits. */
public final class Literals {
  private Literals() {}

  /** Returns a literal of a float type; sixteen-bit floats are written as float. */
  public static CodeBlock floating(ElementType type, double value) {
    if (type == ElementType.F64) {
      return named(Double.class, Double.toString(value), value, "");
    }
    return named(Float.class, Float.toString((float) value), (float) value, "f");
  }

  private static CodeBlock named(Class<?> type, String text, double value, String suffix) {
    if (Double.isNaN(value)) {
      return CodeBlock.of("$T.NaN", type);
    }
    if (Double.isInfinite(value)) {
      return CodeBlock.of("$T.$N", type, value > 0 ? "POSITIVE_INFINITY" : "NEGATIVE_INFINITY");
    }
    return text.startsWith("-")
        ? CodeBlock.of("($L$L)", text, suffix)
        : CodeBlock.of("$L$L", text, suffix);
  }

  /** Returns a literal of an integer type or bool; unsigned ones as their bits. */
  public static CodeBlock integer(ElementType type, long value) {
    return switch (type) {
      case BOOL -> CodeBlock.of("$L", value != 0);
      case I64, U64 -> value < 0 ? CodeBlock.of("($LL)", value) : CodeBlock.of("$LL", value);
      case I32, U32, I16, U16, I8, U8 -> {
        int narrow = (int) value;
        yield narrow < 0 ? CodeBlock.of("($L)", narrow) : CodeBlock.of("$L", narrow);
      }
      case F32, F64, F16, BF16 -> throw new IllegalArgumentException("not an integer: " + type);
    };
  }
}
