package dev.miser.codegen.compile;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.miser.codegen.EmittedProgram;
import dev.miser.codegen.Emitter;
import dev.miser.codegen.KernelRun;
import dev.miser.ir.diag.Place;
import dev.miser.ir.func.Function;
import dev.miser.ir.func.FunctionBuilder;
import dev.miser.ir.func.Initialiser;
import dev.miser.ir.op.Binary;
import dev.miser.ir.op.Unary;
import dev.miser.ir.op.Value;
import dev.miser.ir.plan.Kernel;
import dev.miser.ir.plan.Plan;
import dev.miser.ir.plan.Schedule;
import dev.miser.ir.plan.Target;
import dev.miser.ir.type.ElementType;
import dev.miser.ir.type.TensorType;
import dev.miser.runtime.Instance;
import dev.miser.runtime.KernelInfo;
import dev.miser.runtime.Program;
import dev.miser.runtime.WorkerPool;
import java.io.IOException;
import java.lang.foreign.ValueLayout;
import java.lang.management.ManagementFactory;
import java.lang.ref.WeakReference;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a whole emitted program keeps to: allocation, size, sharing, loading, caching. */
class ProgramTest {
  private static final int SIZE = 100_000;

  private static Function scaled() {
    var builder = new FunctionBuilder("scaled");
    TensorType type = TensorType.of(ElementType.F32, SIZE);
    Value x = builder.input("x", type);
    Value w = builder.param("w", type, new Initialiser.Fill(3));
    Value y = builder.add("y", new Binary(Binary.Kind.MULTIPLY, x, w));
    return builder.returns(builder.add("z", new Unary(Unary.Kind.TANH, y))).build();
  }

  private static Plan plan() {
    return KernelRun.plan(KernelRun.schedule(scaled(), Target.GOLDEN, ""));
  }

  private static Instance start(Program program, WorkerPool pool) {
    return Instance.start(
        program,
        (slot, from, bytes) -> {
          for (long i = 0; i < bytes.byteSize() / Float.BYTES; i++) {
            bytes.setAtIndex(ValueLayout.JAVA_FLOAT, i, 3);
          }
        },
        pool,
        2);
  }

  private static float first(Instance instance) {
    instance.input("x").setAtIndex(ValueLayout.JAVA_FLOAT, 0, 0.1f);
    instance.step();
    return instance.result(0).getAtIndex(ValueLayout.JAVA_FLOAT, 0);
  }

