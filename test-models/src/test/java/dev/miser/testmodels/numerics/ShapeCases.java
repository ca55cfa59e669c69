package dev.miser.testmodels.numerics;

import dev.miser.ir.op.Broadcast;
import dev.miser.ir.op.Compare;
import dev.miser.ir.op.Iota;
import dev.miser.ir.op.Pad;
import dev.miser.ir.op.Reverse;
import dev.miser.ir.op.Slice;
import dev.miser.ir.op.Value;
import dev.miser.ir.type.ElementType;
import dev.miser.ir.type.Shape;
import java.util.ArrayList;
import java.util.List;

/** Moving elements. */
final class ShapeCases {
  private ShapeCases() {}

  static List<Value> build(Composer c, Recorded r) {
    return switch (r.op()) {
      case "concat" -> List.of(c.concat(r.axis(), c.inputs()));
      case "split" -> split(c, r, c.input("x"));
      default -> List.of(ofOne(c, r, c.input("x")));
    };
  }

  private static Value ofOne(Composer c, Recorded r, Value x) {
    return switch (r.op()) {
      case "slice" -> c.add(new Slice(x, r.longs("start"), r.longs("limit"), r.longs("stride")));
      case "pad" -> pad(c, r, x);
      case "transpose" -> c.transpose(x, r.ints("permutation"));
      case "reshape" -> c.reshape(x, new Shape(r.longs("shape")));
      case "broadcast" -> c.stretch(x, new Shape(r.longs("shape")));
      case "flip" -> c.add(new Reverse(x, r.ints("axes").stream().sorted().toList()));
      case "roll" -> roll(c, r, x);
      case "tile" -> tile(c, x, r.longs("repeats"));
      case "lower_triangle" -> lowerTriangle(c, x, r.number("diagonal"));
      default -> throw new IllegalArgumentException(r.op());
    };
  }

  private static List<Value> split(Composer c, Recorded r, Value x) {
    var parts = new ArrayList<Value>();
    long from = 0;
    for (long size : r.longs("sizes")) {
      parts.add(c.slice(x, r.axis(), from, from + size));
      from += size;
    }
    return parts;
  }

  private static Value pad(Composer c, Recorded r, Value x) {
    List<Long> low = r.longs("low");
    List<Long> high = r.longs("high");
    if (r.text("mode").equals("constant")) {
      Value fill = c.splat(Shape.SCALAR, r.number("value"));
      return c.add(new Pad(x, fill, low, high, List.of()));
    }
    Value result = x;
    for (int axis = 0; axis < low.size(); axis++) {
      if (low.get(axis) > 0 || high.get(axis) > 0) {
        result =
            switch (r.text("mode")) {
              case "reflect" -> reflect(c, result, axis, low.get(axis), high.get(axis));
              case "edge" -> edge(c, result, axis, low.get(axis), high.get(axis));
              default -> throw new IllegalArgumentException(r.text("mode"));
            };
      }
    }
    return result;
  }

  private static Value reflect(Composer c, Value x, int axis, long low, long high) {
    long size = x.type().dim(axis);
    List<Integer> axes = List.of(axis);
    Value before = c.add(new Reverse(c.slice(x, axis, 1, low + 1), axes));
    Value after = c.add(new Reverse(c.slice(x, axis, size - 1 - high, size - 1), axes));
    return c.concat(axis, List.of(before, x, after));
  }

  private static Value edge(Composer c, Value x, int axis, long low, long high) {
    long size = x.type().dim(axis);
    Shape shape = x.type().shape();
    Value before = c.stretch(c.slice(x, axis, 0, 1), shape.with(axis, low));
    Value after = c.stretch(c.slice(x, axis, size - 1, size), shape.with(axis, high));
    return c.concat(axis, List.of(before, x, after));
  }

  private static Value roll(Composer c, Recorded r, Value x) {
    Value result = x;
    for (int i = 0; i < r.ints("axes").size(); i++) {
      int axis = r.ints("axes").get(i);
      long size = x.type().dim(axis);
      long cut = Math.floorMod(-r.longs("shifts").get(i), size);
      result =
          c.concat(axis, List.of(c.slice(result, axis, cut, size), c.slice(result, axis, 0, cut)));
    }
    return result;
  }

  /** Puts an axis of repeats before each axis and merges the two. */
  private static Value tile(Composer c, Value x, List<Long> repeats) {
    int missing = repeats.size() - x.type().rank();
    var wide = new ArrayList<Long>();
    var merged = new ArrayList<Long>();
    var places = new ArrayList<Integer>();
    for (int axis = 0; axis < repeats.size(); axis++) {
      long size = axis < missing ? 1 : x.type().dim(axis - missing);
      wide.add(repeats.get(axis));
      if (axis >= missing) {
        places.add(wide.size());
        wide.add(size);
      }
      merged.add(repeats.get(axis) * size);
    }
    Value repeated = c.add(new Broadcast(x, new Shape(wide), places));
    return c.reshape(repeated, new Shape(merged));
  }

  private static Value lowerTriangle(Composer c, Value x, double diagonal) {
    int rank = x.type().rank();
    var type = x.type().withElement(ElementType.I64);
    Value row = c.add(new Iota(type, rank - 2));
    Value column = c.add(new Iota(type, rank - 1));
    Value kept = c.compare(Compare.Kind.LESS_EQUAL, c.minus(column, row), diagonal);
    return c.select(kept, x, c.like(x, 0));
  }
}
