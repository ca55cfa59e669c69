package dev.miser.driver;

import com.google.gson.FieldNamingPolicy;
import com.google.gson.GsonBuilder;
import dev.miser.compiler.ByteSize;
import dev.miser.compiler.ordering.NodeList;
import dev.miser.passes.memory.ordering.OrderEffort;
import dev.miser.passes.memory.ordering.Ordering;
import dev.miser.passes.memory.ordering.Orders;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code miser order}: finds the order of a graph's nodes that keeps fewest bytes alive. */
@Command(
    name = "order",
    description = {
      "Order the nodes of a graph so that few bytes are alive at once.",
      "",
      "The graph is CSV with the columns id, size and preds: a node makes a value of size bytes,"
          + " which lives until its last reader has run, or to the end if it has none; preds are"
          + " the nodes whose values it reads, separated by semicolons. While a node runs, what it"
          + " reads and what it makes is alive."
    })
final class OrderCommand implements Callable<Integer> {
  /** What {@code --json} prints. */
  private record Json(
      String file,
      int count,
      long ownPeak,
      long peak,
      long lowerBound,
      boolean optimal,
      double gap,
      String foundBy,
      String provedBy,
      long nodes,
      double seconds,
      List<String> order) {}

  @Mixin Console console;

  @Parameters(paramLabel = "FILE", description = "A graph.")
  Path file;

  @Option(names = "--nodes", paramLabel = "N", description = "The most down-sets to look at.")
  @Nullable Long nodes;

  @Option(names = "--json", description = "Print everything as JSON.")
  boolean json;

  @Override
  public Integer call() {
    OrderEffort effort = OrderEffort.THOROUGH;
    if (nodes != null) {
      if (nodes < 0) {
        throw Failures.badUsage("--nodes is " + nodes + ", expected at least 0");
      }
      effort = effort.withNodes(nodes);
    }
    NodeList.Read read = NodeList.read(file);
    NodeList list = read.list();
    if (list == null) {
      throw new BadText(read.source(), read.diagnostics());
    }
    var threads = ManagementFactory.getThreadMXBean();
    long start = threads.getCurrentThreadCpuTime();
    Ordering found = Orders.best(list.graph(), list.own(), effort);
    double seconds = (threads.getCurrentThreadCpuTime() - start) / 1e9;
    List<String> order = found.order().stream().map(list.ids()::get).toList();
    if (json) {
      printJson(found, order, seconds);
    } else {
      print(list, found, order, seconds);
    }
    return Main.GOOD;
  }

  private void printJson(Ordering found, List<String> order, double seconds) {
    var gson =
        new GsonBuilder()
            .setPrettyPrinting()
            .disableHtmlEscaping()
            .setFieldNamingPolicy(FieldNamingPolicy.LOWER_CASE_WITH_UNDERSCORES)
            .create();
    console
        .out()
        .println(
            gson.toJson(
                new Json(
                    file.toString(),
                    order.size(),
                    found.ownPeak(),
                    found.peak(),
                    found.lowerBound(),
                    found.isOptimal(),
                    found.gap(),
                    found.foundBy(),
                    found.provedBy(),
                    found.nodes(),
                    seconds,
                    order)));
  }

  private void print(NodeList list, Ordering found, List<String> order, double seconds) {
    String known =
        found.isOptimal()
            ? "no order needs less"
            : String.format(
                Locale.ROOT,
                "at least %s are needed (gap %.2f %%)",
                ByteSize.exact(found.lowerBound()),
                100 * found.gap());
    console.out().println(file + ": " + list.ids().size() + " nodes");
    var table = new Table("  ");
    table.row("own order", ByteSize.exact(found.ownPeak()));
    table.row("this order", ByteSize.exact(found.peak()) + ", found by " + found.foundBy());
    table.row("lower bound", ByteSize.exact(found.lowerBound()) + ", by " + found.provedBy());
    table.row(
        "search", String.format(Locale.ROOT, "%d nodes, %.1f ms", found.nodes(), 1e3 * seconds));
    console.out().print(table);
    console.out().println(known);
    console.out().println("order: " + String.join(" ", order));
  }
}
