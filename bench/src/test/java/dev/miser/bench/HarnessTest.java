package dev.miser.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.miser.passes.memory.packing.Item;
import dev.miser.passes.memory.packing.Outcome;
import dev.miser.passes.memory.packing.PackingChecker;
import dev.miser.passes.memory.packing.Problem;
import dev.miser.passes.memory.packing.Strategies;
import dev.miser.passes.memory.packing.Strategy;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.lang.foreign.Arena;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** Everything the harness measures, so small that the numbers mean nothing: it must not rot. */
class HarnessTest {
  private static final Path MODELS =
      Path.of(System.getProperty("miser.root", ".."), "test-models", "models");

  @Test
  void everyTopicGivesItsRows() {
    assertEquals(4, rows("gemm").size());
    assertEquals(3, rows("conv").size());
    assertEquals(3, rows("elementwise").size());
    assertEquals(4, rows("rows").size());
    assertEquals(2, rows("between").size());
    assertEquals(4, rows("allocation").size());
    assertEquals(1, rows("models").size());
    assertEquals(2, rows("planning").size());
    assertEquals(1, rows("arenas").size());
    assertEquals(2, rows("ordering").size());
    assertTrue(!rows("packing").isEmpty());
    assertEquals(Strategies.ALL.size(), rows("heuristics").size());
    assertTrue(!rows("scale").isEmpty());
    assertTrue(!rows("import").isEmpty());
  }

  /** Branches that return in any order leave no byte unused. */
  @Test
  void trainingLikeBuffersArePackedToTheLoadBound() {
    List<Item> items = TrainingLives.of(20_000, 7);
    Strategy strategy = Objects.requireNonNull(Strategies.find("plateau-fill"));
    Outcome outcome =
        strategy.pack(Problem.of(items), dev.miser.passes.memory.packing.Effort.DEFAULT);
    assertEquals(List.of(), PackingChecker.check(items, outcome.packing()));
    assertEquals(20_000, items.size());
    assertEquals(0, outcome.gap());
    assertEquals(items, TrainingLives.of(20_000, 7));
  }

  /** Returns the rows under the head of the table; each must have all its columns. */
  private static List<String> rows(String topic) {
    String out = run(0, topic, "--smoke");
    List<String> rows = out.lines().dropWhile(line -> !line.startsWith("| ---")).skip(1).toList();
    for (String row : rows) {
      assertEquals(6, row.chars().filter(c -> c == '|').count(), row);
      assertTrue(!row.contains("NaN") && !row.contains("Infinity"), row);
    }
    return rows;
  }

  @Test
  void unknownTopicsAreRefusedAndTheKnownOnesNamed() {
    assertTrue(run(2, "gem").contains("expected some of gemm conv elementwise rows"));
    assertTrue(run(2).contains("or all, or jmh"));
  }

  private static String run(int code, String... arguments) {
    var bytes = new ByteArrayOutputStream();
    var out = new PrintStream(bytes, true, StandardCharsets.UTF_8);
    assertEquals(code, Main.run(List.of(arguments), MODELS, out, out));
    return bytes.toString(StandardCharsets.UTF_8);
  }

  @Test
  void medianAndRangeOfOddAndEvenCounts() {
    assertEquals(new Spread(2, 1, 9), Spread.of(9, 1, 2));
    assertEquals(new Spread(2.5, 1, 9), Spread.of(9, 1, 2, 3));
    assertEquals(new Spread(4, 4, 4), Spread.of(4));
  }

  /** Busy for a number of rounds; the rates of two such works must differ as the rounds do. */
  private record Busy(int rounds) implements Work {
    @Override
    public void run() {
      var loop = new PeakLoop();
      for (int i = 0; i < rounds; i++) {
        loop.run();
      }
      assertTrue(Float.isFinite(loop.sum()));
    }

    @Override
    public double amount() {
      return 1;
    }
  }

  @Test
  void theRatioIsThatOfTheRates() {
    var effort = new Effort(3, 20_000_000L, 200_000_000L, 20, 1);
    Comparison found = Comparison.of(new Busy(4), new Busy(1), effort);
    assertEquals(0.25, found.ratio().median(), 0.1);
    assertTrue(found.rate().median() < found.yardstick().median());
  }

  @Test
  void aVerdictFollowsFromTheMedian() {
    var one = new Spread(1, 1, 1);
    var found = new Comparison(new Spread(0.7, 0.5, 0.9), one, one, 0);
    assertEquals(Figure.Verdict.REACHED, Figure.atLeast("x", 0.68, found, "GB/s").verdict());
    assertEquals(Figure.Verdict.MISSED, Figure.atLeast("x", 0.71, found, "GB/s").verdict());
    assertEquals(Figure.Verdict.RECORD, Figure.record("x", found, "GB/s").verdict());
  }

  @Test
  void allocationOnHeapAndInBuffersIsSeen() {
    ProcessMemory before = ProcessMemory.before();
    byte[] heap = new byte[1 << 20];
    ProcessMemory found = ProcessMemory.after().since(before);
    assertTrue(found.heapBytes() >= heap.length, found.toString());
    // The system tells the private memory; where it does not, both are 0.
    long data = ProcessMemory.before().dataBytes();
    try (Arena arena = Arena.ofConfined()) {
      long taken = arena.allocate(1L << 28).byteSize();
      long grown = ProcessMemory.after().dataBytes() - data;
      assertTrue(data == 0 || grown >= taken / 2, taken + " allocated, seen " + grown);
    }
  }
}
