package dev.miser.passes.memory.packing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

/** No bound is above the smallest arena there is, and each argument is sometimes the best. */
class LowerBoundsTest {
  private static final Map<String, Function<Problem, LowerBound>> ARGUMENTS =
      new TreeMap<>(
          Map.of(
              "load", LowerBounds::load,
              "alignment", LowerBounds::alignment,
              "pins", LowerBounds::pins,
              "clique", LowerBounds::clique));

  @Test
  void boundsAreAtMostTheSmallestArena() {
    var random = new Random(1);
    var best = new TreeMap<String, Integer>();
    int equal = 0;
    int rounds = 4_000;
    for (int round = 0; round < rounds; round++) {
      List<Item> items = tiny(random);
      Problem problem = Problem.of(items);
      long smallest = smallestArena(problem);
      ARGUMENTS.forEach((name, argument) -> {
        LowerBound bound = argument.apply(problem);
        assertEquals(name, bound.argument());
        assertTrue(bound.bytes() <= smallest, () -> bound + " of " + items);
      });
      LowerBound bound = LowerBounds.best(problem);
      best.merge(bound.argument(), 1, Integer::sum);
      equal += bound.bytes() == smallest ? 1 : 0;
    }
    assertEquals(ARGUMENTS.keySet(), best.keySet());
    assertTrue(equal > rounds * 8 / 10, "the bound was the smallest arena " + equal + " times");
  }

  @Test
  void examples() {
    Item one = Item.of("one", 5, 0, 2);
    Item two = Item.of("two", 5, 1, 3);
    check(10, "load", one, two);
    check(13, "alignment", one.alignedTo(8), two.alignedTo(8));
    check(14, "pins", Item.of("pin", 5, 0, 9).pinnedAt(4), one);
    check(15, "clique", twice("a", 0, 6), twice("b", 1, 3), twice("c", 4, 7));
  }

  /** Five bytes alive for two units of time from each of two times on. */
  private static Item twice(String name, long first, long second) {
    return new Item(
        name,
        5,
        List.of(new Lifetime(first, first + 2), new Lifetime(second, second + 2)),
        1,
        Item.ANYWHERE);
  }

  private static void check(long bytes, String argument, Item... items) {
    Problem problem = Problem.of(List.of(items));
    assertEquals(new LowerBound(bytes, argument), LowerBounds.best(problem));
    assertEquals(bytes, smallestArena(problem));
  }

  private static List<Item> tiny(Random random) {
    var items = new ArrayList<Item>();
    int count = 1 + random.nextInt(5);
    long common = random.nextLong(1, 5);
    for (int i = 0; i < count; i++) {
      var lives = new ArrayList<Lifetime>();
      int lower = random.nextInt(6);
      do {
        int upper = lower + 1 + random.nextInt(2);
        lives.add(new Lifetime(lower, upper));
        lower = upper + random.nextInt(3);
      } while (random.nextBoolean());
      long alignment = random.nextBoolean() ? common : random.nextLong(1, 4);
      var item = new Item("b" + i, random.nextInt(5), lives, alignment, Item.ANYWHERE);
      Item pinned = item.pinnedAt(alignment * random.nextInt(3));
      boolean pin = random.nextInt(5) == 0 && items.stream().noneMatch(o -> collide(pinned, o));
      items.add(pin ? pinned : item);
    }
    return items;
  }

  private static boolean collide(Item one, Item other) {
    return other.isPinned() && overlap(one, one.pinned(), other, other.pinned());
  }

  private static boolean overlap(Item one, long at, Item other, long otherAt) {
    return at < otherAt + other.size()
        && otherAt < at + one.size()
        && one.lives().stream().anyMatch(a -> other.lives().stream().anyMatch(a::meets));
  }

  /** Tries every offset for every buffer. */
  private static long smallestArena(Problem problem) {
    long all = 0;
    for (Item item : problem.items()) {
      all += item.size() + item.alignment() + Math.max(0, item.pinned());
    }
    return smallestArena(problem.items(), new long[problem.count()], 0, 0, all);
  }

  private static long smallestArena(
      List<Item> items, long[] offsets, int index, long peak, long best) {
    if (index == items.size()) {
      return peak;
    }
    Item item = items.get(index);
    long from = Math.max(0, item.pinned());
    long least = best;
    for (long at = from; at + item.size() < least; at += item.alignment()) {
      boolean free = true;
      for (int i = 0; i < index && free; i++) {
        free = !overlap(item, at, items.get(i), offsets[i]);
      }
      if (free) {
        offsets[index] = at;
        long end = Math.max(peak, at + item.size());
        least = Math.min(least, smallestArena(items, offsets, index + 1, end, least));
      }
      if (item.isPinned()) {
        break;
      }
    }
    return least;
  }
}
