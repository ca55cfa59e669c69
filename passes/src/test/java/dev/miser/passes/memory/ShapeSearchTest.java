package dev.miser.passes.memory;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.miser.ir.plan.Extent;
import dev.miser.passes.memory.packing.Effort;
import dev.miser.passes.memory.packing.Item;
import dev.miser.passes.memory.packing.Outcome;
import dev.miser.passes.memory.packing.Packing;
import dev.miser.passes.memory.packing.PackingChecker;
import dev.miser.passes.memory.packing.Problem;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** Shapes never overlap, judged by painting every line at every time. */
class ShapeSearchTest {
  private static final int LINE = 64;
  private static final int TIMES = 24;

  private static Outcome pack(List<Shape> shapes, Effort effort) {
    Problem hulls = Problem.of(shapes.stream().map(Shape::item).toList());
    return ShapeSearch.pack(shapes, hulls, load(shapes), effort);
  }

  /** Returns the most lines alive at one time, each counted once, as bytes. */
  private static long load(List<Shape> shapes) {
    long most = 0;
    for (int time = 0; time < TIMES; time++) {
      long lines = 0;
      for (Shape shape : shapes) {
        for (long line = 0; line < shape.bytes(); line += LINE) {
          lines += isAlive(shape, line, time) ? 1 : 0;
        }
      }
      most = Math.max(most, lines * LINE);
    }
    return most;
  }

  private static boolean isAlive(Shape shape, long line, int time) {
    return shape.extents().stream()
        .anyMatch(e -> e.from() <= line && line < e.to() && e.start() <= time && time < e.end());
  }

  private static void isLegal(List<Shape> shapes, Outcome outcome) {
    for (int time = 0; time < TIMES; time++) {
      boolean[] taken = new boolean[(int) (outcome.peak() / LINE)];
      for (int i = 0; i < shapes.size(); i++) {
        for (long line = 0; line < shapes.get(i).bytes(); line += LINE) {
          if (isAlive(shapes.get(i), line, time)) {
            int at = (int) ((outcome.packing().offset(i) + line) / LINE);
            assertEquals(false, taken[at], "line " + at + " at " + time + " of " + shapes);
            taken[at] = true;
          }
        }
      }
    }
  }

  @Test
  void randomShapesNeverOverlap() {
    int optimal = 0;
    int stopped = 0;
    for (int seed = 0; seed < 300; seed++) {
      var random = new SplittableRandom(seed);
      var shapes = new ArrayList<Shape>();
      for (int i = 0; i < 2 + random.nextInt(20); i++) {
        shapes.add(shape("s" + i, random));
      }
      Outcome outcome = pack(shapes, Effort.DEFAULT.withNodes(2_000));
      isLegal(shapes, outcome);
      assertTrue(outcome.peak() >= load(shapes));
      assertEquals(outcome.isOptimal(), outcome.stop() == Outcome.Stop.DONE);
      optimal += outcome.isOptimal() ? 1 : 0;
      stopped += outcome.stop() == Outcome.Stop.NODES ? 1 : 0;
    }
    assertTrue(optimal > 100 && stopped > 10, optimal + " optimal, " + stopped + " stopped");
  }

  /** Returns stairs, towers, or something that lives once more. */
  private static Shape shape(String name, SplittableRandom random) {
    var extents = new ArrayList<Extent>();
    int pieces = random.nextInt(4);
    long from = 0;
    for (int i = 0; i < pieces; i++) {
      long to = from + LINE * (1L + random.nextInt(4));
      int start = random.nextInt(TIMES - 1);
      extents.add(new Extent(from, to, start, start + 1 + random.nextInt(TIMES - start - 1)));
      from = random.nextInt(4) == 0 ? 0 : to;
    }
    return Shape.of(name, extents);
  }

  @Test
  void turnsMakePackingsBetter() {
    int better = 0;
    for (int seed = 0; seed < 20; seed++) {
      var random = new SplittableRandom(seed);
      var shapes = new ArrayList<Shape>();
      for (int i = 0; i < 20; i++) {
        shapes.add(shape("s" + i, random));
      }
      Outcome first = pack(shapes, Effort.DEFAULT.withNodes(1));
      Outcome last = pack(shapes, Effort.DEFAULT.withNodes(8_000));
      assertTrue(last.peak() <= first.peak());
      better += last.peak() < first.peak() ? 1 : 0;
    }
    assertTrue(better > 8, "better: " + better);
  }

  @Test
  void manyShapesNeverOverlapEither() {
    var random = new SplittableRandom(5);
    var shapes = new ArrayList<Shape>();
    for (int i = 0; i < 5_000; i++) {
      int start = random.nextInt(3_000);
      int life = 1 + random.nextInt(random.nextInt(4) == 0 ? 2_000 : 8);
      var extents = new ArrayList<Extent>();
      for (int step = 0; step <= random.nextInt(3); step++) {
        extents.add(new Extent(step * 64L, step * 64L + 64, start + step, start + step + life));
      }
      shapes.add(Shape.of("s" + i, extents));
    }
    Problem hulls = Problem.of(shapes.stream().map(Shape::item).toList());
    Outcome outcome = ShapeSearch.pack(shapes, hulls, 0, Effort.DEFAULT.withNodes(10_000));
    var pieces = new ArrayList<Item>();
    var offsets = new ArrayList<Long>();
    for (int i = 0; i < shapes.size(); i++) {
      for (Extent extent : shapes.get(i).extents()) {
        pieces.add(Item.of("s" + i, extent.bytes(), extent.start(), extent.end()));
        offsets.add(outcome.packing().offset(i) + extent.from());
      }
    }
    long[] places = offsets.stream().mapToLong(Long::longValue).toArray();
    Problem problem = Problem.of(pieces);
    assertEquals(List.of(), PackingChecker.check(pieces, Packing.of(problem, places)));
    assertTrue(outcome.peak() < 1.1 * problem.loadBound(), outcome.peak() + " is far too much");
  }

  @Test
  void theClockMarksItsResult() {
    var random = new SplittableRandom(3);
    var shapes = new ArrayList<Shape>();
    while (shapes.size() < 40) {
      shapes.add(shape("s" + shapes.size(), random));
    }
    Outcome outcome = pack(shapes, Effort.DEFAULT.withLimit(Duration.ZERO));
    isLegal(shapes, outcome);
    assertTrue(outcome.isOptimal() || outcome.stop() == Outcome.Stop.CLOCK);
  }
}
