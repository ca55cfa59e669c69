package dev.miser.codegen;

import com.palantir.javapoet.ClassName;
import com.palantir.javapoet.CodeBlock;
import com.palantir.javapoet.FieldSpec;
import com.palantir.javapoet.JavaFile;
import com.palantir.javapoet.MethodSpec;
import com.palantir.javapoet.ParameterizedTypeName;
import com.palantir.javapoet.TypeName;
import com.palantir.javapoet.TypeSpec;
import dev.miser.codegen.Emitter.Call;
import dev.miser.codegen.vector.Emitted;
import dev.miser.ir.func.Parameter;
import dev.miser.ir.func.StateUpdate;
import dev.miser.ir.op.Value;
import dev.miser.ir.plan.Buffer;
import dev.miser.ir.plan.ParameterLoads;
import dev.miser.ir.plan.Plan;
import dev.miser.ir.plan.Schedule;
import dev.miser.runtime.KernelInfo;
import dev.miser.runtime.Program;
import dev.miser.runtime.Slot;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import javax.lang.model.element.Modifier;

/** Writes the class that implements {@link Program}. */
final class ProgramWriter {
  private static final int PER_METHOD = 64;

  /** After some 200 calls the JVM compiles for profiling, after some 900 more for speed. */
  private static final int WARMING_CALLS = 1500;

  /** A program of fewer operations is done sooner than warmed up. */
  private static final double WARMING_FLOPS = 1e8;

  private final Plan plan;
  private final Schedule schedule;
  private final Plan.Offsets offsets;
  private final List<Call> calls;
  private final List<CodeBlock> warmUps;

  private ProgramWriter(Plan plan, List<Call> calls, List<CodeBlock> warmUps) {
    this.plan = plan;
    this.schedule = plan.schedule();
    this.offsets = plan.offsets();
    this.calls = calls;
    this.warmUps = warmUps;
  }

  static JavaFile write(Plan plan, List<Call> calls, List<CodeBlock> warmUps) {
    return new ProgramWriter(plan, calls, warmUps).write();
  }

  private JavaFile write() {
    int classes = (calls.size() + StepsWriter.PER_CLASS - 1) / StepsWriter.PER_CLASS;
    var constructor = MethodSpec.constructorBuilder().addModifiers(Modifier.PUBLIC);
    for (int i = 0; i < classes; i++) {
      constructor.addStatement("$T.describe(kernels)", StepsWriter.className(i));
    }
    var type =
        TypeSpec.classBuilder("EmittedProgram")
            .addModifiers(Modifier.PUBLIC, Modifier.FINAL)
            .addSuperinterface(Program.class)
            .addJavadoc("Program $L.\n", JavaNames.comment(schedule.name()));
    table(type, constructor, Slot.class, "slots", slots());
    table(type, constructor, Program.Stretch.class, "persistent", persistent());
    table(type, constructor, Program.Copy.class, "copies", copies());
    type.addField(list(KernelInfo.class, "kernels"))
        .addMethod(constructor.build())
        .addMethod(answer(TypeName.get(String.class), "name", CodeBlock.of("$S", schedule.name())))
        .addMethod(answer(TypeName.get(MemorySegment.class), "arena", Emitted.SEG))
        .addMethod(
            answer(TypeName.INT, "maximumWorkers", CodeBlock.of("$L", schedule.target().workers())))
        .addMethod(answer(TypeName.INT, "initKernels", CodeBlock.of("$L", before(initEnd()))));
    tile(type, classes);
    type.addMethod(warmUp());
    type.addMethod(answerList(KernelInfo.class, "kernels"))
        .addMethod(answerList(Slot.class, "slots"))
        .addMethod(answerList(Program.Stretch.class, "persistent"))
        .addMethod(answerList(Program.Copy.class, "copies"));
    return JavaFile.builder(Emitted.PACKAGE, type.build())
        .skipJavaLangImports(true)
        .indent("  ")
        .build();
  }

  private static FieldSpec list(Class<?> element, String name) {
    return FieldSpec.builder(
            ParameterizedTypeName.get(ClassName.get(List.class), ClassName.get(element)),
            name,
            Modifier.PRIVATE,
            Modifier.FINAL)
        .initializer("new $T<>()", ArrayList.class)
        .build();
  }

  /** Writes a list and the methods that fill it. */
  private static void table(
      TypeSpec.Builder type,
      MethodSpec.Builder constructor,
      Class<?> element,
      String name,
      List<CodeBlock> rows) {
    type.addField(list(element, name));
    int methods = 0;
    for (int from = 0; from < rows.size(); from += PER_METHOD) {
      String method = name + methods++;
      var body = MethodSpec.methodBuilder(method).addModifiers(Modifier.PRIVATE);
      for (CodeBlock row : rows.subList(from, Math.min(from + PER_METHOD, rows.size()))) {
        body.addStatement("$N.add($L)", name, row);
      }
      type.addMethod(body.build());
      constructor.addStatement("$N()", method);
    }
  }

  private static MethodSpec answer(TypeName result, String name, CodeBlock value) {
    return MethodSpec.methodBuilder(name)
        .addAnnotation(Override.class)
        .addModifiers(Modifier.PUBLIC)
        .returns(result)
        .addStatement("return $L", value)
        .build();
  }

  private static MethodSpec answerList(Class<?> element, String name) {
    return answer(
        ParameterizedTypeName.get(ClassName.get(List.class), ClassName.get(element)),
        name,
        CodeBlock.of("$T.unmodifiableList($N)", Collections.class, name));
  }

