package dev.miser.codegen.rows;

import dev.miser.codegen.vector.Lane;
import dev.miser.codegen.vector.Lanes;
import dev.miser.ir.type.ElementType;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * One walk over elements: reads, straight-line code, writes; what it accumulates starts anew with
 * each pass.
 *
 * @param master the type by whose width it runs in vectors, or null
 * @param over what it walks
 * @param combine how it accumulates, or null if it does not
 * @param accumulator the type in which it accumulates
 * @param slot the slot of the workspace in which it does
 */
record Pass(
    String name,
    List<Stream> reads,
    List<Stream> writes,
    @Nullable ElementType master,
    Over over,
    @Nullable Combine combine,
    ElementType accumulator,
    int slot,
    Code code) {
  /** What a pass walks. */
  enum Over {
    /** Every element of the space. */
    ELEMENTS,
    /** One element for each that elements accumulate into. */
    RESULTS
  }

  /** Writes the code of one element or vector. */
  @FunctionalInterface
  interface Code {
    /**
     * Returns what is written, in the order of the writes, and what accumulates.
     *
     * @param read the lanes of the reads, by the names of their streams
     */
    Written write(Lanes lanes, Map<String, Lane> read);
  }

  /** What the code of an element makes. */
  record Written(List<Lane> lanes, @Nullable Lane accumulated) {
    static Written of(Lane... lanes) {
      return new Written(List.of(lanes), null);
    }
  }

  /** Returns the pass over other streams of the same names. */
  Pass with(UnaryOperator<Stream> streams) {
    return new Pass(
        name,
        reads.stream().map(streams).toList(),
        writes.stream().map(streams).toList(),
        master,
        over,
        combine,
        accumulator,
        slot,
        code);
  }

  Pass {
    reads = List.copyOf(reads);
    writes = List.copyOf(writes);
  }
}
