package dev.miser.codegen.vector;

import static dev.miser.codegen.vector.Primitive.ADD;
import static dev.miser.codegen.vector.Primitive.AND;
import static dev.miser.codegen.vector.Primitive.DIVIDE;
import static dev.miser.codegen.vector.Primitive.EQUAL;
import static dev.miser.codegen.vector.Primitive.LESS;
import static dev.miser.codegen.vector.Primitive.LESS_EQUAL;
import static dev.miser.codegen.vector.Primitive.MASK_AND;
import static dev.miser.codegen.vector.Primitive.MASK_NOT;
import static dev.miser.codegen.vector.Primitive.MASK_OR;
import static dev.miser.codegen.vector.Primitive.MASK_XOR;
import static dev.miser.codegen.vector.Primitive.MAX;
import static dev.miser.codegen.vector.Primitive.MIN;
import static dev.miser.codegen.vector.Primitive.MULTIPLY;
import static dev.miser.codegen.vector.Primitive.NOT_EQUAL;
import static dev.miser.codegen.vector.Primitive.OR;
import static dev.miser.codegen.vector.Primitive.SUBTRACT;
import static dev.miser.codegen.vector.Primitive.XOR;

import com.palantir.javapoet.CodeBlock;
import com.palantir.javapoet.TypeName;
import dev.miser.ir.op.Binary;
import dev.miser.ir.op.Compare;
import dev.miser.ir.type.ElementType;
import dev.miser.runtime.Scalars;

/** The code of functions of two elements. */
final class BinaryCode {
  private BinaryCode() {}

  /** Returns whether vectors of a type have the function. */
  static boolean hasVector(Binary.Kind kind, ElementType type) {
    return switch (kind) {
      case ADD, SUBTRACT, MULTIPLY, MINIMUM, MAXIMUM, AND, OR, XOR -> true;
      case DIVIDE -> type.isFloat();
      case POWER, REMAINDER, FLOOR_REMAINDER, ATAN2, SHIFT_LEFT, SHIFT_RIGHT -> false;
    };
  }

  static Lane write(Lanes lanes, Binary.Kind kind, Lane x, Lane y) {
    ElementType type = x.type();
    return switch (type) {
      case F32, F64 -> floating(lanes, kind, x, y);
      case F16, BF16 ->
          Rounded.to(
              lanes,
              type,
              floating(
                  lanes,
                  kind,
                  new Lane(ElementType.F32, x.code()),
                  new Lane(ElementType.F32, y.code())));
      case I64, I32, I16, I8, U64, U32, U16, U8 -> integer(lanes, kind, x, y);
      case BOOL -> bool(lanes, kind, x, y);
    };
  }

  private static Lane floating(Lanes lanes, Binary.Kind kind, Lane x, Lane y) {
    return switch (kind) {
      case ADD -> lanes.apply(ADD, x, y);
      case SUBTRACT -> lanes.apply(SUBTRACT, x, y);
      case MULTIPLY -> lanes.apply(MULTIPLY, x, y);
      case DIVIDE -> lanes.apply(DIVIDE, x, y);
      case MINIMUM -> lanes.apply(MIN, x, y);
      case MAXIMUM -> lanes.apply(MAX, x, y);
      case REMAINDER ->
          lanes.define("remainder", x.type(), CodeBlock.of("$L % $L", x.code(), y.code()));
      case POWER -> call(lanes, "power", "pow", x, y);
      case FLOOR_REMAINDER -> call(lanes, "remainder", "floorRemainder", x, y);
      case ATAN2 -> call(lanes, "atan2", "atan2", x, y);
      case AND, OR, XOR, SHIFT_LEFT, SHIFT_RIGHT ->
          throw new IllegalArgumentException(kind + " of a float");
    };
  }

  /** Calls a function of doubles. */
  private static Lane call(Lanes lanes, String hint, String function, Lane x, Lane y) {
    CodeBlock call = CodeBlock.of("$T.$N($L, $L)", Scalars.class, function, x.code(), y.code());
    return lanes.define(
        hint,
        x.type(),
        x.type() == ElementType.F64 ? call : CodeBlock.of("($T) $L", TypeName.FLOAT, call));
  }

  private static Class<?> box(ElementType type) {
    return type.bytes() == 8 ? Long.class : Integer.class;
  }

