package dev.miser.testmodels.e2e;

import dev.miser.compiler.Options;
import dev.miser.ir.plan.Target;
import dev.miser.passes.fuse.FuseOptions;

/**
 * One way to compile a function. Results have the same bits in all of them.
 *
 * @param vectorBits the width of vectors, whatever this machine has
 */
public record Way(int vectorBits, Layout layout, Fusion fusion) {
  /** Where values lie. */
  public enum Layout {
    PLANNED,
    /** One after the other: no two share a byte, no kernel overwrites what it reads. */
    UNPLANNED
  }

  /** What becomes one kernel. */
  public enum Fusion {
    GREEDY,
    /** Each instruction alone, and nothing packed beforehand. */
    NONE
  }

  /** As a user's program is compiled on a machine with vectors of 128 bits. */
  public static final Way NARROW = new Way(128, Layout.PLANNED, Fusion.GREEDY);

  public static final Way MIDDLE = new Way(256, Layout.PLANNED, Fusion.GREEDY);
  public static final Way WIDE = new Way(512, Layout.PLANNED, Fusion.GREEDY);
  public static final Way UNPLANNED = new Way(256, Layout.UNPLANNED, Fusion.GREEDY);
  public static final Way UNFUSED = new Way(512, Layout.UNPLANNED, Fusion.NONE);

  /** Returns the options of this way, for two workers. */
  Options options() {
    return Options.of(Target.of(vectorBits, 2))
        .withCache(Options.CachePolicy.IGNORE)
        .withFusion(
            switch (fusion) {
              case GREEDY -> FuseOptions.DEFAULT;
              case NONE -> FuseOptions.SINGLE.withPacking(FuseOptions.Packing.NONE);
            });
  }
}
