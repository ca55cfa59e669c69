package dev.miser.bench;

import dev.miser.bench.Figure.Verdict;
import dev.miser.compiler.Executable;
import dev.miser.compiler.Miser;
import dev.miser.runtime.Instance;
import dev.miser.runtime.Profile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;
import java.util.stream.Stream;

/** Whole models: what passes between their kernels, what a step allocates, how long it takes. */
final class Models {
  private static final int STEPS = 50;
  private static final int MOST_WARM_UPS = 20;

  private final Effort effort;
  private final Path folder;
  private final Consumer<Figure> report;

  /** Measures the models in {@code folder}. */
  Models(Effort effort, Path folder, Consumer<Figure> report) {
    this.effort = effort;
    this.folder = folder;
    this.report = report;
  }

  /** A compiled model with its inputs set anew before each step. */
  private record Loaded(String name, Executable executable, Instance instance, Inputs inputs) {
    /** Runs a step and returns its nanoseconds. */
    long step() {
      inputs.set();
      long began = System.nanoTime();
      instance.step();
      return System.nanoTime() - began;
    }
  }

  private Loaded load(String name, int threads) {
    Executable executable =
        ProgramWork.build(Miser.compile(folder.resolve(name + ".mir")), threads);
    Instance instance = executable.instantiate();
    return new Loaded(name, executable, instance, new Inputs(executable, instance));
  }

  /** The model that the figures are about; a small one in a smoke test. */
  private String mainModel() {
    return effort.divisor() == 1 ? "resnet50" : "mlp";
  }

  /** The share of a step with two threads in which no kernel runs. */
  void betweenKernels() {
    Loaded model = load(mainModel(), 2);
    warmUp(model);
    Profile profile = model.instance().profile();
    double[] shares = new double[effort.pairs()];
    double[] steps = new double[effort.pairs()];
    for (int i = 0; i < shares.length; i++) {
      profile.start();
      long began = System.nanoTime();
      do {
        model.step();
      } while (System.nanoTime() - began < 10 * effort.sampleNanos());
      profile.stop();
      shares[i] = profile.shareBetweenKernels();
      steps[i] = profile.totalNanos() / (double) profile.steps();
    }
    Spread share = Spread.of(shares);
    double step = Spread.of(steps).median();
    var program = model.instance().program();
    int kernels = program.kernels().size() - program.initKernels();
    report.accept(
        new Figure(
            model.name() + ", 2 threads: time between kernels over the step",
            "<= 0.10",
            String.format(Locale.ROOT, "%.4f", share.median()),
            String.format(
                Locale.ROOT,
                "%.4f .. %.4f; %d kernels in %.2f ms",
                share.lowest(),
                share.highest(),
                kernels,
                step / 1e6),
            Verdict.of(share.median() <= 0.10)));
    Spread handoff = Handoff.nanos(2, effort);
    double withHandoff = share.median() + kernels * handoff.median() / step;
    report.accept(
        new Figure(
            "the same with handing each kernel to two threads and waiting for both",
            "<= 0.10",
            String.format(Locale.ROOT, "%.4f", withHandoff),
            String.format(
                Locale.ROOT,
                "a hand-over takes %.2f us (%.2f .. %.2f)",
                handoff.median() / 1e3,
                handoff.lowest() / 1e3,
                handoff.highest() / 1e3),
            Verdict.of(withHandoff <= 0.10)));
  }

  /** What {@value #STEPS} warm steps allocate. */
  void allocation() {
    for (String name : List.of(mainModel(), effort.divisor() == 1 ? "bert_base" : "lenet5")) {
      allocation(load(name, 2));
    }
  }

  private void allocation(Loaded model) {
    ProcessMemory cold = ProcessMemory.before();
    warmUp(model);
    long warmUp = ProcessMemory.after().since(cold).heapBytes();
    ProcessMemory found = allocated(model);
    int more = 0;
    // Compilers still at work make vectors on the heap until they are done.
    while (found.heapBytes() != 0 && more < MOST_WARM_UPS) {
      warmUp += found.heapBytes();
      found = allocated(model);
      more++;
    }
    report.accept(
        new Figure(
            model.name() + ": heap allocated by " + STEPS + " warm steps",
            "0 bytes",
            found.heapBytes() + " bytes",
            String.format(
                Locale.ROOT,
                "before that, from the first step on: %.1f MB, the last of it %d steps before",
                warmUp / 1e6,
                STEPS),
            Verdict.of(found.heapBytes() == 0)));
    report.accept(
        new Figure(
            model.name() + ": off-heap allocated by the same steps",
            "0 bytes",
            found.bufferBytes() + " bytes",
            String.format(
                Locale.ROOT,
                "direct and mapped buffers; private memory of the process %+d kB, resident %+d kB"
                    + " (compilers included)",
                found.dataBytes() / 1024,
                found.residentBytes() / 1024),
            Verdict.of(found.bufferBytes() == 0)));
  }

  private static ProcessMemory allocated(Loaded model) {
    ProcessMemory before = ProcessMemory.before();
    for (int i = 0; i < STEPS; i++) {
      model.step();
    }
    return ProcessMemory.after().since(before);
  }

  /** Latency, arena and compile time of every model, for the record. */
  void latencies() {
    for (String name : effort.divisor() == 1 ? names(folder) : List.of("mlp")) {
      Spread one = latency(load(name, 1));
      long began = System.nanoTime();
      Loaded model = load(name, 2);
      double start = (System.nanoTime() - began) / 1e9;
      Spread two = latency(model);
      var program = model.instance().program();
      report.accept(
          new Figure(
              model.name() + ": median step, 1 and 2 threads",
              "",
              String.format(
                  Locale.ROOT, "%.2f ms, %.2f ms", one.median() / 1e6, two.median() / 1e6),
              String.format(
                  Locale.ROOT,
                  "%.2f .. %.2f, %.2f .. %.2f; %d kernels, arena %.1f MB, from text to ready %.1f s",
                  one.lowest() / 1e6,
                  one.highest() / 1e6,
                  two.lowest() / 1e6,
                  two.highest() / 1e6,
                  program.kernels().size() - program.initKernels(),
                  model.executable().plan().arenaBytes() / 1e6,
                  start),
              Verdict.RECORD));
    }
  }

  private Spread latency(Loaded model) {
    warmUp(model);
    double[] nanos = new double[effort.pairs() * 3];
    for (int i = 0; i < nanos.length; i++) {
      nanos[i] = model.step();
    }
    return Spread.of(nanos);
  }

  private void warmUp(Loaded model) {
    long began = System.nanoTime();
    for (int i = 0; i < 20 || System.nanoTime() - began < effort.warmUpNanos(); i++) {
      model.step();
    }
  }

  /** Returns the names of the models in a folder. */
  static List<String> names(Path folder) {
    try (Stream<Path> files = Files.list(folder)) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(file -> file.endsWith(".mir"))
          .map(file -> file.substring(0, file.length() - ".mir".length()))
          .sorted()
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
