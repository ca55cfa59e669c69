package dev.miser.bench;

import dev.miser.compiler.Comparison;
import dev.miser.compiler.Options.CachePolicy;
import dev.miser.ir.eval.Tensor;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * What one process measures of one model; it is started anew for each measurement, because the
 * programs of a process slow each other down, and prints what it found as lines {@code key value}.
 */
public final class PeerProcess {
  /** What a process does. */
  enum Job {
    /** Both sides take turns. */
    LATENCY,
    /** Miser alone, compiling, and keeping what it compiled. */
    MISER,
    /** Miser alone, with what was kept. */
    MISER_AGAIN,
    /** ONNX Runtime alone. */
    ONNX_RUNTIME,
    /** The virtual machine alone, with the model's text read. */
    NOBODY
  }

  /** How many steps a side alone runs: its memory has reached its peak, its code is warm enough. */
  private static final int STEPS_ALONE = 20;

  private final PeerTask task;
  private final int threads;
  private final Effort effort;
  private final Map<String, Double> found = new LinkedHashMap<>();

  private PeerProcess(PeerTask task, int threads, Effort effort) {
    this.task = task;
    this.threads = threads;
    this.effort = effort;
  }

  /** Takes the job, the model's name, the folders of texts and files, threads, and the effort. */
  public static void main(String[] arguments) {
    var job = Job.valueOf(arguments[0]);
    PeerTask task = PeerTask.of(arguments[1], Path.of(arguments[2]), Path.of(arguments[3]));
    Effort effort = arguments[5].equals("smoke") ? Effort.SMOKE : Effort.FULL;
    var process = new PeerProcess(task, Integer.parseInt(arguments[4]), effort);
    process.run(job);
    process.found.forEach((key, value) -> System.out.println(key + " " + value));
    // Worker threads and their pools must not keep the process.
    System.exit(0);
  }

  /** Runs a job in a process of its own and returns what it printed, by key. */
  static Map<String, Double> start(
      Job job, PeerTask task, Path models, Path folder, int threads, Effort effort) {
    var command =
        List.of(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-XX:+UseSerialGC",
            "--add-modules",
            "jdk.incubator.vector",
            "--enable-native-access=ALL-UNNAMED",
            "-Dmiser.cache=" + folder.resolve("cache"),
            "-cp",
            System.getProperty("java.class.path"),
            PeerProcess.class.getName(),
            job.name(),
            task.name(),
            models.toString(),
            folder.toString(),
            String.valueOf(threads),
            effort.equals(Effort.SMOKE) ? "smoke" : "full");
    try {
      Process process =
          new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
      List<String> lines;
      try (var reader = process.inputReader()) {
        lines = reader.lines().toList();
      }
      if (process.waitFor() != 0) {
        throw new IllegalStateException(job + " of " + task.name() + " failed: " + lines);
      }
      return lines.stream()
          .map(line -> line.split(" ", 2))
          .collect(Collectors.toMap(words -> words[0], words -> Double.valueOf(words[1])));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private void run(Job job) {
    switch (job) {
      case LATENCY -> latency();
      case MISER, MISER_AGAIN -> {
        long began = System.nanoTime();
        var side = new MiserSide(task, threads, CachePolicy.USE);
        alone(side, began);
        found.put("arena", (double) side.arenaBytes());
      }
      case ONNX_RUNTIME -> {
        long began = System.nanoTime();
        alone(new OnnxRuntimeSide(task, threads), began);
      }
      case NOBODY -> found.put("peak", (double) ProcessMemory.peakResidentBytes());
    }
  }

  private void alone(Side side, long began) {
    side.step();
    found.put("ready", (System.nanoTime() - began) / 1e9);
    for (int i = 1; i < STEPS_ALONE; i++) {
      side.step();
    }
    found.put("peak", (double) ProcessMemory.peakResidentBytes());
  }

  private void latency() {
    var ours = new MiserSide(task, threads, CachePolicy.IGNORE);
    var theirs = new OnnxRuntimeSide(task, threads);
    ours.step();
    theirs.step();
    compareResults(ours, theirs);
    warmUp(ours);
    warmUp(theirs);
    int pairs = 2 * effort.pairs() - 1;
    double[] ratios = new double[pairs];
    double[] mine = new double[pairs];
    double[] others = new double[pairs];
    for (int i = 0; i < pairs; i++) {
      mine[i] = nanos(ours);
      others[i] = nanos(theirs);
      ratios[i] = mine[i] / others[i];
    }
    put("ratio", Spread.of(ratios));
    put("miser", Spread.of(mine));
    put("onnx", Spread.of(others));
  }

  private void put(String key, Spread spread) {
    found.put(key, spread.median());
    found.put(key + ".lowest", spread.lowest());
    found.put(key + ".highest", spread.highest());
  }

  /** Both may be off by the bound that each result has against the reference. */
  private void compareResults(MiserSide ours, Side theirs) {
    double bound = 2 * ours.bound();
    double largest = 0;
    var wrong = new ArrayList<String>();
    for (int i = 0; i < task.results().size(); i++) {
      Tensor mine = Tensor.read(task.results().get(i), ours.result(i));
      Tensor other = Tensor.read(task.results().get(i), theirs.result(i));
      Comparison comparison = Comparison.of(task.name() + ", result " + i, mine, other, bound);
      largest = Math.max(largest, comparison.largestError());
      if (!comparison.isGood()) {
        wrong.add(comparison.toString());
      }
    }
    if (!wrong.isEmpty()) {
      throw new IllegalStateException("results differ: " + wrong);
    }
    found.put("difference", largest);
    found.put("bound", bound);
  }

  private void warmUp(Side side) {
    long began = System.nanoTime();
    for (int i = 0; i < 20 || System.nanoTime() - began < effort.warmUpNanos(); i++) {
      side.step();
    }
  }

  /** Returns the elapsed nanoseconds of a step, over as many as a sample takes. */
  private double nanos(Side side) {
    int steps = 0;
    long began = System.nanoTime();
    long elapsed;
    do {
      side.step();
      steps++;
      elapsed = System.nanoTime() - began;
    } while (elapsed < effort.sampleNanos());
    return (double) elapsed / steps;
  }
}
