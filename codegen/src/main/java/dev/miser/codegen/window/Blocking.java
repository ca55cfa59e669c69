package dev.miser.codegen.window;

import dev.miser.codegen.matrix.Block;
import dev.miser.ir.plan.Target;

/**
 * How a convolution of f32 is cut into tiles: images, groups, some panels of pixels, some output
 * channels; and what a worker holds while it runs one.
 *
 * @param direct whether pixels are read from the image as it lies
 * @param packsWeights whether a tile packs the weights it reads
 * @param plain whether results go to the output at once
 * @param panels panels of pixels in one tile
 * @param blockRows output channels in one tile
 * @param strip the image's rows that a tile reads, copied apart into phases
 */
record Blocking(
    Geometry geometry,
    Target target,
    boolean direct,
    boolean packsWeights,
    boolean plain,
    long panels,
    long blockRows,
    Strip strip) {
  private static final long TILES_PER_WORKER = 4;
  private static final long MOST_PANELS = 8;
  private static final long STRIP_BYTES = 48 << 10;

  /**
   * The copy of some rows of some channels.
   *
   * @param depths places along the outermost axis, in each of its phases
   * @param rows places along the middle axis, in each of its phases
   * @param columns places along the innermost axis, in each of its phases
   * @param channels how many channels are copied at a time
   */
  record Strip(Geometry geometry, long depths, long rows, long columns, long channels) {
    long rowBytes() {
      return geometry.axes().get(2).phases() * columns * 4;
    }

    long depthBytes() {
      return geometry.axes().get(1).phases() * rows * rowBytes();
    }

    long channelBytes() {
      return geometry.axes().get(0).phases() * depths * depthBytes();
    }
  }

  static Blocking of(
      Geometry geometry, Target target, boolean direct, boolean packsWeights, boolean plain) {
    long columns = target.tileColumns();
    long rows = target.tileRows();
    long inner = Math.max(geometry.inner(), 1);
    long most = Math.max(1, ceil(geometry.pixels(), columns));
    long fitting = target.l2Bytes() * 5 / 8 / (4 * inner * columns);
    long panels = Math.min(most, Math.clamp(fitting, 1, MOST_PANELS));
    long wanted = target.workers() == 1 ? 1 : TILES_PER_WORKER * target.workers();
    long others = Math.max(1, geometry.images() * geometry.groups());
    while (panels > 1 && others * ceil(most, panels) < wanted) {
      panels--;
    }
    long rowPanels = ceil(geometry.outputs(), rows);
    long rowBlocks = 1;
    if (packsWeights) {
      rowBlocks = ceil(rowPanels, Math.max(1, target.l2Bytes() / 2 / (4 * inner * rows)));
    }
    long tiles = others * ceil(most, panels);
    rowBlocks = Math.max(rowBlocks, Math.min(ceil(wanted, tiles), rowPanels / 4));
    long blockRows = Math.max(1, ceil(rowPanels, Math.max(1, rowBlocks))) * rows;
    return new Blocking(
        geometry,
        target,
        direct,
        packsWeights,
        plain,
        panels,
        blockRows,
        strip(geometry, panels * columns));
  }

  /** Returns a strip that holds what any tile of so many pixels reads. */
  private static Strip strip(Geometry geometry, long pixels) {
    Geometry.Axis depth = geometry.axes().get(0);
    Geometry.Axis row = geometry.axes().get(1);
    Geometry.Axis column = geometry.axes().get(2);
    long width = Math.max(1, column.result());
    long plane = Math.max(1, width * row.result());
    long depths = Math.min(depth.result(), (pixels - 2 + plane) / plane + 1);
    long rows = Math.min(row.result(), (pixels - 2 + width) / width + 1);
    if (depths > 1) {
      rows = row.result();
    }
    var one =
        new Strip(
            geometry,
            depths + depth.span() - 1,
            rows + row.span() - 1,
            column.result() + column.span() - 1,
            1);
    long channels =
        Math.clamp(
            STRIP_BYTES / Math.max(1, one.channelBytes()), 1, Math.max(1, geometry.channels()));
    return new Strip(geometry, one.depths, one.rows, one.columns, channels);
  }

  static long ceil(long a, long b) {
    return (a + b - 1) / b;
  }

  long pixelsPerTile() {
    return panels * target.tileColumns();
  }

  long pixelBlocks() {
    return ceil(geometry.pixels(), pixelsPerTile());
  }

  long rowBlocks() {
    return ceil(geometry.outputs(), blockRows);
  }

  long tiles() {
    return geometry.images() * geometry.groups() * pixelBlocks() * rowBlocks();
  }

  /** Returns the bytes of a panel of pixels; a vector stored at its end may reach beyond. */
  long panelBytes() {
    return 4 * geometry.inner() * target.tileColumns() + (direct ? 0 : 64);
  }

  long tableAt() {
    return panels * panelBytes();
  }

  long cutsAt() {
    return tableAt() + (direct ? 0 : align(8 * geometry.taps()));
  }

  long stripAt() {
    return cutsAt() + (direct ? 0 : align(24L * target.tileColumns()));
  }

  long weightsAt() {
    return stripAt() + (direct ? 0 : align(strip.channels() * strip.channelBytes() + 64));
  }

  long scratchAt() {
    return weightsAt() + (packsWeights ? align(4 * blockRows * geometry.inner()) : 0);
  }

  long scratchRow() {
    return Block.scratchRow(pixelsPerTile());
  }

  /** Returns the workspace of one worker. */
  long workerBytes() {
    boolean scratch = Block.needsScratch(plain, geometry.pixels(), target);
    return scratchAt() + (scratch ? align(scratchRow() * target.tileRows()) : 0);
  }

  private static long align(long bytes) {
    return ceil(bytes, 64) * 64;
  }
}
