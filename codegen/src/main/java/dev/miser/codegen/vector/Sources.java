package dev.miser.codegen.vector;

import com.palantir.javapoet.CodeBlock;
import dev.miser.ir.op.Constant;
import dev.miser.ir.op.Literal;
import dev.miser.ir.op.Random;
import dev.miser.ir.type.ElementType;
import dev.miser.runtime.Philox;
import dev.miser.runtime.Scalars;

/** The code of leaves that are computed: splat constants, iota, random numbers. */
public final class Sources {
  private Sources() {}

  /** Returns the lanes of a splat constant. */
  public static Lane constant(Lanes lanes, Constant constant) {
    Literal literal = constant.value();
    ElementType type = literal.type().element();
    return type.isFloat()
        ? lanes.constant(type, literal.doubleAt(0))
        : lanes.constant(type, literal.longAt(0));
  }

  /** Returns an iota's element with this number, an expression of type long; in scalar code. */
  public static Lane iota(Lanes lanes, ElementType type, CodeBlock number) {
    Lane exact = lanes.define("number", ElementType.I64, number);
    return ConvertCode.write(lanes, exact, type);
  }

  /** Returns the random element with this number, both expressions of type long; in scalar code. */
  public static Lane random(Lanes lanes, Random random, CodeBlock number, CodeBlock key) {
    ElementType type = random.type().element();
    return switch (random.kind()) {
      case RANDOM_BITS -> {
        boolean wide = type.bytes() == 8;
        Lane bits =
            lanes.define(
                "bits",
                wide ? ElementType.U64 : ElementType.U32,
                CodeBlock.of(
                    "$T.$N($L, $L)", Philox.class, wide ? "bits64" : "bits32", number, key));
        yield ConvertCode.write(lanes, bits, type);
      }
      case RANDOM_UNIFORM ->
          lanes.define(
              "uniform",
              type,
              type == ElementType.F64
                  ? CodeBlock.of("$T.uniformDouble($L, $L)", Philox.class, number, key)
                  : CodeBlock.of(
                      "$T.uniform($L, $L, $L)", Philox.class, number, key, digits(type)));
      case RANDOM_NORMAL ->
          type == ElementType.F64
              ? lanes.define(
                  "normal",
                  type,
                  CodeBlock.of("$T.normalDouble($L, $L)", Philox.class, number, key))
              : lanes.define("normal", type, narrow(type, number, key));
    };
  }

  private static CodeBlock narrow(ElementType type, CodeBlock number, CodeBlock key) {
    CodeBlock normal = CodeBlock.of("$T.normal($L, $L)", Philox.class, number, key);
    return switch (type) {
      case F16 -> CodeBlock.of("$T.doubleToFloat16($L)", Scalars.class, normal);
      case BF16 -> CodeBlock.of("$T.doubleToBfloat16($L)", Scalars.class, normal);
      case F32, F64, I64, I32, I16, I8, U64, U32, U16, U8, BOOL ->
          CodeBlock.of("(float) $L", normal);
    };
  }

  /** The bits of a float format's significand: as many as a uniform number has. */
  private static int digits(ElementType type) {
    return switch (type) {
      case F32 -> 24;
      case F16 -> 11;
      case BF16 -> 8;
      case F64, I64, I32, I16, I8, U64, U32, U16, U8, BOOL ->
          throw new IllegalArgumentException("no float of at most 32 bits: " + type);
    };
  }
}
