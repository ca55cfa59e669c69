package dev.miser.codegen.vector;

import com.palantir.javapoet.ClassName;
import com.palantir.javapoet.CodeBlock;
import dev.miser.ir.type.ElementType;

/** Names that emitted code uses: of the Vector API, and of the holder of the arena. */
public final class Emitted {
  public static final String PACKAGE = "dev.miser.emitted";

  /** The holder of the arena, the layouts and the vector species. */
  public static final ClassName MEMORY = ClassName.get(PACKAGE, "Memory");

  private static final String VECTOR_PACKAGE = "jdk.incubator.vector";
  public static final ClassName FLOAT_VECTOR = ClassName.get(VECTOR_PACKAGE, "FloatVector");
  public static final ClassName DOUBLE_VECTOR = ClassName.get(VECTOR_PACKAGE, "DoubleVector");
  public static final ClassName INT_VECTOR = ClassName.get(VECTOR_PACKAGE, "IntVector");
  public static final ClassName LONG_VECTOR = ClassName.get(VECTOR_PACKAGE, "LongVector");
  public static final ClassName BYTE_VECTOR = ClassName.get(VECTOR_PACKAGE, "ByteVector");
  public static final ClassName SHORT_VECTOR = ClassName.get(VECTOR_PACKAGE, "ShortVector");
  public static final ClassName VECTOR_MASK = ClassName.get(VECTOR_PACKAGE, "VectorMask");
  public static final ClassName VECTOR_SPECIES = ClassName.get(VECTOR_PACKAGE, "VectorSpecies");
  public static final ClassName VECTOR_OPERATORS = ClassName.get(VECTOR_PACKAGE, "VectorOperators");
  public static final ClassName VECTOR_SHUFFLE = ClassName.get(VECTOR_PACKAGE, "VectorShuffle");

  /** The arena: {@code Memory.SEG}. */
  public static final CodeBlock SEG = CodeBlock.of("$T.SEG", MEMORY);

  /** The byte order of the arena: {@code Memory.ORDER}. */
  public static final CodeBlock ORDER = CodeBlock.of("$T.ORDER", MEMORY);

  private Emitted() {}

  /**
   * Returns the species of the Target's width for vectors of this element type: {@code Memory.F},
   * {@code D}, {@code I} or {@code L}; for one-byte types {@code B}, as many bytes as {@code F} has
   * lanes.
   */
  public static CodeBlock species(ElementType type) {
    String name =
        switch (type) {
          case F32 -> "F";
          case F64 -> "D";
          case I32, U32 -> "I";
          case I64, U64 -> "L";
          case I8, U8, BOOL -> "B";
          case F16, BF16, I16, U16 -> "S";
        };
    return CodeBlock.of("$T.$N", MEMORY, name);
  }

  /** Returns the layout of one element in the arena, such as {@code Memory.FLOAT}. */
  public static CodeBlock layout(ElementType type) {
    String name =
        switch (type) {
          case F32 -> "FLOAT";
          case F64 -> "DOUBLE";
          case I32, U32 -> "INT";
          case I64, U64 -> "LONG";
          case I8, U8, BOOL -> "BYTE";
          case F16, BF16, I16, U16 -> "SHORT";
        };
    return CodeBlock.of("$T.$N", MEMORY, name);
  }
}
