package dev.miser.passes.fuse;

import java.util.ArrayList;
import java.util.List;

/**
 * How instructions become kernels.
 *
 * @param grouping whether instructions share kernels
 * @param packing which operands known before the step init packs
 * @param maxPackedBytes operands larger than this stay as they are: packing one takes twice its
 *     bytes while init runs
 * @param maxInstructions the most instructions of one kernel, leaves not counted
 */
public record FuseOptions(
    Grouping grouping, Packing packing, long maxPackedBytes, int maxInstructions) {
  public static final FuseOptions DEFAULT =
      new FuseOptions(Grouping.GREEDY, Packing.ALL, Long.MAX_VALUE, 48);

  /** No two instructions share a kernel: the yardstick of fusion. */
  public static final FuseOptions SINGLE =
      new FuseOptions(Grouping.SINGLE, Packing.ALL, Long.MAX_VALUE, 48);

  private static final List<Long> LIMITS =
      List.of(256L << 20, 64L << 20, 16L << 20, 4L << 20, 1L << 20, 64L << 10);

  /** Which instructions may share a kernel. */
  public enum Grouping {
    /** One instruction a kernel, save leaves. */
    SINGLE,
    /** Producers join consumers wherever one kernel can run both. */
    GREEDY
  }

  /** Which operands init packs. */
  public enum Packing {
    /** None: kernels read operands as they are. */
    NONE,
    /** Those whose unpacked bytes nothing in the step needs any more: packing costs no memory. */
    REPLACING,
    /** All that kernels would rather read packed. */
    ALL
  }

  public FuseOptions withPacking(Packing other) {
    return new FuseOptions(grouping, other, maxPackedBytes, maxInstructions);
  }

  /** Returns these options and those that need less memory and more time, fastest first. */
  public List<FuseOptions> fastestFirst() {
    var all = new ArrayList<FuseOptions>(List.of(this));
    if (packing != Packing.NONE) {
      if (packing == Packing.ALL) {
        all.add(withPacking(Packing.REPLACING));
      }
      for (long limit : LIMITS) {
        if (limit < maxPackedBytes) {
          all.add(new FuseOptions(grouping, Packing.REPLACING, limit, maxInstructions));
        }
      }
      all.add(withPacking(Packing.NONE));
    }
    return List.copyOf(all);
  }
}
