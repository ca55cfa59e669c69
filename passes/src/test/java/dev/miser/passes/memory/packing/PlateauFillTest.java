package dev.miser.passes.memory.packing;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** The near-linear filling, and the two structures it rests on against plain loops. */
class PlateauFillTest {
  /** Three nested lives lie on each other, what comes before and after beside them. */
  @Test
  void nestedLivesLieOnEachOther() {
    List<Item> items =
        List.of(
            Item.of("inner", 3, 3, 5),
            Item.of("middle", 2, 2, 6),
            Item.of("outer", 1, 0, 9),
            Item.of("before", 5, 0, 2),
            Item.of("after", 4, 6, 9));
    long[] offsets = new PlateauFill().offsets(Problem.of(items));
    assertArrayEquals(new long[] {3, 1, 0, 1, 1}, offsets);
  }

  /** Published: idealloc ends 0.46 % and 3.34 % above the bound. */
  @Test
  void trainingGraphsEndNearTheirBounds() throws IOException {
    assertEquals(0, gap("training/resnet50.csv"));
    assertTrue(gap("training/pangu_2.6B.csv") < 0.01);
  }

  private static double gap(String instance) throws IOException {
    List<Item> items = SharedInstances.read(instance);
    Outcome outcome = new PlateauFill().pack(Problem.of(items), Effort.DEFAULT);
    assertEquals(List.of(), PackingChecker.check(items, outcome.packing()));
    return outcome.gap();
  }

  @Test
  void aShelfFindsWhatAPlainLoopFinds() {
    var random = new Random(1);
    for (int round = 0; round < 200; round++) {
      int n = random.nextInt(12);
      int[] starts = IntStream.range(0, n).map(i -> random.nextInt(10)).toArray();
      int[] ends = IntStream.range(0, n).map(i -> starts[i] + 1 + random.nextInt(6)).toArray();
      int[] order =
          IntStream.range(0, n)
              .boxed()
              .sorted(
                  Comparator.<Integer>comparingInt(i -> starts[i]).thenComparingInt(i -> -ends[i]))
              .mapToInt(Integer::intValue)
              .toArray();
      var shelf = new Shelf(order, starts, ends);
      var left = new ArrayList<Integer>(IntStream.of(order).boxed().toList());
      for (int query = 0; query < 30; query++) {
        int from = random.nextInt(10);
        int to = from + random.nextInt(8);
        int expected =
            left.stream().filter(i -> starts[i] >= from && ends[i] <= to).findFirst().orElse(-1);
        int place = shelf.find(from, to);
        assertEquals(expected, place < 0 ? -1 : shelf.item(place));
        if (place >= 0) {
          shelf.take(place);
          left.removeIf(i -> i == expected);
        }
      }
    }
  }

  @Test
  void aTerrainIsWhatAnArrayOfHeightsIs() {
    var random = new Random(2);
    for (int round = 0; round < 200; round++) {
      int times = 1 + random.nextInt(12);
      var terrain = new Terrain(times);
      long[] heights = new long[times];
      for (int step = 0; step < 30; step++) {
        int from = 0;
        for (int t = 1; t < times; t++) {
          from = heights[t] < heights[from] ? t : from;
        }
        int to = from;
        while (to < times && heights[to] == heights[from]) {
          to++;
        }
        assertEquals(from, terrain.lowest());
        assertEquals(to, terrain.end(from));
        assertEquals(heights[from], terrain.height(from));
        long left = from == 0 ? Long.MAX_VALUE : heights[from - 1];
        long right = to == times ? Long.MAX_VALUE : heights[to];
        if (random.nextBoolean() && Math.min(left, right) < Long.MAX_VALUE) {
          terrain.raise(from);
          Arrays.fill(heights, from, to, Math.min(left, right));
        } else {
          int begin = from + random.nextInt(to - from);
          int end = begin + 1 + random.nextInt(to - begin);
          long height = heights[from] + 1 + random.nextInt(3);
          terrain.raise(from, begin, end, height);
          Arrays.fill(heights, begin, end, height);
        }
      }
    }
  }
}
