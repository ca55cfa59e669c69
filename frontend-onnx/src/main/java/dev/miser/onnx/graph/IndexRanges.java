package dev.miser.onnx.graph;

import dev.miser.ir.func.Instruction;
import dev.miser.ir.func.Range;
import dev.miser.ir.op.Binary;
import dev.miser.ir.op.Compare;
import dev.miser.ir.op.Concat;
import dev.miser.ir.op.Constant;
import dev.miser.ir.op.Convert;
import dev.miser.ir.op.Gather;
import dev.miser.ir.op.GatherAlong;
import dev.miser.ir.op.GatherNd;
import dev.miser.ir.op.Indexing;
import dev.miser.ir.op.Iota;
import dev.miser.ir.op.Layout;
import dev.miser.ir.op.Op;
import dev.miser.ir.op.Pad;
import dev.miser.ir.op.Scatter;
import dev.miser.ir.op.ScatterAlong;
import dev.miser.ir.op.ScatterNd;
import dev.miser.ir.op.Select;
import dev.miser.ir.op.Value;
import dev.miser.ir.type.ElementType;
import dev.miser.ir.type.Shape;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Finds out which integers are legal where inputs become indices, so that inputs drawn at random
 * are: files do not say it. One walk from the last instruction to the first; what it does not
 * follow has no range.
 */
final class IndexRanges {
  /** Lower and upper ends that nothing asks for. */
  private static final long OPEN_LOW = Long.MIN_VALUE;

  private static final long OPEN_HIGH = Long.MAX_VALUE;

  private final Map<Value, Op> definitions = new HashMap<>();
  private final Map<Value, Range> wanted = new HashMap<>();

  private IndexRanges() {}

  /** Returns the range of each value that an index is made of, as far as it can be told. */
  static Map<Value, Range> of(List<Instruction> body) {
    var ranges = new IndexRanges();
    body.forEach(instruction -> ranges.definitions.put(instruction.result(), instruction.op()));
    for (Instruction instruction : body.reversed()) {
      if (instruction.op() instanceof Indexing indexing) {
        ranges.indices(indexing);
      }
      Range range = ranges.wanted.get(instruction.result());
      if (range != null) {
        ranges.follow(instruction.op(), range);
      }
    }
    return ranges.wanted;
  }

  /** Returns the part of a range that an input may be drawn from, or null if there is none. */
  static @Nullable Range drawn(@Nullable Range range, ElementType element) {
    if (range == null || !element.isInteger() || range.high() == OPEN_HIGH) {
      return null;
    }
    long low = Math.max(range.low(), 0);
    int bits = element.bytes() * 8 - (element.isUnsigned() ? 0 : 1);
    long high = bits >= 63 ? range.high() : Math.min(range.high(), 1L << bits);
    return low < high ? new Range(low, high) : null;
  }

  private void indices(Indexing indexing) {
    switch (indexing) {
      case Gather op -> index(op.indices(), op.x(), op.axis(), op.axis() + 1);
      case GatherAlong op -> index(op.indices(), op.x(), op.axis(), op.axis() + 1);
      case Scatter op -> index(op.indices(), op.x(), op.axis(), op.axis() + 1);
      case ScatterAlong op -> index(op.indices(), op.x(), op.axis(), op.axis() + 1);
      case GatherNd op ->
          index(op.indices(), op.x(), op.batch(), op.batch() + coordinates(op.indices()));
      case ScatterNd op -> index(op.indices(), op.x(), 0, coordinates(op.indices()));
    }
  }

  private static int coordinates(Value indices) {
    return (int) indices.type().dim(indices.type().rank() - 1);
  }

  /**
   * Coordinates of several axes lie side by side: each has its own range where they were put
   * together so, or else the smallest axis bounds them all.
   */
  private void index(Value indices, Value x, int from, int to) {
    int last = indices.type().rank() - 1;
    if (to - from > 1
        && definitions.get(indices) instanceof Concat(var inputs, int axis)
        && axis == last) {
      int next = from;
      for (Value input : inputs) {
        int width = (int) input.type().dim(last);
        index(input, x, next, next + width);
        next += width;
      }
      return;
    }
    long least = OPEN_HIGH;
    for (int axis = from; axis < to; axis++) {
      least = Math.min(least, x.type().dim(axis));
    }
    want(indices, new Range(0, least));
  }