  /** Finds the class of a kernel, in two switches: one would grow too long to be compiled. */
  private static void tile(TypeSpec.Builder type, int classes) {
    int methods = (classes + PER_METHOD - 1) / PER_METHOD;
    var body = CodeBlock.builder();
    body.beginControlFlow("switch (kernel / $L)", StepsWriter.PER_CLASS * PER_METHOD);
    for (int method = 0; method < methods; method++) {
      String name = "tile" + method;
      body.addStatement("case $L -> $N(kernel, tile, worker)", method, name);
      var some = CodeBlock.builder();
      some.beginControlFlow("switch (kernel / $L)", StepsWriter.PER_CLASS);
      for (int i = method * PER_METHOD; i < Math.min(classes, (method + 1) * PER_METHOD); i++) {
        some.addStatement("case $L -> $T.tile(kernel, tile, worker)", i, StepsWriter.className(i));
      }
      type.addMethod(
          tileMethod(name)
              .addModifiers(Modifier.PRIVATE, Modifier.STATIC)
              .addCode(orThrow(some))
              .build());
    }
    type.addMethod(
        tileMethod("tile")
            .addAnnotation(Override.class)
            .addModifiers(Modifier.PUBLIC)
            .addCode(orThrow(body))
            .build());
  }

  private static CodeBlock orThrow(CodeBlock.Builder cases) {
    return cases
        .addStatement("default -> throw new $T(kernel)", IndexOutOfBoundsException.class)
        .endControlFlow()
        .build();
  }

  private static MethodSpec.Builder tileMethod(String name) {
    return MethodSpec.methodBuilder(name)
        .addParameter(TypeName.INT, "kernel")
        .addParameter(TypeName.INT, "tile")
        .addParameter(TypeName.INT, "worker");
  }

  /** Calls what kernels spend their time in as often as the JVM asks before it compiles. */
  private MethodSpec warmUp() {
    var body = CodeBlock.builder();
    double flops = calls.stream().mapToDouble(c -> c.algorithm().flops()).sum();
    if (!warmUps.isEmpty() && flops >= WARMING_FLOPS && plan.arenaBytes() >= Methods.WARM_BYTES) {
      body.beginControlFlow("for (int call = 0; call < $L; call++)", WARMING_CALLS);
      warmUps.forEach(body::addStatement);
      body.endControlFlow();
    }
    return MethodSpec.methodBuilder("warmUp")
        .addAnnotation(Override.class)
        .addModifiers(Modifier.PUBLIC)
        .addCode(body.build())
        .build();
  }

  private int initEnd() {
    return offsets.buffers().initEnd();
  }

  /** Returns how many kernels run before a time. */
  private int before(int time) {
    int count = 0;
    for (Call call : calls) {
      count += call.time() < time ? 1 : 0;
    }
    return count;
  }

  private List<CodeBlock> slots() {
    var slots = new ArrayList<CodeBlock>();
    Map<Value, List<ParameterLoads.Load>> loads = ParameterLoads.of(schedule, offsets.buffers());
    for (Parameter parameter : schedule.parameters()) {
      Slot.Role role =
          switch (parameter.role()) {
            case INPUT -> Slot.Role.INPUT;
            case PARAM -> Slot.Role.PARAM;
            case STATE -> Slot.Role.STATE;
          };
      if (offsets.buffers().find(parameter.value()) != null) {
        var pieces = loads.getOrDefault(parameter.value(), List.of());
        slots.add(slot(role, parameter.value(), pieces));
      }
    }
    for (Value result : schedule.results()) {
      slots.add(slot(Slot.Role.RESULT, result, List.of()));
    }
    return slots;
  }

  private CodeBlock slot(Slot.Role role, Value value, List<ParameterLoads.Load> loads) {
    var dims = new ArrayList<CodeBlock>();
    value.type().shape().dims().forEach(d -> dims.add(CodeBlock.of("$LL", d)));
    var pieces = new ArrayList<CodeBlock>();
    for (ParameterLoads.Load load : loads) {
      pieces.add(
          CodeBlock.of(
              "new $T($L, $LL, $LL)",
              Slot.Load.class,
              before(load.time()),
              load.from(),
              load.to() - load.from()));
    }
    return CodeBlock.of(
        "new $T($T.$N, $S, $S, $T.of($L), $LL, $LL, $T.of($L))",
        Slot.class,
        Slot.Role.class,
        role.name(),
        value.name(),
        value.type().element().text(),
        List.class,
        CodeBlock.join(dims, ", "),
        offsets.of(value),
        value.type().byteCount(),
        List.class,
        CodeBlock.join(pieces, ", "));
  }

  /** What is alive when a step begins and no input. */
  private List<CodeBlock> persistent() {
    var stretches = new ArrayList<CodeBlock>();
    for (Plan.Allocation allocation : plan.allocations()) {
      Buffer buffer = allocation.buffer();
      boolean kept =
          switch (buffer.kind()) {
            case PARAMETER, STATE, PERSISTENT -> buffer.end() > initEnd();
            case INPUT, OUTPUT, TRANSIENT, WORKSPACE -> false;
          };
      if (kept) {
        stretches.add(
            CodeBlock.of(
                "new $T($LL, $LL)", Program.Stretch.class, allocation.offset(), buffer.bytes()));
      }
    }
    return stretches;
  }

  private List<CodeBlock> copies() {
    var copies = new ArrayList<CodeBlock>();
    for (StateUpdate update : schedule.updates()) {
      long from = offsets.of(update.next());
      long to = offsets.of(update.state());
      if (from != to) {
        copies.add(
            CodeBlock.of(
                "new $T($LL, $LL, $LL)",
                Program.Copy.class,
                from,
                to,
                update.state().type().byteCount()));
      }
    }
    return copies;
  }
}
