package dev.miser.codegen.vector;

import com.palantir.javapoet.CodeBlock;
import com.palantir.javapoet.TypeName;
import dev.miser.ir.type.ElementType;
import dev.miser.runtime.Scalars;
import java.util.Map;

/** Writes straight-line code for one element, of any type. */
public final class ScalarLanes extends Lanes {
  public ScalarLanes(LaneNames names) {
    super(names);
  }

  @Override
  public int count() {
    return 1;
  }

  @Override
  public boolean isVector() {
    return false;
  }

  @Override
  public TypeName javaType(ElementType type) {
    return scalarType(type);
  }

  static TypeName scalarType(ElementType type) {
    return switch (type) {
      case F32, F16, BF16 -> TypeName.FLOAT;
      case F64 -> TypeName.DOUBLE;
      case I64, U64 -> TypeName.LONG;
      case I32, U32, I16, U16, I8, U8 -> TypeName.INT;
      case BOOL -> TypeName.BOOLEAN;
    };
  }

  /** Returns an expression that reads one element from a byte offset in the arena. */
  public static CodeBlock read(ElementType type, CodeBlock byteOffset) {
    CodeBlock raw = CodeBlock.of("$L.get($L, $L)", Emitted.SEG, Emitted.layout(type), byteOffset);
    return switch (type) {
      case F32, F64, I32, U32, I64, U64, I16, I8 -> raw;
      case F16 -> CodeBlock.of("$T.float16ToFloat($L)", Float.class, raw);
      case BF16 -> CodeBlock.of("$T.bfloat16ToFloat($L)", Scalars.class, raw);
      case U16 -> CodeBlock.of("$L & 0xffff", raw);
      case U8 -> CodeBlock.of("$L & 0xff", raw);
      case BOOL -> CodeBlock.of("$L != 0", raw);
    };
  }

  /** Returns a statement, without semicolon, that writes one element to a byte offset. */
  public static CodeBlock write(ElementType type, CodeBlock byteOffset, CodeBlock value) {
    CodeBlock stored =
        switch (type) {
          case F32, F64, I32, U32, I64, U64 -> value;
          case F16 -> CodeBlock.of("$T.floatToFloat16($L)", Float.class, value);
          case BF16 -> CodeBlock.of("$T.floatToBfloat16($L)", Scalars.class, value);
          case I16, U16 -> CodeBlock.of("(short) $L", value);
          case I8, U8 -> CodeBlock.of("(byte) $L", value);
          case BOOL -> CodeBlock.of("(byte) ($L ? 1 : 0)", value);
        };
    return CodeBlock.of(
        "$L.set($L, $L, $L)", Emitted.SEG, Emitted.layout(type), byteOffset, stored);
  }

  @Override
  public Lane load(ElementType type, CodeBlock byteOffset) {
    return define("x", type, read(type, byteOffset));
  }

  @Override
  public Lane uniform(ElementType type, CodeBlock byteOffset) {
    return define(type, "uniform", read(type, byteOffset));
  }

  @Override
  public Lane broadcast(ElementType type, CodeBlock scalar) {
    return define("x", type, scalar);
  }

  @Override
  public void store(Lane value, CodeBlock byteOffset) {
    statement("$L", write(value.type(), byteOffset, value.code()));
  }

  @Override
  CodeBlock expression(Primitive primitive, Map<String, Object> arguments, Lane... operands) {
    return CodeBlock.builder().addNamed(primitive.scalar(), arguments).build();
  }

  @Override
  Lane declareConstant(ElementType type, CodeBlock literal) {
    return new Lane(type, literal);
  }
}
