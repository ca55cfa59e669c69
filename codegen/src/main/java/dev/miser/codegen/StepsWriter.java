package dev.miser.codegen;

import com.palantir.javapoet.ClassName;
import com.palantir.javapoet.CodeBlock;
import com.palantir.javapoet.JavaFile;
import com.palantir.javapoet.MethodSpec;
import com.palantir.javapoet.ParameterizedTypeName;
import com.palantir.javapoet.TypeName;
import com.palantir.javapoet.TypeSpec;
import dev.miser.codegen.Emitter.Call;
import dev.miser.codegen.vector.Emitted;
import dev.miser.ir.plan.Plan;
import dev.miser.runtime.KernelInfo;
import java.util.ArrayList;
import java.util.List;
import javax.lang.model.element.Modifier;

/**
 * Writes the calls of all kernels, with their offsets, spread over classes: one class holds no more
 * constants, and one method no more code, than the JVM takes.
 */
final class StepsWriter {
  /** Kernels of one class, a power of two: some hundred constants, some thousand bytecodes. */
  static final int PER_CLASS = 32;

  private final Plan.Offsets offsets;

  private StepsWriter(Plan plan) {
    this.offsets = plan.offsets();
  }

  static ClassName className(int index) {
    return ClassName.get(Emitted.PACKAGE, "Steps" + index);
  }

  static List<JavaFile> write(Plan plan, List<Call> calls) {
    var writer = new StepsWriter(plan);
    var files = new ArrayList<JavaFile>();
    for (int from = 0; from < calls.size(); from += PER_CLASS) {
      List<Call> some = calls.subList(from, Math.min(from + PER_CLASS, calls.size()));
      files.add(writer.steps(from, some));
    }
    return files;
  }

  private JavaFile steps(int from, List<Call> calls) {
    int last = from + calls.size() - 1;
    TypeSpec type =
        TypeSpec.classBuilder(className(from / PER_CLASS))
            .addModifiers(Modifier.FINAL)
            .addJavadoc("Kernels $L to $L of the program, with their places.\n", from, last)
            .addMethod(MethodSpec.constructorBuilder().addModifiers(Modifier.PRIVATE).build())
            .addMethod(tile(from, calls))
            .addMethod(describe(calls))
            .build();
    return JavaFile.builder(Emitted.PACKAGE, type).skipJavaLangImports(true).indent("  ").build();
  }

  private MethodSpec tile(int from, List<Call> calls) {
    var body = CodeBlock.builder().beginControlFlow("switch (kernel)");
    for (int i = 0; i < calls.size(); i++) {
      Call call = calls.get(i);
      var arguments = new ArrayList<CodeBlock>();
      arguments.add(CodeBlock.of("tile"));
      arguments.add(CodeBlock.of("worker"));
      for (EmittedKernel.Argument argument : call.emitted().arguments()) {
        arguments.add(CodeBlock.of("$LL", value(call, argument)));
      }
      body.add("// $L\n", JavaNames.comment(call.label()));
      body.addStatement("case $L -> $L", from + i, call.emitted().method().call(arguments));
    }
    body.addStatement("default -> throw new $T(kernel)", IndexOutOfBoundsException.class);
    return MethodSpec.methodBuilder("tile")
        .addModifiers(Modifier.STATIC)
        .addParameter(TypeName.INT, "kernel")
        .addParameter(TypeName.INT, "tile")
        .addParameter(TypeName.INT, "worker")
        .addCode(body.endControlFlow().build())
        .build();
  }

  private long value(Call call, EmittedKernel.Argument argument) {
    return switch (argument) {
      case EmittedKernel.OffsetOf(var value, long plus) -> offsets.of(value) + plus;
      case EmittedKernel.Workspace() -> offsets.workspace(call.time());
      case EmittedKernel.Count(long number) -> number;
    };
  }

  private static MethodSpec describe(List<Call> calls) {
    var body = CodeBlock.builder();
    for (Call call : calls) {
      body.addStatement(
          "kernels.add(new $T($S, $S, $L, $L, $L))",
          KernelInfo.class,
          call.label(),
          call.emitted().checked(),
          call.emitted().tiles(),
          call.algorithm().flops(),
          call.algorithm().bytes());
    }
    return MethodSpec.methodBuilder("describe")
        .addModifiers(Modifier.STATIC)
        .addParameter(
            ParameterizedTypeName.get(ClassName.get(List.class), ClassName.get(KernelInfo.class)),
            "kernels")
        .addCode(body.build())
        .build();
  }
}