  /** Of two ranges what both have counts; if that is nothing, the higher one. */
  private void want(Value value, @Nullable Range range) {
    if (range == null) {
      return;
    }
    wanted.merge(
        value,
        range,
        (a, b) -> {
          var both = new Range(Math.max(a.low(), b.low()), Math.min(a.high(), b.high()));
          return both.low() < both.high() ? both : a.high() >= b.high() ? a : b;
        });
  }

  private void follow(Op op, Range range) {
    switch (op) {
      case Convert(var x, var to) -> want(x, range);
      case Select select -> select(select, range);
      case Concat(var inputs, int along) -> inputs.forEach(input -> want(input, range));
      case Pad pad -> want(pad.x(), range);
      case Layout layout -> want(layout.operands().getFirst(), range);
      case Indexing indexing -> want(indexing.operands().getFirst(), range);
      case Binary binary -> binary(binary, range);
      // What else is computed is not followed: no range is wanted of what it is made of.
      case Op other -> {}
    }
  }

  /** Negative indices that are counted from the end: only others are drawn. */
  private void select(Select select, Range range) {
    if (definitions.get(select.condition()) instanceof Compare compare
        && (isSplat(compare.lhs(), 0) || isSplat(compare.rhs(), 0))) {
      Value tested = isSplat(compare.rhs(), 0) ? compare.lhs() : compare.rhs();
      if (tested.equals(select.onTrue()) || tested.equals(select.onFalse())) {
        want(tested, range);
        return;
      }
    }
    want(select.onTrue(), range);
    want(select.onFalse(), range);
  }

  private boolean isSplat(Value value, long number) {
    Range known = known(value);
    return known != null && known.low() == number && known.high() == number + 1;
  }

  /** Returns the range of integers that do not depend on inputs, or null. */
  private @Nullable Range known(Value value) {
    Op op = definitions.get(value);
    while (op instanceof Layout layout && !(op instanceof Pad) && !(op instanceof Concat)) {
      op = definitions.get(layout.operands().getFirst());
    }
    if (op instanceof Iota(var type, int axis)) {
      return new Range(0, type.dim(axis));
    }
    if (!(op instanceof Constant(var literal))
        || literal.type().element().isFloat()
        || literal.type().elementCount() == 0) {
      return null;
    }
    long least = OPEN_HIGH;
    long most = OPEN_LOW;
    for (long i = 0; i < (literal.isSplat() ? 1 : literal.type().elementCount()); i++) {
      least = Math.min(least, literal.longAt(i));
      most = Math.max(most, literal.longAt(i));
    }
    boolean isModest = least >= -Shape.MAX_ELEMENTS && most <= Shape.MAX_ELEMENTS;
    return isModest ? new Range(least, most + 1) : null;
  }

  private void binary(Binary binary, Range range) {
    Range right = known(binary.rhs());
    Range left = known(binary.lhs());
    if (right != null && left == null) {
      want(binary.lhs(), before(binary.kind(), true, range, right));
    } else if (left != null && right == null) {
      want(binary.rhs(), before(binary.kind(), false, range, left));
    }
  }

  /**
   * Returns what an operand must be for a function of it and of known numbers to be in a range, or
   * null if anything will do or nothing can be told.
   *
   * @param isRight whether the known numbers are the right operand
   */
  private static @Nullable Range before(
      Binary.Kind kind, boolean isRight, Range range, Range known) {
    long least = known.low();
    long most = known.high() - 1;
    long low = range.low();
    long high = range.high();
    boolean isOpen = low == OPEN_LOW || high == OPEN_HIGH;
    return switch (kind) {
      case ADD -> isOpen ? null : new Range(low - least, high - most);
      case SUBTRACT ->
          isOpen
              ? null
              : isRight
                  ? new Range(low + most, high + least)
                  : new Range(most - high + 1, least - low + 1);
      case MULTIPLY ->
          isOpen || least < 1
              ? null
              : new Range(Math.ceilDiv(low, least), Math.ceilDiv(high, most));
      case MAXIMUM -> new Range(least >= low ? OPEN_LOW : low, high);
      case MINIMUM -> new Range(low, most < high ? OPEN_HIGH : high);
      case DIVIDE,
          POWER,
          REMAINDER,
          FLOOR_REMAINDER,
          ATAN2,
          AND,
          OR,
          XOR,
          SHIFT_LEFT,
          SHIFT_RIGHT ->
          null;
    };
  }
}
