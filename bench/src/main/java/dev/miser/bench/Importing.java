package dev.miser.bench;

import com.sun.management.ThreadMXBean;
import dev.miser.bench.Figure.Verdict;
import dev.miser.compiler.Miser;
import dev.miser.onnx.ImportOptions;
import dev.miser.onnx.ImportedModel;
import dev.miser.onnx.OnnxImporter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.function.Consumer;

/** What reading an ONNX model takes: time, and heap, of which its weights need none. */
final class Importing {
  private static final double MOST_SECONDS = 1.5;
  private static final double MOST_HEAP_BYTES = 64e6;

  private final Effort effort;
  private final Path models;
  private final Consumer<Figure> report;
  private final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  Importing(Effort effort, Path models, Consumer<Figure> report) {
    this.effort = effort;
    this.models = models;
    this.report = report;
  }

  /** Wall time and all that is allocated on the heap, garbage too, by reading a model again. */
  void run() {
    String name = effort.divisor() == 1 ? "resnet50" : "lenet5";
    try {
      Path folder = Files.createTempDirectory("miser-import-");
      Path file = folder.resolve("model.onnx");
      try {
        Miser.compile(models.resolve(name + ".mir")).compilation().export(file);
        measure(name, file);
      } finally {
        Files.deleteIfExists(file);
        Files.delete(folder);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void measure(String name, Path file) throws IOException {
    long began = System.nanoTime();
    OnnxImporter.read(file, ImportOptions.NONE);
    double first = (System.nanoTime() - began) / 1e9;
    long until = System.nanoTime() + effort.warmUpNanos();
    while (System.nanoTime() < until) {
      OnnxImporter.read(file, ImportOptions.NONE);
    }
    double[] seconds = new double[effort.pairs()];
    double[] heap = new double[effort.pairs()];
    int instructions = 0;
    for (int i = 0; i < seconds.length; i++) {
      long allocated = threads.getCurrentThreadAllocatedBytes();
      began = System.nanoTime();
      ImportedModel imported = OnnxImporter.read(file, ImportOptions.NONE);
      seconds[i] = (System.nanoTime() - began) / 1e9;
      heap[i] = threads.getCurrentThreadAllocatedBytes() - allocated;
      instructions = imported.function().body().size();
    }
    String what = String.format(Locale.ROOT, "%s.onnx, %.1f MB", name, Files.size(file) / 1e6);
    figure(
        what + ": time to import, warm",
        "< 1.5 s",
        "%.3f s",
        Spread.of(seconds),
        1,
        MOST_SECONDS,
        String.format(
            Locale.ROOT, "the first in a process %.3f; %d instructions", first, instructions));
    figure(
        what + ": heap it allocates, garbage too",
        "< 64 MB",
        "%.2f MB",
        Spread.of(heap),
        1e6,
        MOST_HEAP_BYTES,
        "weights stay in the mapped file");
  }

  private void figure(
      String what,
      String bar,
      String format,
      Spread spread,
      double unit,
      double most,
      String note) {
    report.accept(
        new Figure(
            what,
            bar,
            String.format(Locale.ROOT, format, spread.median() / unit),
            String.format(
                Locale.ROOT,
                "%.3f .. %.3f; %s",
                spread.lowest() / unit,
                spread.highest() / unit,
                note),
            Verdict.of(spread.median() < most)));
  }
}
