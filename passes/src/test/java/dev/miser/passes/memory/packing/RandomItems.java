package dev.miser.passes.memory.packing;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Small random problems with everything a buffer may have. */
final class RandomItems {
  private static final int TIMES = 24;
  private static final int ADDRESSES = 60;

  private RandomItems() {}

  /** Returns plain buffers: one life, no alignment, not pinned, no buffer of no bytes. */
  static List<Item> plain(Random random, int count) {
    var items = new ArrayList<Item>();
    for (int i = 0; i < count; i++) {
      int lower = random.nextInt(TIMES);
      items.add(
          Item.of("b" + i, 1 + random.nextInt(12), lower, lower + 1 + random.nextInt(TIMES / 2)));
    }
    return items;
  }

  /** Returns buffers with several lives, alignments, no bytes, and pins that agree. */
  static List<Item> mixed(Random random, int count) {
    var items = new ArrayList<Item>();
    for (int i = 0; i < count; i++) {
      var lives = new ArrayList<Lifetime>();
      int lower = random.nextInt(TIMES);
      do {
        int upper = lower + 1 + random.nextInt(TIMES / 3);
        lives.add(new Lifetime(lower, upper));
        lower = upper + random.nextInt(4);
      } while (random.nextInt(3) == 0);
      long alignment = random.nextInt(3) == 0 ? 1 + random.nextInt(8) : 1;
      long size = random.nextInt(10);
      var item = new Item("b" + i, size, lives, alignment, Item.ANYWHERE);
      if (random.nextInt(6) == 0) {
        Item pinned = item.pinnedAt(random.nextInt(ADDRESSES) / alignment * alignment);
        item = items.stream().noneMatch(other -> collide(pinned, other)) ? pinned : item;
      }
      items.add(item);
    }
    return items;
  }

  private static boolean collide(Item one, Item other) {
    return other.isPinned()
        && one.lives().stream().anyMatch(a -> other.lives().stream().anyMatch(a::meets))
        && one.pinned() < other.pinned() + other.size()
        && other.pinned() < one.pinned() + one.size();
  }
}
