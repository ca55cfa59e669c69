package dev.miser.codegen.project;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.miser.codegen.EmittedProgram;
import dev.miser.codegen.Emitter;
import dev.miser.codegen.KernelRun;
import dev.miser.codegen.compile.ProgramLoader;
import dev.miser.codegen.compile.SourceCompiler;
import dev.miser.ir.func.Function;
import dev.miser.ir.func.FunctionBuilder;
import dev.miser.ir.func.Initialiser;
import dev.miser.ir.func.Range;
import dev.miser.ir.op.Binary;
import dev.miser.ir.op.Convert;
import dev.miser.ir.op.Unary;
import dev.miser.ir.op.Value;
import dev.miser.ir.plan.Target;
import dev.miser.ir.type.ElementType;
import dev.miser.ir.type.TensorType;
import dev.miser.runtime.Console;
import dev.miser.runtime.Instance;
import dev.miser.runtime.WorkerPool;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The written project compiles with javac alone, and gives the same bits in a JVM of its own. */
class ProjectWriterTest {
  private static Function function() {
    var builder = new FunctionBuilder("small/net");
    TensorType type = TensorType.of(ElementType.F32, 1000);
    Value x = builder.input("x", type);
    Value ids = builder.input("ids", type.withElement(ElementType.I64), new Range(3, 30));
    Value w = builder.param("w", type, new Initialiser.Fill(3));
    Value counts = builder.add("counts", new Convert(ids, ElementType.F32));
    Value y = builder.add("y", new Binary(Binary.Kind.MULTIPLY, x, w));
    Value z = builder.add("z", new Binary(Binary.Kind.ADD, y, counts));
    return builder.returns(builder.add("r", new Unary(Unary.Kind.TANH, z))).build();
  }

  private static String run(Path directory, List<String> command) throws Exception {
    Path output = Files.createTempFile("project", ".txt");
    Process process =
        new ProcessBuilder(command)
            .directory(directory.toFile())
            .redirectErrorStream(true)
            .redirectOutput(output.toFile())
            .start();
    int code = process.waitFor();
    String text = Files.readString(output);
    Files.delete(output);
    assertEquals(0, code, text);
    return text;
  }

  @Test
  void stockJdkCompilesAndRunsIt(@TempDir Path directory) throws Exception {
    Function function = function();
    EmittedProgram emitted =
        Emitter.emit(KernelRun.plan(KernelRun.schedule(function, Target.GOLDEN, "")));
    Instance instance =
        Instance.start(
            ProgramLoader.load(SourceCompiler.compile(emitted)),
            Instance.ParameterSource.ofWhole((slot, bytes) -> {
              for (long i = 0; i < 1000; i++) {
                bytes.setAtIndex(ValueLayout.JAVA_FLOAT, i, i / 7f);
              }
            }),
            new WorkerPool(2),
            2);
    ProjectWriter.write(emitted, function.parameters(), instance, directory);

    everyRuntimeSourceIsThere(directory);
    String java = Path.of(System.getProperty("java.home"), "bin").toString();
    var compile = new ArrayList<>(List.of(java + "/javac", "-d", "out"));
    try (Stream<Path> files = Files.walk(directory)) {
      files.filter(f -> f.toString().endsWith(".java")).forEach(f -> compile.add(f.toString()));
    }
    run(directory, compile);
    String found =
        run(
            directory,
            List.of(java + "/java", "-p", "out", "-m", "miser.smallnet/dev.miser.emitted.Main"));
    String expected = expected(instance);
    assertTrue(expected.startsWith("r: f32[1000] crc32c "), expected);
    assertTrue(found.contains(expected), () -> found + "\nlacks " + expected);
  }

  private static String expected(Instance instance) throws IOException {
    var bytes = new ByteArrayOutputStream();
    Console.step(
        instance,
        List.of(new Console.Bounds("ids", 3, 30)),
        List.of(),
        new PrintStream(bytes, true, StandardCharsets.UTF_8));
    String all = bytes.toString(StandardCharsets.UTF_8);
    return all.substring(all.indexOf("r: "));
  }

  /** A runtime source that the list forgets would leave the project incomplete. */
  private static void everyRuntimeSourceIsThere(Path directory) throws IOException {
    try (Stream<Path> files =
        Files.list(
            Path.of(System.getProperty("miser.root"), "runtime/src/main/java/dev/miser/runtime"))) {
      for (Path file : files.toList()) {
        String name = file.getFileName().toString();
        assertTrue(
            name.equals("package-info.java")
                || Files.exists(directory.resolve("src/dev/miser/runtime").resolve(name)),
            name);
      }
    }
  }
}
