package dev.miser.passes.memory.ordering;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** The randomly wired cells that lie beside the project, with known optima. */
class RandWireTest {
  private static Path folder() {
    Path data = Path.of("shared", "data", "order");
    Path folder = Path.of("").toAbsolutePath();
    while (folder != null && !Files.exists(folder.resolve(data))) {
      folder = folder.getParent();
    }
    assumeTrue(folder != null, () -> "no " + data + " beside the project");
    return Objects.requireNonNull(folder).resolve(data);
  }

  private static List<String[]> rows(Path file) throws IOException {
    List<String> lines = Files.readAllLines(file);
    return lines.subList(1, lines.size()).stream().map(line -> line.split(",", -1)).toList();
  }

  @Test
  void everyCellGetsTheKnownOptimumWithProof() throws IOException {
    Path folder = folder();
    List<String[]> known = rows(folder.resolve("known_optima.csv"));
    assertEquals(20, known.size());
    for (String[] row : known) {
      var bytes = new ArrayList<Long>();
      var reads = new ArrayList<List<Integer>>();
      for (String[] node : rows(folder.resolve(row[0]))) {
        bytes.add(Long.parseLong(node[1]));
        reads.add(
            node[2].isEmpty()
                ? List.of()
                : Arrays.stream(node[2].split(";")).map(Integer::parseInt).toList());
      }
      List<Integer> own = IntStream.range(0, bytes.size()).boxed().toList();
      Ordering found = Orders.best(OrderGraph.ofValues(bytes, reads), own, OrderEffort.DEFAULT);
      assertEquals(Long.parseLong(row[1]), found.ownPeak(), row[0]);
      assertEquals(Long.parseLong(row[4]), found.peak(), row[0]);
      assertTrue(found.isOptimal(), row[0]);
      assertTrue(found.nodes() < 2_000, () -> row[0] + " took " + found.nodes() + " nodes");
    }
  }
}
