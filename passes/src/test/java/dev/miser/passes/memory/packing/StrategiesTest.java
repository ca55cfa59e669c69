package dev.miser.passes.memory.packing;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Every strategy packs every kind of problem, and does what its name says. */
class StrategiesTest {
  @Test
  void everyPackingIsRight() {
    var random = new Random(1);
    for (int round = 0; round < 150; round++) {
      List<Item> items =
          round % 3 == 0
              ? RandomItems.plain(random, random.nextInt(40))
              : RandomItems.mixed(random, random.nextInt(40));
      Problem problem = Problem.of(items);
      for (Strategy strategy : Strategies.ALL) {
        Outcome outcome = strategy.pack(problem, Effort.DEFAULT.withNodes(3_000));
        assertEquals(
            List.of(),
            PackingChecker.check(items, outcome.packing()),
            () -> strategy.name() + " of " + items);
        assertTrue(outcome.lowerBound() <= outcome.peak(), strategy.name());
        assertTrue(outcome.lowerBound() >= problem.loadBound(), strategy.name());
      }
    }
  }

  @Test
  void theSameEffortGivesTheSamePacking() {
    var random = new Random(2);
    for (int round = 0; round < 10; round++) {
      Problem problem = Problem.of(RandomItems.mixed(random, 60));
      for (Strategy strategy : Strategies.ALL) {
        Effort effort = Effort.DEFAULT.withNodes(2_000);
        assertArrayEquals(
            offsets(strategy.pack(problem, effort)),
            offsets(strategy.pack(problem, effort)),
            strategy.name());
      }
    }
  }

  @Test
  void namesAreDifferentAndFound() {
    assertEquals(Strategies.ALL.size(), new HashSet<>(Strategies.names()).size());
    for (Strategy strategy : Strategies.ALL) {
      assertEquals(strategy, Strategies.find(strategy.name()));
      assertTrue(strategy.name().matches("[a-z]+(-[a-z0-9]+)*"), strategy.name());
      assertTrue(!strategy.description().isBlank() && strategy.description().length() < 90);
    }
    assertNull(Strategies.find("no-such-strategy"));
  }

  @Test
  void bumpUsesNoByteTwice() {
    check("bump", "0-1:4 1-2:4 2-3:4", 0, 4, 8);
  }

  @Test
  void equalSizesShareAndOthersDoNot() {
    check("equal-sizes", "0-1:4 1-2:3 2-3:4 2-4:4", 0, 8, 0, 4);
  }

  /** When the last is born, the heap of 13 has the free blocks [0, 3), [5, 7) and [8, 13). */
  @Test
  void aHeapTakesTheBlockOfItsFit() {
    String blocks = "0-1:3 0-9:2 0-1:2 0-9:1 0-1:5";
    check("heap-first-fit", blocks + " 2-9:2", 0, 3, 5, 7, 8, 0);
    check("heap-best-fit", blocks + " 2-9:2", 0, 3, 5, 7, 8, 5);
    check("heap-worst-fit", blocks + " 2-9:2", 0, 3, 5, 7, 8, 8);
  }

  /**
   * Blocks that were given back beside each other are one; the end of the heap grows by what lacks.
   */
  @Test
  void aHeapCoalescesAndGrows() {
    check("heap-best-fit", "0-1:2 0-2:3 0-9:1 0-1:4 3-9:5 3-9:6", 0, 2, 5, 6, 0, 6);
  }

  /** A heap looks at no size in advance, so the large buffer that comes late finds no gap. */
  @Test
  void sizeOrderAvoidsWhatAHeapRunsInto() {
    String late = "0-2:1 0-3:2 2-4:3";
    check("heap-first-fit", late, 0, 1, 3);
    check("greedy-by-size", late, 0, 3, 0);
    check("first-fit-by-size", late, 0, 3, 0);
    check("xla-heap", late, 0, 3, 0);
  }

  /** The last finds the gaps [3, 5), while [4, 5) remains above another, and [6, 7). */
  @Test
  void bestFitTakesTheNarrowestGap() {
    String gaps = "0-9:4 0-1:3 0-9:2 0-1:2 0-9:1 2-9:1";
    check("greedy-by-size", "0-9:6 0-2:5 2-9:3 2-9:2", 0, 6, 6, 9);
    check("best-fit-by-start", gaps, 0, 4, 7, 9, 11, 9);
    check("heap-first-fit", gaps, 0, 4, 7, 9, 11, 4);
  }

  /** At the busiest time live the last three; the first, though largest, comes after them. */
  @Test
  void breadthBeginsAtTheBusiestTime() {
    check("greedy-by-breadth", "0-2:6 1-4:3 3-5:5 3-4:2", 8, 5, 0, 8);
  }

