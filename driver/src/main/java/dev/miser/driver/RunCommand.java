package dev.miser.driver;

import dev.miser.compiler.Compilation;
import dev.miser.compiler.Dumps;
import dev.miser.compiler.Executable;
import dev.miser.compiler.MemoryLimit;
import dev.miser.compiler.MemoryNeed;
import dev.miser.compiler.Model;
import dev.miser.compiler.Options;
import dev.miser.compiler.Phase;
import dev.miser.compiler.PhaseTimes;
import dev.miser.compiler.sanitize.SanitizerReport;
import dev.miser.frontend.weights.Tensor;
import dev.miser.ir.op.Value;
import dev.miser.runtime.Instance;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code miser run}: compiles a program, runs it, and says what came out. */
@Command(name = "run", description = "Compile a program and run it.")
final class RunCommand implements Callable<Integer> {
  @Mixin ProgramInput input;
  @Mixin RunOptions options;

  @Option(
      names = "--input",
      paramLabel = "NAME=FILE",
      description = {
        "Read an input from FILE.npy or FILE.safetensors[:TENSOR],",
        "or from numbers such as 5 or [1,2,3]."
      })
  Map<String, String> inputs = Map.of();

  @Option(
      names = "--inputs",
      paramLabel = "FILE",
      description = "Read inputs by name from a safetensors file; the others are random.")
  @Nullable Path inputFile;

  @Option(
      names = "--output",
      paramLabel = "FILE",
      description = "Write the results to FILE.npy or FILE.safetensors.")
  @Nullable Path output;

  @Option(
      names = "--check",
      description = "Compare with the reference evaluator, and with the unplanned program.")
  boolean check;

  @Option(
      names = "--sanitize",
      description = {
        "Run again with dead memory poisoned, and watch what every kernel",
        "writes and what changes its results."
      })
  boolean sanitize;

  @Option(names = "--repeat", paramLabel = "N", description = "Run N steps and show latencies.")
  int repeat = 1;

  @Option(names = "--profile", description = "Show the time of each kernel.")
  boolean profile;

  @Option(names = "--time", description = "Say on stderr how long each phase took.")
  boolean time;

  @Override
  public Integer call() {
    if (repeat < 1) {
      throw Failures.badUsage("--repeat is " + repeat + ", expected at least 1");
    }
    @Nullable OutputFile file = output == null ? null : new OutputFile(output);
    PhaseTimes times = input.times();
    Model model = input.read(times);
    Options compile = model.applyTo(options.applyTo(input.options()));
    var compilation = new Compilation(model.program(), compile, times, Dumps.NONE);
    if (file != null) {
      file.require(compilation.results().size());
    }
    InputSet inputSet = InputSet.of(compilation.inputs(), inputs, inputFile, compile.seed());
    MemoryNeed need = MemoryNeed.of(compilation.plan());
    need.require(MemoryLimit.ofThisProcess());
    Executable executable = compilation.executable();
    Instance instance = executable.instantiate();
    inputSet.set(instance);
    times.run(Phase.STEP, instance::step);
    long firstResult = System.currentTimeMillis();
    SequencedMap<String, Tensor> results = results(compilation.results(), instance);
    if (file != null) {
      file.write(results);
    }
    var out = input.console.out();
    results.forEach((name, tensor) ->
        out.println("%" + name + ": " + TensorSummary.of(tensor.type(), tensor.bytes())));
    out.flush();
    var report = new RunReport(input.console, times);
    report.summary(executable, need, firstResult);
    if (time) {
      report.phases(firstResult);
    }
    int code = check ? new RunCheck(input.console, executable, inputSet).run(instance) : Main.GOOD;
    if (sanitize && !isClean(executable, inputSet)) {
      code = Main.CHECK_FAILED;
    }
    if (repeat > 1 || profile) {
      report.repeat(instance, inputSet, repeat, profile);
    }
    return code;
  }

  private boolean isClean(Executable executable, InputSet inputSet) {
    Map<String, MemorySegment> given = new LinkedHashMap<>();
    inputSet.tensors().forEach((name, tensor) -> given.put(name, tensor.bytes()));
    SanitizerReport found = executable.sanitize(given);
    input.console.err().println("sanitize: " + found);
    return found.isGood();
  }

  /** Returns the results by name; one that is returned twice gets a number behind its name. */
  private static SequencedMap<String, Tensor> results(List<Value> values, Instance instance) {
    var results = new LinkedHashMap<String, Tensor>();
    for (int i = 0; i < values.size(); i++) {
      Value value = values.get(i);
      String name = value.name();
      for (int n = 1; results.containsKey(name); n++) {
        name = value.name() + "." + n;
      }
      MemorySegment bytes = instance.result(i);
      results.put(name, new Tensor(value.type(), bytes.asSlice(0, value.type().byteCount())));
    }
    return results;
  }
}
