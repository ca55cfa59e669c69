package dev.miser.bench;

import dev.miser.compiler.Host;
import java.io.IOException;
import java.io.PrintStream;
import java.lang.Runtime.Version;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * Measures the figures of {@code bench/FIGURES.md}: {@code gemm conv elementwise rows between
 * allocation models planning arenas transients ordering packing heuristics scale import}, one or
 * more, or {@code all}; {@code --smoke} for a quick run whose numbers mean nothing. {@code jmh} and
 * its options run the microbenchmarks.
 */
public final class Main {
  /** What can be measured. */
  enum Topic {
    GEMM,
    CONV,
    ELEMENTWISE,
    ROWS,
    BETWEEN,
    ALLOCATION,
    MODELS,
    PLANNING,
    ARENAS,
    TRANSIENTS,
    ORDERING,
    PACKING,
    HEURISTICS,
    SCALE,
    IMPORT;

    void run(Effort effort, Path models, Consumer<Figure> report) {
      var kernels = new Kernels(effort, report);
      switch (this) {
        case GEMM -> kernels.matrixProducts();
        case CONV -> kernels.convolutions();
        case ELEMENTWISE -> kernels.elementwise();
        case ROWS -> kernels.rows();
        case BETWEEN -> new Models(effort, models, report).betweenKernels();
        case ALLOCATION -> new Models(effort, models, report).allocation();
        case MODELS -> new Models(effort, models, report).latencies();
        case PLANNING -> new Planning(effort, models, report).times();
        case ORDERING -> new KernelOrders(effort, models, report).all();
        case ARENAS -> new Planning(effort, models, report).arenas();
        case TRANSIENTS -> new Transients(effort, models, report).table();
        case PACKING -> new PackingSearch(effort, models, report).run();
        case HEURISTICS -> new PackingHeuristics(effort, models, report).shortRuns();
        case SCALE -> new PackingHeuristics(effort, models, report).scale();
        case IMPORT -> new Importing(effort, models, report).run();
      }
    }
  }

  private Main() {}

  /** Prints a table of figures. */
  public static void main(String[] arguments) throws IOException {
    if (arguments.length > 0 && arguments[0].equals("jmh")) {
      org.openjdk.jmh.Main.main(Arrays.copyOfRange(arguments, 1, arguments.length));
      return;
    }
    Path models = Path.of(System.getProperty("miser.root", "."), "test-models", "models");
    System.exit(run(List.of(arguments), models, System.out, System.err));
  }

  static int run(List<String> arguments, Path models, PrintStream out, PrintStream err) {
    Effort effort = arguments.contains("--smoke") ? Effort.SMOKE : Effort.FULL;
    List<String> names = arguments.stream().filter(a -> !a.equals("--smoke")).toList();
    List<String> known = Stream.of(Topic.values()).map(Main::name).toList();
    if (names.isEmpty() || !(names.equals(List.of("all")) || known.containsAll(names))) {
      err.println("bench: expected some of " + String.join(" ", known) + ", or all, or jmh");
      return 2;
    }
    out.println(machine());
    out.println();
    out.println(Figure.HEADER);
    for (Topic topic : Topic.values()) {
      if (names.contains("all") || names.contains(name(topic))) {
        topic.run(effort, models, out::println);
      }
    }
    return 0;
  }

  private static String name(Topic topic) {
    return topic.name().toLowerCase(Locale.ROOT);
  }

  /** Returns what the figures depend on. */
  static String machine() {
    Version java = Runtime.version();
    return String.format(
        Locale.ROOT,
        "%s, %d cores; Java %s; %s",
        processor(),
        Runtime.getRuntime().availableProcessors(),
        java,
        Host.target());
  }

  private static String processor() {
    try (Stream<String> lines = Files.lines(Path.of("/proc/cpuinfo"))) {
      return lines
          .filter(line -> line.startsWith("model name"))
          .map(line -> line.substring(line.indexOf(':') + 1).strip())
          .findFirst()
          .orElse(System.getProperty("os.arch"));
    } catch (IOException unknown) {
      return System.getProperty("os.arch"); // this system does not tell
    }
  }
}
