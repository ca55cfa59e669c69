package dev.miser.codegen.vector;

import com.palantir.javapoet.CodeBlock;
import com.palantir.javapoet.ParameterizedTypeName;
import com.palantir.javapoet.TypeName;
import dev.miser.ir.plan.Target;
import dev.miser.ir.type.ElementType;
import java.util.Map;

/**
 * Writes straight-line code for a vector of elements: of f32 and i32, or of f64 and i64, and bool
 * as a mask. One writer holds one of these two widths.
 */
public final class VectorLanes extends Lanes {
  private final int count;
  private final ElementType master;

  /**
   * @param master F32 for elements of four bytes, F64 for elements of eight
   */
  public VectorLanes(LaneNames names, Target target, ElementType master) {
    super(names);
    this.master = master;
    this.count = target.vectorBits() / (8 * master.bytes());
  }

  @Override
  public int count() {
    return count;
  }

  @Override
  public boolean isVector() {
    return true;
  }

  @Override
  public TypeName javaType(ElementType type) {
    return switch (type) {
      case F32 -> Emitted.FLOAT_VECTOR;
      case F64 -> Emitted.DOUBLE_VECTOR;
      case I32 -> Emitted.INT_VECTOR;
      case I64 -> Emitted.LONG_VECTOR;
      case BOOL -> ParameterizedTypeName.get(Emitted.VECTOR_MASK, boxed(master));
      case F16, BF16, I16, I8, U64, U32, U16, U8 -> throw unsupported(type);
    };
  }

  private static IllegalArgumentException unsupported(ElementType type) {
    return new IllegalArgumentException("no vectors of " + type);
  }

  private CodeBlock species() {
    return Emitted.species(master);
  }

  @Override
  public Lane load(ElementType type, CodeBlock byteOffset) {
    if (type.isBoolean()) {
      return define(
          "x",
          type,
          CodeBlock.of(
              "$T.fromMemorySegment($L, $L, $L, $L).compare($T.NE, (byte) 0).cast($L)",
              Emitted.BYTE_VECTOR,
              Emitted.species(type),
              Emitted.SEG,
              byteOffset,
              Emitted.ORDER,
              Emitted.VECTOR_OPERATORS,
              species()));
    }
    return define(
        "x",
        type,
        CodeBlock.of(
            "$T.fromMemorySegment($L, $L, $L, $L)",
            javaType(type),
            Emitted.species(type),
            Emitted.SEG,
            byteOffset,
            Emitted.ORDER));
  }

  @Override
  public Lane uniform(ElementType type, CodeBlock byteOffset) {
    return define(type, "uniform", splat(type, ScalarLanes.read(type, byteOffset)));
  }

  @Override
  public Lane broadcast(ElementType type, CodeBlock scalar) {
    return define("x", type, splat(type, scalar));
  }

  private CodeBlock splat(ElementType type, CodeBlock scalar) {
    return type.isBoolean()
        ? CodeBlock.of("$L.maskAll($L)", species(), scalar)
        : CodeBlock.of("$T.broadcast($L, $L)", javaType(type), Emitted.species(type), scalar);
  }

  @Override
  public void store(Lane value, CodeBlock byteOffset) {
    if (value.type().isBoolean()) {
      CodeBlock bytes = Emitted.species(value.type());
      statement(
          "$T.zero($L).blend((byte) 1, $L.cast($L)).intoMemorySegment($L, $L, $L)",
          Emitted.BYTE_VECTOR,
          bytes,
          value.code(),
          bytes,
          Emitted.SEG,
          byteOffset,
          Emitted.ORDER);
    } else {
      statement(
          "$L.intoMemorySegment($L, $L, $L)", value.code(), Emitted.SEG, byteOffset, Emitted.ORDER);
    }
  }

  @Override
  CodeBlock expression(Primitive primitive, Map<String, Object> arguments, Lane... operands) {
    // Masks are held for the master type; integers of the same width compare and blend with a cast.
    if (primitive == Primitive.SELECT && operands[1].type() != master) {
      arguments.put(
          "a",
          CodeBlock.of("$L.cast($L)", operands[0].code(), Emitted.species(operands[1].type())));
    }
    CodeBlock plain = CodeBlock.builder().addNamed(primitive.vector(), arguments).build();
    boolean compares =
        primitive.resultType(operands).isBoolean() && !operands[0].type().isBoolean();
    return compares && operands[0].type() != master
        ? CodeBlock.of("$L.cast($L)", plain, species())
        : plain;
  }

  @Override
  Lane declareConstant(ElementType type, CodeBlock literal) {
    return define(type, "constant", splat(type, literal));
  }
}
