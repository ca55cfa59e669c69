package dev.miser.passes.memory.packing;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** The judge of every strategy is itself judged by comparing all pairs of buffers. */
class PackingCheckerTest {
  @Test
  void agreesWithComparingAllPairs() {
    var random = new Random(1);
    int right = 0;
    for (int round = 0; round < 2_000; round++) {
      var items = new ArrayList<Item>();
      int count = 1 + random.nextInt(6);
      long[] offsets = new long[count];
      for (int i = 0; i < count; i++) {
        int lower = random.nextInt(8);
        int middle = lower + 1 + random.nextInt(3);
        var lives = new ArrayList<Lifetime>(List.of(new Lifetime(lower, middle)));
        if (random.nextBoolean()) {
          int again = middle + random.nextInt(2);
          lives.add(new Lifetime(again, again + 1 + random.nextInt(3)));
        }
        items.add(
            new Item("b" + i, random.nextInt(4), lives, 1 + random.nextInt(2), Item.ANYWHERE));
        offsets[i] = random.nextInt(12);
      }
      Packing packing = Packing.of(Problem.of(items), offsets);
      boolean legal = isLegal(items, offsets);
      right += legal ? 1 : 0;
      assertEquals(legal, PackingChecker.check(items, packing).isEmpty(), () -> items.toString());
    }
    assertEquals(true, right > 200 && right < 1_800, "both verdicts must occur: " + right);
  }

  private static boolean isLegal(List<Item> items, long[] offsets) {
    for (int i = 0; i < offsets.length; i++) {
      Item one = items.get(i);
      if (offsets[i] % one.alignment() != 0) {
        return false;
      }
      for (int j = 0; j < i; j++) {
        Item other = items.get(j);
        boolean meet =
            one.lives().stream().anyMatch(a -> other.lives().stream().anyMatch(a::meets));
        if (meet
            && one.size() > 0
            && other.size() > 0
            && offsets[i] < offsets[j] + other.size()
            && offsets[j] < offsets[i] + one.size()) {
          return false;
        }
      }
    }
    return true;
  }
}