  @Test
  void warmStepAllocatesNothingOnAnyThread() throws InterruptedException {
    Instance instance =
        start(ProgramLoader.load(SourceCompiler.compile(Emitter.emit(plan()))), new WorkerPool(2));
    var threads = (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
    long spent = Long.MAX_VALUE;
    // Warm is when the JIT is done: tried several times, since that has no sign of its own.
    for (int attempt = 0; attempt < 100 && spent != 0; attempt++) {
      for (int i = 0; i < 100; i++) {
        instance.step();
      }
      long[] ids = poolThreads();
      long before = allocated(threads, ids);
      for (int i = 0; i < 50; i++) {
        instance.step();
      }
      spent = allocated(threads, ids) - before;
    }
    assertEquals(0, spent, "bytes allocated in 50 warm steps");
  }

  private static long[] poolThreads() {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(t -> t.getName().startsWith("miser-worker") || t.equals(Thread.currentThread()))
        .mapToLong(Thread::threadId)
        .toArray();
  }

  private static long allocated(com.sun.management.ThreadMXBean threads, long[] ids) {
    long sum = 0;
    for (long id : ids) {
      sum += threads.getThreadAllocatedBytes(id);
    }
    return sum;
  }

  /** Twenty thousand steps, each with bytes of its own, stay within the limits of class files. */
  @Test
  void manyStepsShareTheirBodies() {
    var builder = new FunctionBuilder("long");
    Value x = builder.input("x", TensorType.of(ElementType.F32, 40));
    var steps = new ArrayList<dev.miser.ir.plan.Step>();
    for (int i = 0; i < 20_000; i++) {
      x =
          builder.add(
              "v" + i, i % 2 == 0 ? new Unary(Unary.Kind.NEGATE, x) : new Unary(Unary.Kind.ABS, x));
    }
    Function function = builder.returns(x).build();
    function
        .body()
        .forEach(
            i -> steps.add(new Kernel("loop", List.of(i), List.of(i.result()), 0, Place.NONE)));
    var schedule =
        new Schedule(
            "long",
            Target.GOLDEN,
            function.parameters(),
            List.of(),
            steps,
            function.results(),
            List.of());
    EmittedProgram emitted = Emitter.emit(KernelRun.plan(schedule));
    CompiledClasses classes = SourceCompiler.compile(emitted);
    assertEquals(1, classes.files().keySet().stream().filter(n -> n.contains(".Kernels")).count());
    List<String> methods =
        MethodSizes.of(classes).keySet().stream()
            .filter(n -> n.contains(".Kernels0.") && !n.contains("<"))
            .map(n -> n.substring(n.lastIndexOf('.') + 1))
            .toList();
    assertEquals(List.of("negateTail", "negateRow", "negate", "absTail", "absRow", "abs"), methods);
    Instance instance =
        Instance.start(
            ProgramLoader.load(classes), (slot, from, bytes) -> {}, WorkerPool.shared(), 1);
    assertEquals(20_000, instance.program().kernels().size());
    instance.input("x").setAtIndex(ValueLayout.JAVA_FLOAT, 39, -5);
    instance.step();
    assertEquals(5, instance.result(0).getAtIndex(ValueLayout.JAVA_FLOAT, 39));
    assertTrue(
        instance.program().kernels().stream().mapToInt(KernelInfo::tiles).allMatch(t -> t == 1));
  }

  @Test
  void programsAndTheirArenasGoWhenUnused() throws InterruptedException {
    CompiledClasses classes = SourceCompiler.compile(Emitter.emit(plan()));
    var programs = new ArrayList<WeakReference<Program>>();
    var pool = new WorkerPool(2);
    for (int i = 0; i < 60; i++) {
      Program program = ProgramLoader.load(classes);
      first(start(program, pool));
      programs.add(new WeakReference<>(program));
    }
    for (int i = 0; i < 50 && programs.stream().anyMatch(p -> p.get() != null); i++) {
      System.gc();
      Thread.sleep(20);
    }
    assertEquals(0, programs.stream().filter(p -> p.get() != null).count());
  }

  @Test
  void methodsThatAreNeverCompiledAreRefused() {
    var body = com.palantir.javapoet.CodeBlock.builder();
    for (int i = 0; i < 1500; i++) {
      body.addStatement("sum += $L", 100_000 + i);
    }
    var method =
        com.palantir.javapoet.MethodSpec.methodBuilder("huge")
            .addParameter(long.class, "sum")
            .addCode(body.build())
            .build();
    var type = com.palantir.javapoet.TypeSpec.classBuilder("Huge").addMethod(method).build();
    var file = com.palantir.javapoet.JavaFile.builder("huge", type).build();
    var failure =
        assertThrows(
            SourceCompiler.CompilationException.class,
            () -> SourceCompiler.compile(new EmittedProgram("huge.Huge", List.of(file))));
    assertTrue(Objects.requireNonNull(failure.getMessage()).contains("huge.Huge.huge has "));
  }

  @Test
  void secondRunNeitherCompilesNorInits(@TempDir Path directory) throws IOException {
    var cache = new ProgramCache(directory, 100 << 20);
    EmittedProgram emitted = Emitter.emit(plan());
    CacheKey key = CacheKey.of(emitted);
    assertNull(cache.find(key));
    CompiledClasses classes = cache.compile(emitted);
    CompiledClasses kept = Objects.requireNonNull(cache.find(key));
    assertEquals(classes.files().keySet(), kept.files().keySet());

    var pool = new WorkerPool(2);
    Instance instance = start(ProgramLoader.load(classes), pool);
    CacheKey image = key.with("weights");
    assertNull(cache.resume(image, ProgramLoader.load(kept), pool, 2));
    cache.keep(image, instance);
    Instance resumed =
        Objects.requireNonNull(cache.resume(image, ProgramLoader.load(kept), pool, 2));
    assertEquals(first(instance), first(resumed));
    assertNull(cache.resume(key.with("others"), ProgramLoader.load(kept), pool, 2));
    assertTrue(cache.bytes() > 4 * SIZE);
    assertEquals(2, cache.clear());
    assertEquals(0, cache.bytes());
  }

  @Test
  void damagedFilesAreReplaced(@TempDir Path directory) throws IOException {
    var cache = new ProgramCache(directory, 100 << 20);
    EmittedProgram emitted = Emitter.emit(plan());
    CacheKey key = CacheKey.of(emitted);
    CompiledClasses classes = cache.compile(emitted);
    var pool = new WorkerPool(1);
    cache.keep(key, start(ProgramLoader.load(classes), pool));
    try (Stream<Path> files = Files.list(directory)) {
      for (Path file : files.toList()) {
        byte[] bytes = Files.readAllBytes(file);
        bytes[bytes.length / 2] ^= 1;
        Files.write(file, bytes);
      }
    }
    assertNull(cache.find(key));
    assertNull(cache.resume(key, ProgramLoader.load(classes), pool, 1));
    cache.compile(emitted);
    assertNotNull(cache.find(key));
  }

  @Test
  void oldestFilesGoFirst(@TempDir Path directory) throws IOException {
    EmittedProgram emitted = Emitter.emit(plan());
    var cache = new ProgramCache(directory, 3 * 4 * SIZE);
    var pool = new WorkerPool(1);
    Instance instance = start(ProgramLoader.load(SourceCompiler.compile(emitted)), pool);
    CacheKey key = CacheKey.of(emitted);
    for (int i = 0; i < 4; i++) {
      cache.keep(key.with("w" + i), instance);
      Path file = directory.resolve(key.with("w" + i).hex() + ".image");
      Files.setLastModifiedTime(file, java.nio.file.attribute.FileTime.fromMillis(1000L * i));
    }
    assertTrue(cache.bytes() <= 3 * 4 * SIZE);
    assertFalse(Files.exists(directory.resolve(key.with("w0").hex() + ".image")));
    assertTrue(Files.exists(directory.resolve(key.with("w3").hex() + ".image")));
  }

  @Test
  void cacheLiesWhereTheEnvironmentSays() {
    assertEquals(
        Path.of("here"),
        ProgramCache.directory(Map.of("MISER_CACHE", "here", "XDG_CACHE_HOME", "x")));
    assertEquals(Path.of("x", "miser"), ProgramCache.directory(Map.of("XDG_CACHE_HOME", "x")));
    assertTrue(ProgramCache.directory(Map.of()).endsWith(Path.of(".cache", "miser")));
  }
}
