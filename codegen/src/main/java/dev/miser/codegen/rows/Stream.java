package dev.miser.codegen.rows;

import dev.miser.codegen.EmittedKernel;
import dev.miser.ir.type.ElementType;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A place that moves as a kernel walks its space: in memory, or a counted element number.
 *
 * @param name of the place in the tile's method
 * @param unit what one element is in the place's own measure: its bytes, or 1 if it is counted
 * @param strides the step in elements along each axis of the space
 * @param start the place at coordinates 0, or null if it is a slot of the worker's own workspace
 * @param slot which slot
 */
record Stream(
    String name,
    ElementType type,
    long unit,
    List<Long> strides,
    EmittedKernel.@Nullable Argument start,
    int slot) {
  Stream {
    strides = List.copyOf(strides);
  }

  /** Returns what is given to the kernel. */
  static Stream given(
      String name, ElementType type, long unit, List<Long> strides, EmittedKernel.Argument start) {
    return new Stream(name, type, unit, strides, start, 0);
  }

  /** Returns a slot of the workspace, an element for each that elements accumulate into. */
  static Stream own(int slot, ElementType type) {
    return new Stream("own" + slot, type, type.bytes(), List.of(), null, slot);
  }

  boolean isOwn() {
    return start == null;
  }

  boolean isCounted() {
    return start instanceof EmittedKernel.Count;
  }

  /** Returns this stream with another start, so many elements on. */
  Stream startingAt(long elements) {
    EmittedKernel.Argument moved =
        switch (start) {
          case EmittedKernel.OffsetOf(var value, long plus) ->
              new EmittedKernel.OffsetOf(value, plus + elements * unit);
          case EmittedKernel.Count(long count) -> new EmittedKernel.Count(count + elements);
          case EmittedKernel.Workspace() ->
              throw new IllegalStateException("a stream in workspace");
          case null -> throw new IllegalStateException("a slot has no start");
        };
    return new Stream(name, type, unit, strides, moved, slot);
  }

  Stream withStrides(List<Long> steps) {
    return new Stream(name, type, unit, steps, start, slot);
  }
}
