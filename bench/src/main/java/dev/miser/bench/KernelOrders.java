package dev.miser.bench;

import dev.miser.codegen.CodegenCatalog;
import dev.miser.compiler.Miser;
import dev.miser.compiler.ordering.NodeList;
import dev.miser.ir.plan.Schedule;
import dev.miser.passes.Pipeline;
import dev.miser.passes.Pipelines;
import dev.miser.passes.memory.OrderBound;
import dev.miser.passes.memory.StepBytes;
import dev.miser.passes.memory.ordering.OrderEffort;
import dev.miser.passes.memory.ordering.OrderGraph;
import dev.miser.passes.memory.ordering.Ordering;
import dev.miser.passes.memory.ordering.Orders;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** What ordering comes to: randomly wired cells, and the peaks of models before and after. */
final class KernelOrders {
  private static final Path CELLS = Path.of("shared", "data", "order");

  /** A graph and the order it came in. */
  private record Cell(OrderGraph graph, List<Integer> own) {}

  private final Effort effort;
  private final Path models;
  private final Consumer<Figure> report;

  KernelOrders(Effort effort, Path models, Consumer<Figure> report) {
    this.effort = effort;
    this.models = models;
    this.report = report;
  }

  void all() {
    boolean full = effort.divisor() == 1;
    if (full) {
      cells("RandWire cells of 32 nodes, k 4, p 0.75, as given", given());
    }
    for (int n : full ? new int[] {32, 48, 64} : new int[] {16}) {
      cells("20 generated cells of " + n + " nodes, k 4, p 0.75", generated(n));
    }
    for (String name : full ? Models.names(models) : List.of("mlp")) {
      model(name);
    }
  }

  private void cells(String what, List<Cell> cells) {
    cells.forEach(cell -> Orders.best(cell.graph, cell.own, OrderEffort.DEFAULT));
    int proved = 0;
    long most = 0;
    double slowest = 0;
    double logarithms = 0;
    for (Cell cell : cells) {
      long began = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
      Ordering found = Orders.best(cell.graph, cell.own, OrderEffort.THOROUGH);
      long ended = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
      proved += found.isOptimal() ? 1 : 0;
      most = Math.max(most, found.nodes());
      slowest = Math.max(slowest, (ended - began) / 1e6);
      logarithms += Math.log((double) found.ownPeak() / found.peak());
    }
    report.accept(
        new Figure(
            what,
            "all proved, < 1 s each",
            proved + " of " + cells.size() + " proved",
            String.format(
                Locale.ROOT,
                "slowest %.1f ms, at most %d down-sets; index order %.1f %% above",
                slowest,
                most,
                100 * (Math.exp(logarithms / Math.max(1, cells.size())) - 1)),
            Figure.Verdict.of(proved == cells.size() && slowest < 1000)));
  }

  /** Returns the cells that lie beside the checkout; none if there are none. */
  private List<Cell> given() {
    Path parent = models.toAbsolutePath();
    while (parent != null && !Files.isDirectory(parent.resolve(CELLS))) {
      parent = parent.getParent();
    }
    var cells = new ArrayList<Cell>();
    if (parent != null) {
      try (Stream<Path> files = Files.list(parent.resolve(CELLS))) {
        for (Path file : files.sorted().toList()) {
          NodeList list = NodeList.read(file).list();
          if (list != null) {
            cells.add(new Cell(list.graph(), list.own()));
          }
        }
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    return cells;
  }

  private static List<Cell> generated(int n) {
    return IntStream.range(0, 20).mapToObj(seed -> cell(n, 4, 0.75, new Random(seed))).toList();
  }

  /** Returns a Watts-Strogatz graph with edges from lower to higher nodes, an entry and an exit. */
  private static Cell cell(int n, int k, double p, Random random) {
    boolean[][] edge = new boolean[n][n];
    for (int i = 0; i < n; i++) {
      for (int j = 1; j <= k / 2; j++) {
        edge[i][(i + j) % n] = true;
        edge[(i + j) % n][i] = true;
      }
    }
    for (int j = 1; j <= k / 2; j++) {
      for (int i = 0; i < n; i++) {
        int to = random.nextInt(n);
        if (random.nextDouble() < p && to != i && !edge[i][to] && edge[i][(i + j) % n]) {
          edge[i][(i + j) % n] = false;
          edge[(i + j) % n][i] = false;
          edge[i][to] = true;
          edge[to][i] = true;
        }
      }
    }
    var bytes = new ArrayList<Long>(List.of(4L));
    var reads = new ArrayList<List<Integer>>(List.of(List.of()));
    boolean[] read = new boolean[n];
    for (int i = 0; i < n; i++) {
      var of = new ArrayList<Integer>();
      for (int j = 0; j < i; j++) {
        if (edge[i][j]) {
          of.add(j + 1);
          read[j] = true;
        }
      }
      bytes.add(1L);
      reads.add(of.isEmpty() ? List.of(0) : of);
    }
    bytes.add(1L);
    reads.add(IntStream.range(0, n).filter(i -> !read[i]).mapToObj(i -> i + 1).toList());
    return new Cell(OrderGraph.ofValues(bytes, reads), IntStream.range(0, n + 2).boxed().toList());
  }

  private void model(String name) {
    Path file = models.resolve(name + ".mir");
    var alone = new Pipeline(Pipelines.STANDARD.passes(), List.of());
    Schedule own = Miser.compile(file).with(o -> o.withPipeline(alone)).compilation().schedule();
    Schedule ordered = Miser.compile(file).compilation().schedule();
    OrderBound bound = OrderBound.of(ordered, CodegenCatalog.DEFAULT);
    report.accept(
        new Figure(
            name + ": peak of init / of a step, all memory passes",
            "init no more than a step",
            peak(ordered, 0, ordered.init().size()) + " / " + peak(ordered),
            String.format(
                Locale.ROOT,
                "before %d / %d; any order of these kernels: %d or more, by %s%s",
                peak(own, 0, own.init().size()),
                peak(own),
                bound.lowerBound(),
                bound.provedBy(),
                bound.isOptimal() ? ": optimal" : ""),
            Figure.Verdict.of(peak(ordered, 0, ordered.init().size()) <= peak(ordered))));
  }

  private static long peak(Schedule schedule) {
    return peak(schedule, schedule.init().size(), schedule.timeline().size());
  }

  private static long peak(Schedule schedule, int from, int to) {
    long[] live = StepBytes.of(schedule, CodegenCatalog.DEFAULT);
    return Arrays.stream(live, from, to).max().orElse(0);
  }
}
