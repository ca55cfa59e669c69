package dev.miser.codegen.vector;

import com.palantir.javapoet.ClassName;
import com.palantir.javapoet.CodeBlock;
import com.palantir.javapoet.TypeName;
import dev.miser.ir.type.ElementType;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/**
 * Writes straight-line code over lanes into a body, one local variable a step, and its constants
 * into a preamble that belongs before the loop. The scalar and the vector writer give the same
 * bits.
 */
public abstract sealed class Lanes permits ScalarLanes, VectorLanes {
  private final LaneNames names;
  private final CodeBlock.Builder preamble = CodeBlock.builder();
  private final Map<String, Lane> constants = new HashMap<>();
  private CodeBlock.Builder body = CodeBlock.builder();

  Lanes(LaneNames names) {
    this.names = names;
  }

  /** Returns how many elements a lane variable of {@code type} holds. */
  public abstract int count();

  /** Returns whether this writes vectors. */
  public abstract boolean isVector();

  /** Returns the Java type of a variable that holds {@code type}. */
  public abstract TypeName javaType(ElementType type);

  /** Loads consecutive elements from a byte offset in the arena (one element in scalar code). */
  public abstract Lane load(ElementType type, CodeBlock byteOffset);

  /** Loads one element into all lanes, in the preamble. */
  public abstract Lane uniform(ElementType type, CodeBlock byteOffset);

  /** Gives the same element in every lane; {@code scalar} is an expression of one element. */
  public abstract Lane broadcast(ElementType type, CodeBlock scalar);

  /** Stores consecutive elements to a byte offset in the arena (one element in scalar code). */
  public abstract void store(Lane value, CodeBlock byteOffset);

  abstract CodeBlock expression(
      Primitive primitive, Map<String, Object> arguments, Lane... operands);

  /** Returns the code of a constant, declaring it in the preamble where that pays. */
  abstract Lane declareConstant(ElementType type, CodeBlock literal);

  /** Writes one primitive and returns its result. */
  public final Lane apply(Primitive primitive, Lane... operands) {
    var arguments = new LinkedHashMap<String, Object>();
    for (int i = 0; i < operands.length; i++) {
      arguments.put(String.valueOf((char) ('a' + i)), operands[i].code());
    }
    ElementType type = primitive.resultType(operands);
    arguments.put("t", javaType(type));
    arguments.put("math", Math.class);
    arguments.put("float", Float.class);
    arguments.put("double", Double.class);
    arguments.put("operators", Emitted.VECTOR_OPERATORS);
    arguments.put("intVector", Emitted.INT_VECTOR);
    arguments.put("floatVector", Emitted.FLOAT_VECTOR);
    arguments.put("memory", Emitted.MEMORY);
    String name = primitive.name().toLowerCase(Locale.ROOT);
    return define(name, type, expression(primitive, arguments, operands));
  }

  /** Declares a local variable in the body. */
  public final Lane define(String hint, ElementType type, CodeBlock expression) {
    String name = names.next(hint);
    body.addStatement("$T $N = $L", javaType(type), name, expression);
    return new Lane(type, CodeBlock.of("$N", name));
  }

  /** Declares a local variable in the preamble. */
  final Lane define(ElementType type, String hint, CodeBlock expression) {
    String name = names.next(hint);
    preamble.addStatement("final $T $N = $L", javaType(type), name, expression);
    return new Lane(type, CodeBlock.of("$N", name));
  }

  /** Returns a fresh name of a local variable. */
  public final String name(String hint) {
    return names.next(hint);
  }

  /** Returns a float constant of type f32 or f64. */
  public final Lane constant(ElementType type, double value) {
    CodeBlock literal = Literals.floating(type, value);
    return constants.computeIfAbsent(type + " " + literal, key -> declareConstant(type, literal));
  }

  /** Returns an integer constant. */
  public final Lane constant(ElementType type, long value) {
    CodeBlock literal = Literals.integer(type, value);
    return constants.computeIfAbsent(type + " " + literal, key -> declareConstant(type, literal));
  }

  /** Returns an f32 constant. */
  public final Lane f32(double value) {
    return constant(ElementType.F32, value);
  }

  /** Returns an i32 constant. */
  public final Lane i32(int value) {
    return constant(ElementType.I32, (long) value);
  }

  /** Adds a statement of the template's own to the body. */
  public final void statement(String format, Object... arguments) {
    body.addStatement(format, arguments);
  }

  /** Returns what was written since the last call, and starts anew. */
  public final CodeBlock takeBody() {
    CodeBlock written = body.build();
    body = CodeBlock.builder();
    return written;
  }

  /** Returns the declarations that belong before the loop. */
  public final CodeBlock preamble() {
    return preamble.build();
  }

  static ClassName boxed(ElementType type) {
    return switch (type) {
      case F32 -> ClassName.get(Float.class);
      case F64 -> ClassName.get(Double.class);
      case I32, U32 -> ClassName.get(Integer.class);
      case I64, U64 -> ClassName.get(Long.class);
      case F16, BF16, I16, U16 -> ClassName.get(Short.class);
      case I8, U8, BOOL -> ClassName.get(Byte.class);
    };
  }
}
