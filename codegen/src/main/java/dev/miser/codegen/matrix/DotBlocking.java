package dev.miser.codegen.matrix;

import dev.miser.ir.op.Dot;
import dev.miser.ir.op.UnpackPanels;
import dev.miser.ir.plan.Access;
import dev.miser.ir.plan.Group;
import dev.miser.ir.plan.Target;

/**
 * How a matrix product of f32 is cut: into tiles of rows and columns, and each tile's columns into
 * groups whose panels stay in the second cache.
 *
 * @param lhs how the left operand is laid out for the micro-kernel
 * @param rhs how the right operand is
 * @param blockRows rows of one tile
 * @param blockColumns columns of one tile
 * @param groupColumns columns of one group
 */
record DotBlocking(
    Dot dot,
    Target target,
    Layout lhs,
    Layout rhs,
    boolean plain,
    long blockRows,
    long blockColumns,
    long groupColumns) {
  /** How an operand comes to the micro-kernel. */
  enum Layout {
    /** As panels, made by init. */
    PREPACKED,
    /** Packed by each tile. */
    PACKED_HERE,
    /** As it lies in memory. */
    RAW
  }

  /** Tiles a worker gets, so that no worker waits long for the last one. */
  private static final long TILES_PER_WORKER = 4;

  private static final long MOST_GROUP_PANELS = 8;

  static DotBlocking of(Group group, Dot dot, Target target) {
    long rows = target.tileRows();
    long columns = target.tileColumns();
    Layout lhs =
        group.leaf(dot.lhs()).panels() != null
            ? Layout.PREPACKED
            : dot.rows() >= rows ? Layout.PACKED_HERE : Layout.RAW;
    Layout rhs = group.leaf(dot.rhs()).panels() != null ? Layout.PREPACKED : Layout.PACKED_HERE;
    long half = Math.max(target.l2Bytes() / 2, 1);
    long inner = Math.max(dot.inner(), 1);
    long fitting = Math.max(1, half / (4 * inner * rows));
    long panels = ceil(dot.rows(), rows);
    long wanted = target.workers() == 1 ? 1 : TILES_PER_WORKER * target.workers();
    long rowBlocks = Math.max(1, ceil(panels, fitting));
    long columnBlocks = 1;
    // Cutting rows repeats the packing of B, cutting columns that of A.
    if (rhs == Layout.PREPACKED) {
      rowBlocks = more(rowBlocks, wanted, dot.batches(), panels / 3);
      long least = lhs == Layout.PACKED_HERE ? 16 : 4;
      columnBlocks = more(1, wanted, dot.batches() * rowBlocks, dot.columns() / (least * columns));
    } else {
      columnBlocks = more(1, wanted, dot.batches() * rowBlocks, dot.columns() / (4 * columns));
      rowBlocks = more(rowBlocks, wanted, dot.batches() * columnBlocks, panels / 3);
    }
    long blockRows = Math.max(1, ceil(panels, rowBlocks)) * rows;
    long blockColumns = Math.max(1, ceil(ceil(dot.columns(), columnBlocks), columns)) * columns;
    long groupPanels = Math.clamp(half / (4 * inner * columns), 1, MOST_GROUP_PANELS);
    boolean plain = group.epilogue().isEmpty() && group.outputs().size() == 1;
    return new DotBlocking(
        dot,
        target,
        lhs,
        rhs,
        plain,
        blockRows,
        blockColumns,
        Math.min(groupPanels * columns, blockColumns));
  }

  /** Returns {@code least} or more blocks, so that with {@code others} there are enough tiles. */
  private static long more(long least, long wanted, long others, long most) {
    return Math.max(least, Math.min(ceil(wanted, Math.max(others, 1)), most));
  }

  static long ceil(long a, long b) {
    return (a + b - 1) / b;
  }

  /** Returns whether a packed operand is packed as the micro-kernel reads it. */
  static boolean readsPanels(Access access, boolean transposed, long columns, long width) {
    UnpackPanels panels = access.panels();
    if (panels == null) {
      return true;
    }
    return access.base() == 0
        && access.followsRowMajor()
        && panels.inferType().shape().equals(access.shape())
        && panels.transpose() == transposed
        && panels.columns() == columns
        && panels.x().type().dim(panels.x().type().rank() - 1) == width;
  }

  long rowBlocks() {
    return ceil(dot.rows(), blockRows);
  }

  long columnBlocks() {
    return ceil(dot.columns(), blockColumns);
  }

  long tiles() {
    return dot.batches() * rowBlocks() * columnBlocks();
  }

  /** Returns the bytes of packed rows of A that a worker holds. */
  long lhsBytes() {
    return lhs == Layout.PACKED_HERE ? align(4 * blockRows * dot.inner()) : 0;
  }

  /** Returns the bytes of packed panels of B that a worker holds. */
  long rhsBytes() {
    return rhs == Layout.PACKED_HERE ? align(4 * groupColumns * dot.inner()) : 0;
  }

  long scratchRow() {
    return Block.scratchRow(groupColumns);
  }

  private long scratchBytes() {
    return Block.needsScratch(plain, dot.columns(), target)
        ? align(scratchRow() * target.tileRows())
        : 0;
  }

  /** Returns the workspace of one worker. */
  long workerBytes() {
    return lhsBytes() + rhsBytes() + scratchBytes();
  }

  private static long align(long bytes) {
    return ceil(bytes, 64) * 64;
  }
}
