package dev.miser.bench;

import dev.miser.bench.Figure.Verdict;
import dev.miser.compiler.Executable;
import dev.miser.compiler.Miser;
import dev.miser.compiler.Options;
import dev.miser.passes.memory.MemoryReport;
import dev.miser.passes.memory.strips.Strips;
import dev.miser.runtime.Instance;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;

/** What models need besides what is always there: without strips and with them, and their cost. */
final class Transients {
  private static final double MEBI = 1 << 20;

  private final Effort effort;
  private final Path folder;
  private final Consumer<Figure> report;

  Transients(Effort effort, Path folder, Consumer<Figure> report) {
    this.effort = effort;
    this.folder = folder;
    this.report = report;
  }

  /** A model and the transient bytes, in MiB, that others need; 0 if nobody said. */
  private record Row(String model, double bar) {}

  private static final List<Row> ROWS =
      List.of(
          new Row("mobilenet_v2", 5.742),
          new Row("resnet50", 6.89),
          new Row("vgg16", 24.5),
          new Row("gpt2_small_headless", 12),
          new Row("bert_base", 0),
          new Row("inception_v3", 0),
          new Row("densenet121", 0),
          new Row("unet", 0));

  void table() {
    for (Row row : effort.divisor() == 1 ? ROWS : List.of(new Row("lenet5", 0))) {
      compare(row);
    }
  }

  private void compare(Row row) {
    Side whole = side(row.model, o -> o.withPasses(o.passes().withDisable(withoutStrips(o))));
    Side cut = side(row.model, UnaryOperator.identity());
    warmUp(whole);
    warmUp(cut);
    double[] ratios = new double[effort.pairs()];
    for (int i = 0; i < ratios.length; i++) {
      double before = nanos(whole);
      ratios[i] = nanos(cut) / before;
    }
    Spread ratio = Spread.of(ratios);
    double bytes = cut.report.transientBytes() / MEBI;
    report.accept(
        new Figure(
            row.model + ": transient MiB with strips",
            row.bar == 0 ? "-" : "< " + row.bar,
            String.format(Locale.ROOT, "%.3f", bytes),
            String.format(
                Locale.ROOT,
                "without strips %.3f; processor time %.3f (%.3f .. %.3f) of that without",
                whole.report.transientBytes() / MEBI,
                ratio.median(),
                ratio.lowest(),
                ratio.highest()),
            Verdict.of(row.bar == 0 || bytes < row.bar)));
  }

  private static Set<String> withoutStrips(Options options) {
    var disabled = new java.util.TreeSet<>(options.passes().disable());
    disabled.add(Strips.DEFAULT.name());
    return disabled;
  }

  private record Side(Instance instance, Inputs inputs, MemoryReport report) {}

  private Side side(String model, UnaryOperator<Options> change) {
    Executable executable =
        ProgramWork.build(Miser.compile(folder.resolve(model + ".mir")).with(change), 1);
    Instance instance = executable.instantiate();
    return new Side(instance, new Inputs(executable, instance), MemoryReport.of(executable.plan()));
  }

  private void warmUp(Side side) {
    long until = System.nanoTime() + 2 * effort.warmUpNanos();
    do {
      nanos(side);
    } while (System.nanoTime() < until);
  }

  /** Returns the processor time of a step, which one thread runs. */
  private static double nanos(Side side) {
    side.inputs.set();
    long began = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
    side.instance.step();
    return ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime() - began;
  }
}
