package dev.miser.passes.simplify;

import dev.miser.ir.op.Broadcast;
import dev.miser.ir.op.Concat;
import dev.miser.ir.op.Layout;
import dev.miser.ir.op.PackPanels;
import dev.miser.ir.op.Pad;
import dev.miser.ir.op.Reshape;
import dev.miser.ir.op.Reverse;
import dev.miser.ir.op.Slice;
import dev.miser.ir.op.Transpose;
import dev.miser.ir.op.UnpackPanels;
import dev.miser.ir.op.Value;
import dev.miser.ir.type.Shape;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** The algebra of operations that move elements. */
final class LayoutRules {
  private LayoutRules() {}

  static Rewrite rewrite(Layout layout, Site site) {
    return switch (layout) {
      case Broadcast broadcast -> broadcast(broadcast, site);
      case Reshape reshape -> reshape(reshape, site);
      case Transpose transpose -> transpose(transpose, site);
      case Slice slice -> SliceRules.rewrite(slice, site);
      case Pad pad -> pad(pad, site);
      case Concat concat -> SliceRules.rewrite(concat, site);
      case Reverse reverse -> reverse(reverse, site);
      case PackPanels _, UnpackPanels _ -> Rewrite.KEEP;
    };
  }

  private static Rewrite reshape(Reshape reshape, Site site) {
    Value x = reshape.x();
    if (x.type().shape().equals(reshape.shape())) {
      return Rewrite.use(x);
    }
    return site.definition(x) instanceof Reshape(var y, var inner)
        ? Rewrite.become(new Reshape(y, reshape.shape()))
        : Rewrite.KEEP;
  }

  private static Rewrite transpose(Transpose transpose, Site site) {
    Value x = transpose.x();
    List<Integer> permutation = transpose.permutation();
    if (isIncreasing(permutation)) {
      return Rewrite.use(x);
    }
    // Axes of size 1 carry no elements apart: where the others keep their order, nothing moves.
    if (isIncreasing(permutation.stream().filter(axis -> x.type().dim(axis) != 1).toList())) {
      return Rewrite.become(new Reshape(x, transpose.inferType().shape()));
    }
    return switch (site.definition(x)) {
      case Transpose(var y, var inner) ->
          Rewrite.become(new Transpose(y, permutation.stream().map(inner::get).toList()));
      case Broadcast(var y, var shape, var dims) -> {
        List<Integer> moved = dims.stream().map(permutation::indexOf).toList();
        yield isIncreasing(moved)
            ? Rewrite.become(new Broadcast(y, transpose.inferType().shape(), moved))
            : Rewrite.KEEP;
      }
      // Rewriting is optional.
      case null, default -> Rewrite.KEEP;
    };
  }

  static boolean isIncreasing(List<Integer> list) {
    for (int i = 1; i < list.size(); i++) {
      if (list.get(i - 1) >= list.get(i)) {
        return false;
      }
    }
    return true;
  }

  private static Rewrite broadcast(Broadcast broadcast, Site site) {
    Value x = broadcast.x();
    Shape shape = broadcast.shape();
    if (x.type().shape().equals(shape)) {
      return Rewrite.use(x);
    }
    // Axes of size 1 alone are new: nothing is repeated.
    if (x.type().elementCount() == shape.elementCount()) {
      return Rewrite.become(new Reshape(x, shape));
    }
    return switch (site.definition(x)) {
      case Broadcast(var y, var between, var inner) ->
          Rewrite.become(
              new Broadcast(y, shape, inner.stream().map(broadcast.dims()::get).toList()));
      case Reshape(var y, var between) -> {
        List<Integer> axes = unitAxesAdded(y.type().shape(), between);
        yield axes == null
            ? Rewrite.KEEP
            : Rewrite.become(
                new Broadcast(y, shape, axes.stream().map(broadcast.dims()::get).toList()));
      }
      // Rewriting is optional.
      case null, default -> Rewrite.KEEP;
    };
  }

  /** Returns which axis of {@code to} each of {@code from} is, all others being 1; or null. */
  private static @Nullable List<Integer> unitAxesAdded(Shape from, Shape to) {
    var axes = new ArrayList<Integer>();
    for (int axis = 0; axis < to.rank(); axis++) {
      if (axes.size() < from.rank() && from.dim(axes.size()) == to.dim(axis)) {
        axes.add(axis);
      } else if (to.dim(axis) != 1) {
        return null;
      }
    }
    return axes.size() == from.rank() ? axes : null;
  }

  private static Rewrite pad(Pad pad, Site site) {
    boolean interior = pad.interior().stream().anyMatch(n -> n != 0);
    if (interior) {
      return Rewrite.KEEP;
    }
    Value x = pad.x();
    int rank = x.type().rank();
    List<Long> low = pad.low();
    List<Long> high = pad.high();
    if (isZero(low) && isZero(high)) {
      return Rewrite.use(x);
    }
    // Padding by less than nothing is a slice.
    boolean crops =
        IntStream.range(0, rank)
            .allMatch(i -> low.get(i) <= 0 && high.get(i) <= 0 && -low.get(i) <= x.type().dim(i));
    if (crops) {
      var start = low.stream().map(n -> -n).toList();
      var limit = IntStream.range(0, rank).mapToObj(i -> x.type().dim(i) + high.get(i)).toList();
      return Rewrite.become(new Slice(x, start, limit, List.of()));
    }
    if (site.definition(x) instanceof Pad inner
        && inner.fill().equals(pad.fill())
        && isZero(inner.interior())
        && isNatural(inner.low(), inner.high(), low, high)) {
      return Rewrite.become(
          new Pad(
              inner.x(), pad.fill(), sum(inner.low(), low), sum(inner.high(), high), List.of()));
    }
    return Rewrite.KEEP;
  }

  private static boolean isZero(List<Long> list) {
    return list.stream().allMatch(n -> n == 0);
  }

  @SafeVarargs
  private static boolean isNatural(List<Long>... lists) {
    for (List<Long> list : lists) {
      if (list.stream().anyMatch(n -> n < 0)) {
        return false;
      }
    }
    return true;
  }

  private static List<Long> sum(List<Long> a, List<Long> b) {
    return IntStream.range(0, a.size()).mapToObj(i -> a.get(i) + b.get(i)).toList();
  }

  private static Rewrite reverse(Reverse reverse, Site site) {
    Value x = reverse.x();
    List<Integer> axes = reverse.axes().stream().filter(axis -> x.type().dim(axis) > 1).toList();
    if (axes.isEmpty()) {
      return Rewrite.use(x);
    }
    if (axes.size() < reverse.axes().size()) {
      return Rewrite.become(new Reverse(x, axes));
    }
    if (site.definition(x) instanceof Reverse(var y, var inner)) {
      // Turned twice is not turned.
      var once = new TreeSet<Integer>(axes);
      for (int axis : inner) {
        if (!once.remove(axis)) {
          once.add(axis);
        }
      }
      return Rewrite.become(new Reverse(y, List.copyOf(once)));
    }
    return Rewrite.KEEP;
  }
}