  @Test
  void orderByAreaAndByLife() {
    String items = "0-1:5 0-9:1 0-4:2";
    check("first-fit-by-area", items, 3, 0, 1);
    check("best-fit-by-area", items, 3, 0, 1);
    check("first-fit-by-life", items, 3, 0, 1);
    check("first-fit-by-size", items, 0, 7, 5);
  }

  /** By size the peak is 6; placing the two that never meet first leaves no byte unused. */
  @Test
  void hillClimbingExchangesUntilTheBoundIsReached() {
    Problem problem = Problem.of(items("0-2:3 1-4:2 3-6:3 5-7:2 0-4:1"));
    Outcome outcome = named("tvm-hill-climb").pack(problem, Effort.DEFAULT);
    assertEquals(problem.loadBound(), outcome.peak());
    assertTrue(outcome.isOptimal());
  }

  @Test
  void pinsAlignmentAndNoBytes() {
    List<Item> items =
        List.of(
            Item.of("pinned", 4, 0, 9).pinnedAt(4),
            Item.of("aligned", 3, 0, 2).alignedTo(4),
            Item.of("nothing", 0, 0, 9),
            Item.of("wide", 5, 1, 3),
            new Item(
                "twice", 2, List.of(new Lifetime(0, 1), new Lifetime(5, 6)), 1, Item.ANYWHERE));
    Outcome outcome = named("first-fit-by-size").pack(Problem.of(items), Effort.DEFAULT);
    assertArrayEquals(new long[] {4, 0, 0, 8, 8}, offsets(outcome));
  }

  /** What others measured with their programs on these instances comes out to the byte. */
  @Test
  void publishedPeaksAreReproduced() throws IOException {
    for (String[] row : SharedInstances.cells("challenging/best_known.csv")) {
      Problem problem = Problem.of(SharedInstances.read("challenging/" + row[0] + ".1048576.csv"));
      assertEquals(Long.parseLong(row[3]), problem.loadBound());
      assertEquals(Long.parseLong(row[7]), peak("first-fit-by-size", problem), row[0]);
      assertEquals(Long.parseLong(row[8]), peak("xla-heap", problem), row[0]);
    }
  }

  /** Nothing but the order of the two at the bottom is wrong with a packing by size. */
  @Test
  void skylineSearchLearnsWhatMustLieLow() {
    String items = "0-2:4 3-5:4 0-3:3 2-5:3 2-3:1";
    assertTrue(peak("greedy-by-size", Problem.of(items(items))) > 7);
    assertEquals(7, peak("skyline-search", Problem.of(items(items))));
  }

  /** Half a second in all; the bar is what 50 ms each may reach. */
  @Test
  void skylineSearchIsNearTheBestKnown() throws IOException {
    double product = 1;
    int count = 0;
    for (String[] row : SharedInstances.cells("challenging/best_known.csv")) {
      Problem problem = Problem.of(SharedInstances.read("challenging/" + row[0] + ".1048576.csv"));
      Outcome outcome = named("skyline-search").pack(problem, Effort.DEFAULT.withNodes(60_000));
      product *= (double) outcome.peak() / Long.parseLong(row[4]);
      count++;
    }
    assertTrue(Math.pow(product, 1.0 / count) <= 1.08, "mean ratio to the power: " + product);
  }

  private static Strategy named(String name) {
    return Objects.requireNonNull(Strategies.find(name), name);
  }

  private static long peak(String strategy, Problem problem) {
    return named(strategy).pack(problem, Effort.DEFAULT).peak();
  }

  private static void check(String strategy, String items, long... offsets) {
    Problem problem = Problem.of(items(items));
    Outcome outcome = named(strategy).pack(problem, Effort.DEFAULT);
    assertArrayEquals(offsets, offsets(outcome), strategy);
    assertEquals(strategy, outcome.foundBy());
  }

  /** Reads buffers written as {@code lower-upper:size}. */
  private static List<Item> items(String text) {
    var items = new ArrayList<Item>();
    for (String one : text.split(" ", -1)) {
      String[] numbers = one.split("[-:]", 3);
      items.add(
          Item.of(
              "b" + items.size(),
              Long.parseLong(numbers[2]),
              Long.parseLong(numbers[0]),
              Long.parseLong(numbers[1])));
    }
    return items;
  }

  private static long[] offsets(Outcome outcome) {
    return IntStream.range(0, outcome.packing().count())
        .mapToLong(i -> outcome.packing().offset(i))
        .toArray();
  }
}
