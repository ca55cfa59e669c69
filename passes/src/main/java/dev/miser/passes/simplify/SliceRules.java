package dev.miser.passes.simplify;

import dev.miser.ir.op.Broadcast;
import dev.miser.ir.op.Concat;
import dev.miser.ir.op.Slice;
import dev.miser.ir.op.Value;
import dev.miser.ir.type.Shape;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/** The algebra of taking a tensor apart and putting it together. */
final class SliceRules {
  private SliceRules() {}

  static Rewrite rewrite(Slice slice, Site site) {
    Value x = slice.x();
    Shape shape = slice.inferType().shape();
    // What is as large as the whole is the whole.
    if (shape.equals(x.type().shape())) {
      return Rewrite.use(x);
    }
    return switch (site.definition(x)) {
      case Slice inner -> Rewrite.become(composed(inner, slice, shape));
      case Concat concat -> withinOneInput(concat, slice);
      case Broadcast broadcast -> ofRepeated(broadcast, shape);
      // Rewriting is optional.
      case null, default -> Rewrite.KEEP;
    };
  }

  /** A slice of a slice: element i is at start + (start' + i * stride') * stride. */
  private static Slice composed(Slice inner, Slice outer, Shape shape) {
    var start = new ArrayList<Long>();
    var limit = new ArrayList<Long>();
    var stride = new ArrayList<Long>();
    for (int axis = 0; axis < shape.rank(); axis++) {
      long size = inner.x().type().dim(axis);
      long step = inner.stride().get(axis) * outer.stride().get(axis);
      long from =
          Math.min(
              size, inner.start().get(axis) + outer.start().get(axis) * inner.stride().get(axis));
      long count = shape.dim(axis);
      start.add(from);
      limit.add(count == 0 ? from : from + (count - 1) * step + 1);
      // The stride of at most one element says nothing.
      stride.add(count <= 1 ? 1 : step);
    }
    return new Slice(inner.x(), start, limit, stride);
  }

  /** A slice that stays within one operand of a concat is a slice of that operand. */
  private static Rewrite withinOneInput(Concat concat, Slice slice) {
    int axis = concat.axis();
    long offset = 0;
    for (Value input : concat.inputs()) {
      long end = offset + input.type().dim(axis);
      if (slice.start().get(axis) >= offset && slice.limit().get(axis) <= end && end > offset) {
        return Rewrite.become(
            new Slice(
                input,
                with(slice.start(), axis, slice.start().get(axis) - offset),
                with(slice.limit(), axis, slice.limit().get(axis) - offset),
                slice.stride()));
      }
      offset = end;
    }
    return Rewrite.KEEP;
  }

  /** Fewer of what is repeated: a smaller broadcast. */
  private static Rewrite ofRepeated(Broadcast broadcast, Shape shape) {
    for (int axis = 0; axis < shape.rank(); axis++) {
      int source = broadcast.dims().indexOf(axis);
      boolean repeated = source < 0 || broadcast.x().type().dim(source) == 1;
      if (!repeated && shape.dim(axis) != broadcast.shape().dim(axis)) {
        return Rewrite.KEEP;
      }
    }
    boolean fits =
        IntStream.range(0, broadcast.dims().size())
            .allMatch(i -> {
              long from = broadcast.x().type().dim(i);
              return from == 1 || from == shape.dim(broadcast.dims().get(i));
            });
    return fits
        ? Rewrite.become(new Broadcast(broadcast.x(), shape, broadcast.dims()))
        : Rewrite.KEEP;
  }

  static Rewrite rewrite(Concat concat, Site site) {
    int axis = concat.axis();
    if (concat.inputs().size() == 1) {
      return Rewrite.use(concat.inputs().getFirst());
    }
    List<Value> filled =
        concat.inputs().stream().filter(input -> input.type().dim(axis) > 0).toList();
    if (!filled.isEmpty() && filled.size() < concat.inputs().size()) {
      return Rewrite.become(new Concat(filled, axis));
    }
    return rejoined(concat, site);
  }

  /** Neighbouring slices of one value, put together again, are one slice of it. */
  private static Rewrite rejoined(Concat concat, Site site) {
    int axis = concat.axis();
    Slice first = null;
    long end = 0;
    for (Value input : concat.inputs()) {
      if (!(site.definition(input) instanceof Slice slice)
          || slice.stride().get(axis) != 1
          || (first != null && !follows(slice, first, axis, end))) {
        return Rewrite.KEEP;
      }
      first = first == null ? slice : first;
      end = slice.limit().get(axis);
    }
    return first == null
        ? Rewrite.KEEP
        : Rewrite.become(
            new Slice(first.x(), first.start(), with(first.limit(), axis, end), first.stride()));
  }

  private static boolean follows(Slice slice, Slice first, int axis, long end) {
    return slice.x().equals(first.x())
        && slice.start().get(axis) == end
        && slice.stride().equals(first.stride())
        && with(slice.start(), axis, 0).equals(with(first.start(), axis, 0))
        && with(slice.limit(), axis, 0).equals(with(first.limit(), axis, 0));
  }

  private static List<Long> with(List<Long> list, int index, long entry) {
    var changed = new ArrayList<>(list);
    changed.set(index, entry);
    return changed;
  }
}
