package dev.miser.codegen.attention;

import dev.miser.ir.op.Attention;
import dev.miser.ir.plan.Target;

/**
 * The sizes of an attention and of its workspace, a function of shape and vector width alone.
 *
 * @param batches the product of the leading axes
 * @param rows rows of the query
 * @param keys rows of key and value
 * @param depth the inner axis of query and key
 * @param width the inner axis of value and result
 * @param panel columns of a panel of keys or values
 */
record AttentionSizes(long batches, long rows, long keys, long depth, long width, long panel) {
  /** Rows of scores that are held at a time. */
  static final long BLOCK = 8;

  /** Sums run over so many lanes at every vector width. */
  static final long LANES = 16;

  static AttentionSizes of(Attention op, Target target) {
    int rank = op.query().type().rank();
    return new AttentionSizes(
        op.query().type().shape().elementCount(0, rank - 2),
        op.query().type().dim(rank - 2),
        op.key().type().dim(rank - 2),
        op.query().type().dim(rank - 1),
        op.value().type().dim(rank - 1),
        target.tileColumns());
  }

  private static long roundUp(long size, long unit) {
    return (size + unit - 1) / unit * unit;
  }

  /** Returns the rows of one tile: many where there are other tiles, as a tile packs the keys. */
  long tileRows() {
    return batches >= 4 ? 128 : 32;
  }

  /** Returns the tiles of one batch. */
  long blocks() {
    return (rows + tileRows() - 1) / tileRows();
  }

  /** Returns the bytes of one row of scores, whole panels and whole lanes. */
  long scoreRow() {
    return 4 * roundUp(keys, Math.max(panel, LANES));
  }

  /** Returns the bytes of one row of results, whole panels. */
  long resultRow() {
    return 4 * roundUp(width, panel);
  }

  long keyPanels() {
    return 0;
  }

  long valuePanels() {
    return keyPanels() + roundUp(4 * roundUp(keys, panel) * depth, 64);
  }

  long scores() {
    return valuePanels() + roundUp(4 * roundUp(width, panel) * keys, 64);
  }

  long results() {
    return scores() + roundUp(BLOCK * scoreRow(), 64);
  }

  /** The bias of one row, as f32. */
  long bias() {
    return results() + roundUp(BLOCK * resultRow(), 64);
  }

  /** The lanes of a sum or a maximum. */
  long lanes() {
    return bias() + roundUp(scoreRow(), 64);
  }

  /** Returns the workspace of one worker of the tiled kernel. */
  long tiledBytes() {
    return lanes() + 4 * LANES;
  }

  /** Returns the workspace of one worker of the scalar kernel: a row of scores as doubles. */
  long scalarBytes() {
    return roundUp(8 * keys, 64);
  }
}
