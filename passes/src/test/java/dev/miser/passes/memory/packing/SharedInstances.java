package dev.miser.passes.memory.packing;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/** The packing instances that lie beside the project; tests that need them are skipped without. */
final class SharedInstances {
  private SharedInstances() {}

  /** Returns the buffers of an instance, or skips the test. */
  static List<Item> read(String name) throws IOException {
    var items = new ArrayList<Item>();
    for (String[] cells : cells(name)) {
      items.add(
          Item.of(
              cells[0],
              Long.parseLong(cells[3]),
              Long.parseLong(cells[1]),
              Long.parseLong(cells[2])));
    }
    return items;
  }

  /** Returns the rows below the head of a table, or skips the test. */
  static List<String[]> cells(String name) throws IOException {
    Path file = Path.of("shared", "data", "packing", name);
    Path folder = Path.of("").toAbsolutePath();
    while (folder != null && !Files.exists(folder.resolve(file))) {
      folder = folder.getParent();
    }
    assumeTrue(folder != null, () -> "no " + file + " beside the project");
    List<String> lines = Files.readAllLines(Objects.requireNonNull(folder).resolve(file));
    return lines.subList(1, lines.size()).stream().map(line -> line.split(",", -1)).toList();
  }
}
