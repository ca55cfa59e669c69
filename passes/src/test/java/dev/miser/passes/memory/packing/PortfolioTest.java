package dev.miser.passes.memory.packing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** What the portfolio says is optimal is optimal; what it could not prove it does not claim. */
class PortfolioTest {
  private static final Strategy PORTFOLIO = new Portfolio();

  /** Every offset of every buffer is tried: no packing has a smaller peak. */
  @Test
  void agreesWithTryingEveryOffset() {
    var random = new Random(3);
    int beyondLoad = 0;
    for (int round = 0; round < 3_000; round++) {
      List<Item> items = tiny(random, 1 + random.nextInt(7));
      Problem problem = Problem.of(items);
      Outcome outcome = PORTFOLIO.pack(problem, Effort.DEFAULT);
      assertEquals(List.of(), PackingChecker.check(items, outcome.packing()), items::toString);
      assertEquals(Outcome.Stop.DONE, outcome.stop(), items::toString);
      assertTrue(outcome.isOptimal(), items::toString);
      long peak = outcome.peak();
      if (peak > problem.loadBound()) {
        beyondLoad++;
        assertFalse(fits(items, peak - 1, 0, new long[items.size()]), items::toString);
      }
    }
    int proved = beyondLoad;
    assertTrue(proved > 150, () -> "the search must have something to prove: " + proved);
  }

  /** The published search needs 0.6 to 6 s of processor time for each of them. */
  @Test
  void solvesTheChallengingInstances() throws IOException {
    for (String[] row : SharedInstances.cells("challenging/best_known.csv")) {
      List<Item> items = SharedInstances.read("challenging/" + row[0] + ".1048576.csv");
      Outcome outcome =
          PORTFOLIO.pack(
              Problem.of(items), Effort.DEFAULT.withNodes(2_000_000).withCapacity(1_048_576));
      assertEquals(List.of(), PackingChecker.check(items, outcome.packing()));
      assertTrue(outcome.peak() <= 1_048_576, row[0]);
    }
  }

  /** What is not proved is not claimed. */
  @Test
  void fewNodesLeaveTheGapOpen() {
    List<Item> items = RandomItems.plain(new Random(13), 60);
    Outcome outcome = PORTFOLIO.pack(Problem.of(items), Effort.DEFAULT.withNodes(1));
    assertEquals(Outcome.Stop.NODES, outcome.stop());
    assertTrue(outcome.lowerBound() < outcome.peak());
    assertTrue(outcome.gap() > 0);
  }

  private static List<Item> tiny(Random random, int count) {
    var items = new ArrayList<Item>();
    boolean plain = random.nextBoolean();
    for (int i = 0; i < count; i++) {
      var lives = new ArrayList<Lifetime>();
      int lower = random.nextInt(5);
      do {
        int upper = lower + 1 + random.nextInt(3);
        lives.add(new Lifetime(lower, upper));
        lower = upper + random.nextInt(2);
      } while (!plain && random.nextInt(3) == 0);
      long alignment = plain ? 1 : 1 + random.nextInt(4) * random.nextInt(2);
      var item = new Item("b" + i, random.nextInt(6), lives, alignment, Item.ANYWHERE);
      if (!plain && random.nextInt(5) == 0) {
        Item pinned = item.pinnedAt(random.nextInt(8) / alignment * alignment);
        boolean free =
            items.stream()
                .noneMatch(o -> o.isPinned() && overlap(pinned, o, pinned.pinned(), o.pinned()));
        item = free ? pinned : item;
      }
      items.add(item);
    }
    return items;
  }

  private static boolean fits(List<Item> items, long capacity, int next, long[] offsets) {
    if (next == items.size()) {
      return true;
    }
    Item item = items.get(next);
    for (long offset = 0; offset + item.size() <= capacity; offset += item.alignment()) {
      offsets[next] = offset;
      boolean free = !item.isPinned() || item.pinned() == offset;
      for (int other = 0; free && other < next; other++) {
        free = !overlap(item, items.get(other), offset, offsets[other]);
      }
      if (free && fits(items, capacity, next + 1, offsets)) {
        return true;
      }
    }
    return false;
  }

  private static boolean overlap(Item one, Item other, long offset, long otherOffset) {
    return one.lives().stream().anyMatch(a -> other.lives().stream().anyMatch(a::meets))
        && one.size() > 0
        && other.size() > 0
        && offset < otherOffset + other.size()
        && otherOffset < offset + one.size();
  }
}