  private static Lane integer(Lanes lanes, Binary.Kind kind, Lane x, Lane y) {
    ElementType type = x.type();
    // Small unsigned types are held as non-negative ints, which signed operations serve.
    boolean unsigned = type == ElementType.U64 || type == ElementType.U32;
    return switch (kind) {
      case ADD -> Rounded.wrap(lanes, lanes.apply(ADD, x, y));
      case SUBTRACT -> Rounded.wrap(lanes, lanes.apply(SUBTRACT, x, y));
      case MULTIPLY -> Rounded.wrap(lanes, lanes.apply(MULTIPLY, x, y));
      case DIVIDE ->
          unsigned
              ? boxed(lanes, "quotient", "divideUnsigned", x, y)
              : Rounded.wrap(
                  lanes,
                  lanes.define("quotient", type, CodeBlock.of("$L / $L", x.code(), y.code())));
      case REMAINDER ->
          unsigned
              ? boxed(lanes, "remainder", "remainderUnsigned", x, y)
              : lanes.define("remainder", type, CodeBlock.of("$L % $L", x.code(), y.code()));
      case FLOOR_REMAINDER ->
          unsigned
              ? boxed(lanes, "remainder", "remainderUnsigned", x, y)
              : lanes.define(
                  "remainder",
                  type,
                  CodeBlock.of("$T.floorMod($L, $L)", Math.class, x.code(), y.code()));
      case MINIMUM -> unsigned ? pick(lanes, less(x, y), x, y, "minimum") : lanes.apply(MIN, x, y);
      case MAXIMUM -> unsigned ? pick(lanes, less(y, x), x, y, "maximum") : lanes.apply(MAX, x, y);
      case POWER ->
          Rounded.wrap(
              lanes,
              lanes.define(
                  "power",
                  type,
                  CodeBlock.of(
                      type.bytes() == 8 ? "$T.$N($L, $L)" : "(int) $T.$N($L, $L)",
                      Scalars.class,
                      type.isUnsigned() ? "powerUnsigned" : "power",
                      widened(x),
                      widened(y))));
      case AND -> lanes.apply(AND, x, y);
      case OR -> lanes.apply(OR, x, y);
      case XOR -> lanes.apply(XOR, x, y);
      case SHIFT_LEFT -> shift(lanes, "shiftLeft", x, y);
      case SHIFT_RIGHT ->
          shift(lanes, type.isUnsigned() ? "shiftRightUnsigned" : "shiftRight", x, y);
      case ATAN2 -> throw new IllegalArgumentException("atan2 of an integer");
    };
  }

  /** Shifts in long: what is shifted has been extended by its own kind, so no bit is missing. */
  private static Lane shift(Lanes lanes, String function, Lane x, Lane y) {
    ElementType type = x.type();
    return Rounded.wrap(
        lanes,
        lanes.define(
            "shifted",
            type,
            CodeBlock.of(
                type.bytes() == 8 ? "$T.$N($L, $L, $L)" : "(int) $T.$N($L, $L, $L)",
                Scalars.class,
                function,
                widened(x),
                widened(y),
                8 * type.bytes())));
  }

  private static CodeBlock widened(Lane x) {
    return x.type() == ElementType.U32
        ? CodeBlock.of("$T.toUnsignedLong($L)", Integer.class, x.code())
        : x.code();
  }

  private static Lane boxed(Lanes lanes, String hint, String function, Lane x, Lane y) {
    return lanes.define(
        hint, x.type(), CodeBlock.of("$T.$N($L, $L)", box(x.type()), function, x.code(), y.code()));
  }

  private static CodeBlock less(Lane x, Lane y) {
    return CodeBlock.of("$T.compareUnsigned($L, $L) < 0", box(x.type()), x.code(), y.code());
  }

  private static Lane pick(Lanes lanes, CodeBlock condition, Lane x, Lane y, String hint) {
    return lanes.define(
        hint, x.type(), CodeBlock.of("$L ? $L : $L", condition, x.code(), y.code()));
  }

  private static Lane bool(Lanes lanes, Binary.Kind kind, Lane x, Lane y) {
    return switch (kind) {
      case AND -> lanes.apply(MASK_AND, x, y);
      case OR -> lanes.apply(MASK_OR, x, y);
      case XOR -> lanes.apply(MASK_XOR, x, y);
      default -> throw new IllegalArgumentException(kind + " of bool");
    };
  }

  static Lane compare(Lanes lanes, Compare.Kind kind, Lane x, Lane y) {
    if (x.type().isBoolean()) {
      Lane differs = lanes.apply(MASK_XOR, x, y);
      return kind == Compare.Kind.EQUAL ? lanes.apply(MASK_NOT, differs) : differs;
    }
    boolean unsigned = x.type() == ElementType.U64 || x.type() == ElementType.U32;
    return switch (kind) {
      case EQUAL -> lanes.apply(EQUAL, x, y);
      case NOT_EQUAL -> lanes.apply(NOT_EQUAL, x, y);
      case LESS -> unsigned ? below(lanes, x, y, "<") : lanes.apply(LESS, x, y);
      case LESS_EQUAL -> unsigned ? below(lanes, x, y, "<=") : lanes.apply(LESS_EQUAL, x, y);
      case GREATER -> unsigned ? below(lanes, y, x, "<") : lanes.apply(LESS, y, x);
      case GREATER_EQUAL -> unsigned ? below(lanes, y, x, "<=") : lanes.apply(LESS_EQUAL, y, x);
    };
  }

  private static Lane below(Lanes lanes, Lane x, Lane y, String relation) {
    return lanes.define(
        "below",
        ElementType.BOOL,
        CodeBlock.of(
            "$T.compareUnsigned($L, $L) $L 0", box(x.type()), x.code(), y.code(), relation));
  }
}
