package dev.miser.codegen.pool;

import com.palantir.javapoet.CodeBlock;
import dev.miser.ir.plan.Target;
import org.jspecify.annotations.Nullable;

/**
 * How planes are cut into blocks of positions, and how a worker's scratch is used for one: the part
 * of the image under the block is copied there with its padding, split into phases, so that every
 * entry of the window meets the block's positions in one contiguous run.
 *
 * <p>Phase (y, x) of a slice holds the elements whose row and column in the block are y and x
 * modulo the strides; element (row, column) of a phase stands at {@code row * pitch + column}.
 * Position (row, column) of the block is number {@code row * pitch + column} of its results.
 *
 * @param rows positions of a block along y
 * @param columns positions of a block along x
 */
record Blocks(Windowing windowing, Fold fold, long rows, long columns) {
  /** Room behind whatever is written in whole vectors. */
  static final long SLACK = 16;

  /** A tile folds about this many elements. */
  private static final long TILE = 1 << 18;

  /** The most floats of scratch; what needs more runs in plain loops. */
  private static final long MOST_FLOATS = 1 << 16;

  private static final long MOST_ENTRIES = 256;
  private static final long MOST_COLUMNS = 1 << 14;
  private static final long MOST_STRIDE = 64;

  /** Returns how to cut, or null if scratch or code would be large. */
  static @Nullable Blocks of(Windowing windowing, Fold fold, Target target) {
    if (windowing.entries() > MOST_ENTRIES
        || !isTame(windowing.z())
        || !isTame(windowing.y())
        || !isTame(windowing.x())) {
      return null;
    }
    // Whether there are blocks depends on the windows alone: how large they are, on the Target.
    return cut(windowing, fold, 1).floats() > MOST_FLOATS
        ? null
        : cut(windowing, fold, Math.min(target.l1Bytes() / Float.BYTES, MOST_FLOATS / 4));
  }

  private static boolean isTame(WindowAxis axis) {
    return axis.stride() <= MOST_STRIDE && axis.reach() <= MOST_COLUMNS;
  }

  private static Blocks cut(Windowing windowing, Fold fold, long wanted) {
    WindowAxis y = windowing.y();
    long columns = Math.min(windowing.x().positions(), MOST_COLUMNS);
    var row = new Blocks(windowing, fold, 1, columns);
    if (columns < windowing.x().positions() || row.floats() > 4 * wanted) {
      long fewer = Math.max(64, columns * wanted / row.floats());
      return new Blocks(windowing, fold, 1, Math.min(columns, fewer));
    }
    long rows = 1;
    while (rows < y.positions()
        && new Blocks(windowing, fold, rows + 1, columns).floats() <= wanted) {
      rows++;
    }
    long bands = Math.ceilDiv(y.positions(), rows);
    return new Blocks(windowing, fold, Math.ceilDiv(y.positions(), bands), columns);
  }

  long bands() {
    return Math.ceilDiv(windowing.y().positions(), rows);
  }

  long chunks() {
    return Math.ceilDiv(windowing.x().positions(), columns);
  }

  /** Returns the number of blocks of a plane. */
  long perPlane() {
    return windowing.z().positions() * bands() * chunks();
  }

  /** Returns the number of blocks of a tile. */
  long perTile() {
    return Math.max(1, TILE / Math.max(1, rows * pitch() * windowing.entries()));
  }

  /** Returns the bytes of a block's results. */
  long bytes() {
    return (rows * columns * Float.BYTES + 63) / 64 * 64;
  }

  long pitch() {
    return columns + windowing.x().reach();
  }

  /** Returns the floats of one phase. */
  long phase() {
    return (rows + windowing.y().reach()) * pitch() + SLACK;
  }

  /** Where the window's weights stand. */
  long weights() {
    return 0;
  }

  /** Where the number of entries inside the image stands, of the block's slice. */
  long sliceCount() {
    return weights() + (fold == Fold.WEIGHTED ? windowing.entries() : 0);
  }

  /** Where the numbers of entries inside the image stand, of each row. */
  long rowCounts() {
    return sliceCount() + 1;
  }

  /** Where the numbers of entries inside the image stand, of each column. */
  long columnCounts() {
    return rowCounts() + (fold.isAverage() ? rows : 0);
  }

  /** Where the last elements before the end of the arena may wait: less than a vector. */
  long spare() {
    return columnCounts() + (fold.isAverage() ? columns : 0);
  }

  /** Where the split image stands. */
  long image() {
    return (spare() + SLACK + 15) / 16 * 16;
  }

  /** Where the results stand. */
  long results() {
    WindowAxis y = windowing.y();
    return image() + windowing.z().window() * y.stride() * windowing.x().stride() * phase();
  }

  /** Returns the code of the place of a float of scratch, whose first byte is named so. */
  static CodeBlock at(long number) {
    return CodeBlock.of("scratch + $L", number * Float.BYTES);
  }

  /** Returns the bytes of scratch. */
  long scratchBytes() {
    return (floats() * Float.BYTES + 63) / 64 * 64;
  }

  /** Returns the floats of scratch. */
  long floats() {
    return results() + rows * pitch() + SLACK;
  }

  /** Returns where entry {@code number} of the window meets the block's first position. */
  long entry(long number) {
    WindowAxis y = windowing.y();
    WindowAxis x = windowing.x();
    long slice = number / (y.window() * x.window());
    long row = number / x.window() % y.window() * y.dilation();
    long column = number % x.window() * x.dilation();
    return image()
        + ((slice * y.stride() + row % y.stride()) * x.stride() + column % x.stride()) * phase()
        + row / y.stride() * pitch()
        + column / x.stride();
  }
}
