package dev.miser.codegen.matrix;

import com.palantir.javapoet.CodeBlock;
import com.palantir.javapoet.TypeName;
import dev.miser.codegen.vector.ScalarLanes;
import dev.miser.ir.type.ElementType;

/** Code that sums products of one element type in a register, one after the other. */
public final class Chain {
  private Chain() {}

  /** Returns the type of the register: floats in f32 or f64, integers in i64, which wrap later. */
  public static ElementType register(ElementType type) {
    return switch (type) {
      case F32, F16, BF16 -> ElementType.F32;
      case F64 -> ElementType.F64;
      case I64, I32, I16, I8, U64, U32, U16, U8 -> ElementType.I64;
      case BOOL -> throw new IllegalArgumentException("no products of bool");
    };
  }

  /** Returns the Java type of a register. */
  public static TypeName javaType(ElementType register) {
    return register == ElementType.F32
        ? TypeName.FLOAT
        : register == ElementType.F64 ? TypeName.DOUBLE : TypeName.LONG;
  }

  /** Returns {@code sum} with the product of the elements at these byte offsets added. */
  public static CodeBlock add(ElementType type, CodeBlock x, CodeBlock y) {
    CodeBlock left = ScalarLanes.read(type, x);
    CodeBlock right = ScalarLanes.read(type, y);
    return type.isFloat()
        ? CodeBlock.of("$T.fma($L, $L, sum)", Math.class, left, right)
        : CodeBlock.of("sum + (long) ($L) * ($L)", left, right);
  }
}
