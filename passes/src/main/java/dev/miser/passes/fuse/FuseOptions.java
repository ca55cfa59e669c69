package dev.miser.passes.fuse;

/**
 * How instructions become kernels.
 *
 * @param grouping whether instructions share kernels
 * @param packing which operands known before the step init packs
 * @param maxInstructions the most instructions of one kernel, leaves not counted
 */
public record FuseOptions(Grouping grouping, Packing packing, int maxInstructions) {
  public static final FuseOptions DEFAULT = new FuseOptions(Grouping.GREEDY, Packing.ALL, 48);

  /** No two instructions share a kernel: the yardstick of fusion. */
  public static final FuseOptions SINGLE = new FuseOptions(Grouping.SINGLE, Packing.ALL, 48);

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
    return new FuseOptions(grouping, other, maxInstructions);
  }
}
