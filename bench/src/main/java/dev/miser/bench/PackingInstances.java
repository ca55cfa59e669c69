package dev.miser.bench;

import dev.miser.compiler.packing.BufferList;
import dev.miser.passes.memory.packing.Effort;
import dev.miser.passes.memory.packing.Outcome;
import dev.miser.passes.memory.packing.PackingChecker;
import dev.miser.passes.memory.packing.Problem;
import dev.miser.passes.memory.packing.Strategy;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The packing instances that lie beside the checkout, if they do. */
final class PackingInstances {
  private static final Path INSTANCES = Path.of("shared", "data", "packing");

  /**
   * An instance that is hard to pack and what others reached.
   *
   * @param miniMalloc processor seconds of MiniMalloc for a packing within the capacity
   */
  record Challenge(String name, long capacity, long bestKnown, double miniMalloc) {}

  private final @Nullable Path folder;

  /** Looks for the instances beside the checkout that {@code models} is in. */
  PackingInstances(Path models) {
    Path parent = models.toAbsolutePath();
    while (parent != null && !Files.isDirectory(parent.resolve(INSTANCES))) {
      parent = parent.getParent();
    }
    folder = parent == null ? null : parent.resolve(INSTANCES);
  }

  boolean areThere() {
    return folder != null;
  }

  /** Returns the challenging instances; none if there are no instances. */
  List<Challenge> challenges() {
    if (folder == null) {
      return List.of();
    }
    try {
      List<String> lines = Files.readAllLines(folder.resolve("challenging/best_known.csv"));
      return lines.stream().skip(1).map(PackingInstances::challenge).toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Challenge challenge(String line) {
    String[] cells = line.split(",", -1);
    return new Challenge(
        cells[0], Long.parseLong(cells[2]), Long.parseLong(cells[4]), Double.parseDouble(cells[6]));
  }

  Problem problem(Challenge challenge) {
    return problem("challenging/" + challenge.name() + "." + challenge.capacity() + ".csv");
  }

  Problem problem(String file) {
    BufferList.Read read = BufferList.read(Objects.requireNonNull(folder).resolve(file));
    BufferList list = read.list();
    if (list == null) {
      throw new IllegalStateException(file + ": " + read.diagnostics());
    }
    return list.problem();
  }

  /** Packs and has the packing checked. */
  static Outcome checked(Strategy strategy, Problem problem, Effort limits) {
    Outcome outcome = strategy.pack(problem, limits);
    List<String> wrong = PackingChecker.check(problem.items(), outcome.packing());
    if (!wrong.isEmpty()) {
      throw new IllegalStateException(strategy.name() + ": " + wrong);
    }
    return outcome;
  }
}
