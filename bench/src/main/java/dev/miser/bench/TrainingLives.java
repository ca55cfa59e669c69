package dev.miser.bench;

import dev.miser.passes.memory.packing.Item;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;

/**
 * Buffers that live as those of a training step do, from a seed: a time a kernel, forward through
 * the layers and back. Weights and what an optimizer keeps live throughout; activations from their
 * layer until its backward step, some of them skip connections over several layers; gradients of
 * activations until the next layer below; gradients of weights until the update at the end, or, in
 * half of the layers, until the update that follows at once; masks and statistics as small as those
 * of dropout and normalisation; temporaries for one to four kernels. A few dozen sizes are
 * repeated: a network has stages, in each of which they are much the same. Sixteen layers at a time
 * are branches, which go back in any order, so that lives are not simply nested.
 */
final class TrainingLives {
  private static final int KERNELS_A_LAYER = 4;
  private static final int LAYERS_A_STAGE = 400;
  private static final int BRANCHES = 16;

  private final Random random;
  private final int layers;
  private final List<Item> items = new ArrayList<>();

  private TrainingLives(int count, long seed) {
    random = new Random(seed);
    layers = Math.max(1, count / 12);
  }

  /** Returns this many buffers. */
  static List<Item> of(int count, long seed) {
    var lives = new TrainingLives(count, seed);
    lives.generate(count);
    return List.copyOf(lives.items.subList(0, count));
  }

  private void generate(int count) {
    long end = 2L * KERNELS_A_LAYER * layers + 1;
    long activation = 0;
    long weight = 0;
    List<Integer> back = List.of();
    for (int layer = 0; items.size() < count; layer = (layer + 1) % layers) {
      if (layer % LAYERS_A_STAGE == 0) {
        activation = (4L + random.nextInt(60)) << 14;
        weight = (1L + random.nextInt(32)) << 12;
      }
      if (layer % BRANCHES == 0) {
        back = branches(layer);
      }
      long forward = (long) KERNELS_A_LAYER * layer;
      long backward = end - 1 - (long) KERNELS_A_LAYER * (1 + back.get(layer % BRANCHES));
      add("weight", weight, 0, end);
      add("activation", activation, forward, backward + 1);
      add("activation", activation << random.nextInt(2), forward + 1, backward + 2);
      add("skip", activation, forward, forward + 1 + KERNELS_A_LAYER * (1L + random.nextInt(6)));
      add("mask", activation / 32, forward + 2, backward + 1);
      add("statistics", 64L << random.nextInt(6), forward + 3, backward + 3);
      add("gradient", activation, backward, backward + KERNELS_A_LAYER + 1);
      boolean updatedAtOnce = random.nextBoolean();
      add("weight gradient", weight, backward + 2, updatedAtOnce ? backward + 4 : end);
      for (int i = 0; i < 4; i++) {
        boolean returning = i % 2 == 1;
        long begin = (returning ? backward : forward) + random.nextInt(KERNELS_A_LAYER);
        long size = activation * (1 + random.nextInt(4)) / 4;
        add("temporary", size, begin, begin + 1 + random.nextInt(4));
      }
    }
  }

  /** Returns the layers from one on that are branches, in any order. */
  private List<Integer> branches(int first) {
    var branches = new ArrayList<Integer>();
    for (int layer = first; layer < Math.min(layers, first + BRANCHES); layer++) {
      branches.add(layer);
    }
    Collections.shuffle(branches, random);
    return branches;
  }

  private void add(String kind, long size, long lower, long upper) {
    long end = 2L * KERNELS_A_LAYER * layers + 1;
    items.add(
        Item.of(
                kind + " " + items.size(),
                size,
                Math.min(lower, end - 1),
                Math.clamp(upper, Math.min(lower, end - 1) + 1, end))
            .alignedTo(64));
  }
}
