package dev.miser.codegen;

import com.palantir.javapoet.CodeBlock;
import com.palantir.javapoet.FieldSpec;
import com.palantir.javapoet.JavaFile;
import com.palantir.javapoet.MethodSpec;
import com.palantir.javapoet.ParameterizedTypeName;
import com.palantir.javapoet.TypeName;
import com.palantir.javapoet.TypeSpec;
import dev.miser.codegen.vector.Emitted;
import dev.miser.ir.plan.Plan;
import dev.miser.ir.plan.Target;
import dev.miser.runtime.ArenaMemory;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.ArrayList;
import javax.lang.model.element.Modifier;

/** Writes the holder of the arena, the layouts of elements and the vector species. */
final class MemoryWriter {
  private MemoryWriter() {}

  static JavaFile write(Plan plan, Methods methods) {
    Target target = plan.schedule().target();
    int bits = target.vectorBits();
    var type =
        TypeSpec.classBuilder(Emitted.MEMORY)
            .addModifiers(Modifier.FINAL)
            .addJavadoc("The arena, and how elements lie in it.\n")
            .addField(
                constant(
                    TypeName.get(MemorySegment.class),
                    "SEG",
                    CodeBlock.of("$T.allocate($LL)", ArenaMemory.class, plan.arenaBytes())))
            .addField(
                constant(
                    TypeName.get(ByteOrder.class),
                    "ORDER",
                    CodeBlock.of("$T.nativeOrder()", ByteOrder.class)))
            .addField(
                constant(
                    TypeName.get(VarHandle.class),
                    "FLOAT_AT",
                    CodeBlock.of("$T.JAVA_FLOAT_UNALIGNED.varHandle()", ValueLayout.class)))
            .addField(layout(ValueLayout.OfFloat.class, "FLOAT"))
            .addField(layout(ValueLayout.OfDouble.class, "DOUBLE"))
            .addField(layout(ValueLayout.OfLong.class, "LONG"))
            .addField(layout(ValueLayout.OfInt.class, "INT"))
            .addField(layout(ValueLayout.OfShort.class, "SHORT"))
            .addField(layout(ValueLayout.OfByte.class, "BYTE"))
            .addField(species(Float.class, "F", CodeBlock.of("$T", Emitted.FLOAT_VECTOR), bits))
            .addField(species(Double.class, "D", CodeBlock.of("$T", Emitted.DOUBLE_VECTOR), bits))
            .addField(species(Integer.class, "I", CodeBlock.of("$T", Emitted.INT_VECTOR), bits))
            .addField(species(Long.class, "L", CodeBlock.of("$T", Emitted.LONG_VECTOR), bits))
            .addField(species(Short.class, "S", CodeBlock.of("$T", Emitted.SHORT_VECTOR), bits / 2))
            .addField(
                species(
                    Byte.class,
                    "B",
                    CodeBlock.of("$T", Emitted.BYTE_VECTOR),
                    Math.max(bits / 4, 64)))
            .addMethod(MethodSpec.constructorBuilder().addModifiers(Modifier.PRIVATE).build());
    if (methods.usesPairs()) {
      type.addField(everySecond("EVEN", 0, target.floatLanes()));
      type.addField(everySecond("ODD", 1, target.floatLanes()));
    }
    return JavaFile.builder(Emitted.PACKAGE, type.build())
        .skipJavaLangImports(true)
        .indent("  ")
        .build();
  }

  /** Elements from {@code first} on, two apart, twice: a shuffle names as many as there are. */
  private static FieldSpec everySecond(String name, int first, int lanes) {
    var numbers = new ArrayList<CodeBlock>();
    for (int i = 0; i < lanes; i++) {
      numbers.add(CodeBlock.of("$L", (2 * i + first) % lanes));
    }
    return constant(
        ParameterizedTypeName.get(
            Emitted.VECTOR_SHUFFLE, com.palantir.javapoet.ClassName.get(Float.class)),
        name,
        CodeBlock.of(
            "$T.fromValues(F, $L)", Emitted.VECTOR_SHUFFLE, CodeBlock.join(numbers, ", ")));
  }

  private static FieldSpec constant(TypeName type, String name, CodeBlock value) {
    return FieldSpec.builder(type, name, Modifier.STATIC, Modifier.FINAL)
        .initializer(value)
        .build();
  }

  private static FieldSpec layout(Class<?> type, String name) {
    return constant(TypeName.get(type), name, CodeBlock.of("$T.JAVA_$N", ValueLayout.class, name));
  }

  private static FieldSpec species(Class<?> element, String name, CodeBlock vector, int bits) {
    return constant(
        ParameterizedTypeName.get(
            Emitted.VECTOR_SPECIES, com.palantir.javapoet.ClassName.get(element)),
        name,
        CodeBlock.of("$L.SPECIES_$L", vector, bits));
  }
}
