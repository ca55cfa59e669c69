package dev.miser.passes.memory.packing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.time.Duration;
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

  /** Without a capacity: the published search proves one of eleven in five seconds each. */
  @Test
  void certifiesWhatIsKnownToBeOptimal() throws IOException {
    for (String[] row : SharedInstances.cells("challenging/best_known.csv")) {
      Problem problem = Problem.of(SharedInstances.read("challenging/" + row[0] + ".1048576.csv"));
      if (problem.loadBound() == Long.parseLong(row[4])) {
        Outcome outcome = PORTFOLIO.pack(problem, Effort.DEFAULT.withNodes(1_000_000));
        assertEquals(Outcome.Stop.DONE, outcome.stop(), row[0]);
        assertEquals(problem.loadBound(), outcome.peak(), row[0]);
      }
    }
  }

  /** The same nodes give the same packing, and what they could not prove stays open. */
  @Test
  void nodesAreTheMeasureOfEffort() throws IOException {
    List<Item> items = SharedInstances.read("challenging/D.1048576.csv");
    Problem problem = Problem.of(items);
    Outcome outcome = PORTFOLIO.pack(problem, Effort.DEFAULT.withNodes(60_000));
    Outcome again = PORTFOLIO.pack(problem, Effort.DEFAULT.withNodes(60_000));
    assertEquals(Outcome.Stop.NODES, outcome.stop());
    assertEquals(60_000, outcome.nodes());
    assertTrue(outcome.lowerBound() < outcome.peak());
    for (int i = 0; i < items.size(); i++) {
      assertEquals(outcome.packing().offset(i), again.packing().offset(i));
    }
  }

  /** The clock ends a search that it gives no time, and says so. */
  @Test
  void theClockLeavesTheGapOpen() {
    Problem problem = Problem.of(hard());
    Outcome outcome = PORTFOLIO.pack(problem, Effort.DEFAULT.withLimit(Duration.ZERO));
    assertEquals(Outcome.Stop.CLOCK, outcome.stop());
    assertTrue(outcome.gap() > 0);
  }

  /** A capacity is a question: yes ends the search, and so does the proof of no. */
  @Test
  void aCapacityIsDecided() {
    Problem problem = Problem.of(hard());
    Outcome best = PORTFOLIO.pack(problem, Effort.DEFAULT);
    assertTrue(best.isOptimal() && best.peak() > problem.loadBound());
    Outcome yes = PORTFOLIO.pack(problem, Effort.DEFAULT.withCapacity(best.peak() + 1));
    assertEquals(Outcome.Stop.CAPACITY, yes.stop());
    assertTrue(yes.peak() <= best.peak() + 1);
    Outcome no = PORTFOLIO.pack(problem, Effort.DEFAULT.withCapacity(best.peak() - 1));
    assertTrue(no.lowerBound() >= best.peak());
    assertEquals("search", no.provedBy());
  }

  /** Parts that share no time are searched alone: two hard ones cost the sum, not the product. */
  @Test
  void partsAreSearchedAlone() {
    var items = new ArrayList<Item>();
    for (int part = 0; part < 4; part++) {
      for (Item item : hard()) {
        items.add(
            Item.of(
                item.name() + part,
                item.size(),
                item.lower() + 100L * part,
                item.upper() + 100L * part));
      }
    }
    Outcome one = PORTFOLIO.pack(Problem.of(hard()), Effort.DEFAULT);
    Outcome all = PORTFOLIO.pack(Problem.of(items), Effort.DEFAULT);
    assertEquals(one.peak(), all.peak());
    assertTrue(all.isOptimal());
    assertTrue(all.nodes() <= 4 * one.nodes(), () -> one.nodes() + " nodes, " + all.nodes());
  }

  /** Returns buffers with a load of 33 that need 34, which only search can tell. */
  private static List<Item> hard() {
    return RandomItems.plain(new Random(2003), 14);
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
