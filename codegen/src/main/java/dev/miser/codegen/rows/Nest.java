package dev.miser.codegen.rows;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;

/**
 * Passes over one space.
 *
 * @param before if a reduced axis stands alone, it is a window into the kept axis before it, and
 *     begins so many elements before that axis's coordinate
 */
record Nest(Space space, List<Pass> passes, long before) {
  /** A tile covers about this many elements. */
  private static final long TILE = 1 << 14;

  /** A strip of columns that accumulate side by side has at most this many. */
  private static final long STRIP = 1024;

  Nest {
    passes = List.copyOf(passes);
  }

  /** Returns a nest with merged axes. */
  static Nest of(Space space, List<Pass> passes, long before) {
    var streams = new LinkedHashSet<Stream>();
    passes.forEach(pass -> streams.addAll(RowWriter.parameters(pass)));
    Space.Merged merged = space.merged(streams.stream().filter(s -> !s.isOwn()).toList());
    boolean rows = merged.space().reducesRows();
    var all = new ArrayList<Pass>();
    for (Pass pass : passes) {
      all.add(pass.with(s -> s.isOwn() ? own(s, rows) : merged.streams().apply(s)));
    }
    return new Nest(merged.space(), all, before);
  }

  /** What lies in the workspace has an element a column, or just one a row. */
  private static Stream own(Stream stream, boolean rows) {
    return stream.withStrides(List.of(rows ? 0L : 1L));
  }

  /** Returns the columns that are worked on together: many, as whole rows are read fastest. */
  long strip() {
    long inner = space.inner().size();
    return Math.max(16, Math.min((inner + 15) / 16 * 16, STRIP));
  }

  long strips() {
    return space.reducesRows() ? 1 : (space.inner().size() + strip() - 1) / strip();
  }

  /** Returns the number of kept coordinates, where the innermost axis is kept counted in strips. */
  long rows() {
    return space.outer(Space.Role.KEPT) * strips();
  }

  long rowsPerTile() {
    long elements = space.reducedCount() * (space.reducesRows() ? 1 : strip());
    return Math.max(1, TILE / Math.max(1, elements));
  }

  /** Returns the bytes of the accumulators, and of each value kept from pass to pass. */
  long slotBytes() {
    return 8 * (space.reducesRows() ? RowWriter.LANES : strip());
  }

  /** Returns the bytes of workspace of one worker. */
  long workspaceBytes() {
    int slots = 0;
    for (Pass pass : passes) {
      slots = Math.max(slots, pass.combine() == null ? 0 : pass.slot() + 1);
      for (Stream stream : RowWriter.parameters(pass)) {
        slots = Math.max(slots, stream.isOwn() ? stream.slot() + 1 : 0);
      }
    }
    return slots * slotBytes();
  }
}
