package dev.miser.compiler.sanitize;

import dev.miser.ir.plan.Buffer;
import dev.miser.ir.type.ElementType;
import java.util.ArrayList;
import java.util.List;

/**
 * Bytes {@code [from, to)} of the arena that belong to a buffer and are alive in {@code [start,
 * end)}.
 */
record Piece(Buffer buffer, ElementType element, long from, long to, int start, int end) {
  /** Some bytes. */
  record Stretch(long from, long to) {}

  /** Returns whether steps find it as the step before left it, or as init did. */
  boolean isKept() {
    return switch (buffer.kind()) {
      case PARAMETER, STATE, PERSISTENT -> true;
      case INPUT, OUTPUT, TRANSIENT, WORKSPACE -> false;
    };
  }

  /** Returns whether it is written from outside, before the kernel at its first time runs. */
  boolean isGiven() {
    return switch (buffer.kind()) {
      case INPUT, PARAMETER, STATE -> true;
      case OUTPUT, PERSISTENT, TRANSIENT, WORKSPACE -> false;
    };
  }

  /** Returns the bytes of this piece that none of the others has. */
  List<Stretch> without(Iterable<Piece> others) {
    var left = List.of(new Stretch(from, to));
    for (Piece other : others) {
      if (other.from < to && from < other.to) {
        var rest = new ArrayList<Stretch>();
        for (Stretch stretch : left) {
          add(rest, stretch.from, Math.min(stretch.to, other.from));
          add(rest, Math.max(stretch.from, other.to), stretch.to);
        }
        left = rest;
      }
    }
    return left;
  }

  private static void add(List<Stretch> stretches, long from, long to) {
    if (from < to) {
      stretches.add(new Stretch(from, to));
    }
  }
}
