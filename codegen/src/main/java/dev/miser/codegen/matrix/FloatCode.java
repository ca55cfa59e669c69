package dev.miser.codegen.matrix;

import com.palantir.javapoet.CodeBlock;
import dev.miser.codegen.vector.Emitted;
import dev.miser.ir.type.ElementType;

/** The pieces of emitted code that handle f32 in the arena. */
public final class FloatCode {
  private FloatCode() {}

  /** Returns a load of one vector. */
  public static CodeBlock load(String format, Object... arguments) {
    return CodeBlock.of(
        "$T.fromMemorySegment($L, $L, $L, $L)",
        Emitted.FLOAT_VECTOR,
        Emitted.species(ElementType.F32),
        Emitted.SEG,
        CodeBlock.of(format, arguments),
        Emitted.ORDER);
  }

  /** Returns a store of one vector. */
  public static CodeBlock store(String vector, String format, Object... arguments) {
    return CodeBlock.of(
        "$N.intoMemorySegment($L, $L, $L)",
        vector,
        Emitted.SEG,
        CodeBlock.of(format, arguments),
        Emitted.ORDER);
  }

  /** Returns a vector of zeros. */
  public static CodeBlock zero() {
    return CodeBlock.of("$T.zero($L)", Emitted.FLOAT_VECTOR, Emitted.species(ElementType.F32));
  }

  /** Returns a read of one element. */
  public static CodeBlock read(String format, Object... arguments) {
    return CodeBlock.of(
        "$L.get($L, $L)",
        Emitted.SEG,
        Emitted.layout(ElementType.F32),
        CodeBlock.of(format, arguments));
  }

  /**
   * Returns a read of one element for methods with many of them: it takes fewer of the virtual
   * registers of the JVM's first compiler.
   */
  public static CodeBlock leanRead(String format, Object... arguments) {
    return CodeBlock.of(
        "(float) $T.FLOAT_AT.get($L, $L)",
        Emitted.MEMORY,
        Emitted.SEG,
        CodeBlock.of(format, arguments));
  }

  /** Returns a write of one element. */
  public static CodeBlock write(CodeBlock value, String format, Object... arguments) {
    return CodeBlock.of(
        "$L.set($L, $L, $L)",
        Emitted.SEG,
        Emitted.layout(ElementType.F32),
        CodeBlock.of(format, arguments),
        value);
  }

  /** Returns one element in all lanes. */
  public static CodeBlock broadcast(CodeBlock element) {
    return CodeBlock.of(
        "$T.broadcast($L, $L)", Emitted.FLOAT_VECTOR, Emitted.species(ElementType.F32), element);
  }
}
