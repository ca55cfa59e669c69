package dev.miser.bench;

import dev.miser.bench.PeerProcess.Job;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Consumer;

/**
 * Miser and ONNX Runtime on the same models, weights and inputs: {@code bench/run peers
 * [MODEL...]}, all models if none is named; {@code --smoke} for a quick run whose numbers mean
 * nothing. A ratio is Miser's figure over ONNX Runtime's, below 1 where Miser needs less.
 */
public final class Peers {
  private final Effort effort;
  private final Path models;
  private final Path folder;
  private final Consumer<Figure> report;

  private Peers(Effort effort, Path models, Path folder, Consumer<Figure> report) {
    this.effort = effort;
    this.models = models;
    this.folder = folder;
    this.report = report;
  }

  /** Prints a table of figures. */
  public static void main(String[] arguments) throws IOException {
    Path root = Path.of(System.getProperty("miser.root", "."));
    Path models = root.resolve("test-models").resolve("models");
    List<String> known = Models.names(models);
    var names = new ArrayList<>(List.of(arguments));
    Effort effort = names.remove("--smoke") ? Effort.SMOKE : Effort.FULL;
    if (!known.containsAll(names)) {
      System.err.println("bench: expected some of " + String.join(" ", known));
      System.exit(2);
    }
    System.out.println(Main.machine());
    System.out.println();
    System.out.println(Figure.HEADER);
    Path target = root.resolve("bench").resolve("target");
    for (String name : names.isEmpty() ? known : names) {
      Path folder = Files.createTempDirectory(target, "peers-" + name + "-");
      try {
        new Peers(effort, models, folder, System.out::println).compare(name);
      } finally {
        delete(folder);
      }
    }
  }

  private static void delete(Path folder) throws IOException {
    try (var files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }

  private void compare(String name) {
    PeerTask task = PeerTask.of(name, models, folder);
    task.writeFiles();
    for (int threads = 1; threads <= 2; threads++) {
      latency(task, threads);
    }
    alone(task);
  }

  private Map<String, Double> start(Job job, PeerTask task, int threads) {
    return PeerProcess.start(job, task, models, folder, threads, effort);
  }

  private void latency(PeerTask task, int threads) {
    Map<String, Double> found = start(Job.LATENCY, task, threads);
    String what = task.name() + ", " + threads + (threads == 1 ? " thread" : " threads");
    report.accept(
        ratio(
            what + ": latency",
            get(found, "ratio"),
            String.format(
                Locale.ROOT,
                "%.2f .. %.2f; %.3f ms (%.3f .. %.3f) and %.3f ms (%.3f .. %.3f); results differ by"
                    + " %.1e, allowed %.1e",
                get(found, "ratio.lowest"),
                get(found, "ratio.highest"),
                get(found, "miser") / 1e6,
                get(found, "miser.lowest") / 1e6,
                get(found, "miser.highest") / 1e6,
                get(found, "onnx") / 1e6,
                get(found, "onnx.lowest") / 1e6,
                get(found, "onnx.highest") / 1e6,
                get(found, "difference"),
                get(found, "bound"))));
  }

  /** Memory and the time to the first result, two threads, in a process for each. */
  private void alone(PeerTask task) {
    Map<String, Double> nobody = start(Job.NOBODY, task, 2);
    Map<String, Double> first = start(Job.MISER, task, 2);
    Map<String, Double> again = start(Job.MISER_AGAIN, task, 2);
    Map<String, Double> theirs = start(Job.ONNX_RUNTIME, task, 2);
    alone(task.name() + ", compiling", first, theirs, get(nobody, "peak"));
    alone(task.name() + ", compiled before", again, theirs, get(nobody, "peak"));
  }

  private void alone(
      String what, Map<String, Double> ours, Map<String, Double> theirs, double base) {
    report.accept(
        ratio(
            what + ": peak resident memory",
            get(ours, "peak") / get(theirs, "peak"),
            String.format(
                Locale.ROOT,
                "%.1f MB and %.1f MB, of which the virtual machine %.1f MB; Miser's arena %.1f MB",
                get(ours, "peak") / 1e6,
                get(theirs, "peak") / 1e6,
                base / 1e6,
                get(ours, "arena") / 1e6)));
    report.accept(
        ratio(
            what + ": from files to the first result",
            get(ours, "ready") / get(theirs, "ready"),
            String.format(
                Locale.ROOT, "%.3f s and %.3f s", get(ours, "ready"), get(theirs, "ready"))));
  }

  private static double get(Map<String, Double> found, String key) {
    Double value = found.get(key);
    if (value == null) {
      throw new IllegalStateException("no " + key + " in " + found);
    }
    return value;
  }

  private static Figure ratio(String what, double ratio, String details) {
    String measured = String.format(Locale.ROOT, "%.2f", ratio);
    return new Figure(what, "", measured, details, Figure.Verdict.RECORD);
  }
}
