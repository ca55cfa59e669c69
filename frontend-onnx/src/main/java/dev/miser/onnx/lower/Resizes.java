package dev.miser.onnx.lower;

import static dev.miser.onnx.graph.Lowering.one;
import static java.util.Map.entry;

import dev.miser.ir.op.Binary;
import dev.miser.ir.op.Value;
import dev.miser.ir.type.ElementType;
import dev.miser.ir.type.TensorType;
import dev.miser.onnx.graph.Attributes;
import dev.miser.onnx.graph.Graph;
import dev.miser.onnx.graph.Lowering;
import dev.miser.onnx.graph.Node;
import dev.miser.onnx.graph.NodeFailure;
import dev.miser.onnx.graph.Tensors;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Operators that make images larger or smaller: each axis by itself, one after the other. */
final class Resizes {
  static final Map<String, Lowering> OPERATORS =
      Map.ofEntries(
          entry("Resize", one(Resizes::resize)), entry("Upsample", one(Resizes::upsample)));

  /** Far above any image; what each element is made of is worked out at import. */
  private static final long MOST_ELEMENTS = 1 << 20;

  private Resizes() {}

  private static Value upsample(Node node, Graph g) {
    Value x = node.value(0);
    List<Float> given =
        node.opset() < 7 && node.attributes().has("height_scale")
            ? List.of(
                1f,
                1f,
                (float) node.attributes().number("height_scale"),
                (float) node.attributes().number("width_scale"))
            : node.attributes().numbers("scales");
    List<Double> scales =
        node.has(1)
            ? Tensors.knownDoubles(g, "scales", node.value(1))
            : given == null ? null : given.stream().map(scale -> (double) scale).toList();
    if (scales == null) {
      throw new NodeFailure("scales are missing");
    }
    var mode = Interpolation.Mode.of(node.attributes().text("mode", "nearest"));
    List<Coordinates.Axis> axes =
        scaled(x, Tensors.range(0, x.type().rank()), scales, Collections.emptyList());
    var interpolation = new Interpolation(mode, 0, false, false);
    return new AxisResize(g, Coordinates.ASYMMETRIC, interpolation, AxisResize.Nearest.FLOOR)
        .resize(x, axes);
  }

  private static Value resize(Node node, Graph g) {
    Value x = node.value(0);
    Attributes attributes = node.attributes();
    boolean isFirst = node.opset() < 11;
    List<Integer> axes = Pads.axes(x.type().rank(), attributes.integers("axes"));
    Value scales = given(node, isFirst ? 1 : 2);
    Value sizes = isFirst ? null : given(node, 3);
    if ((scales == null) == (sizes == null)) {
      throw new NodeFailure("expected either scales or sizes");
    }
    var coordinates =
        isFirst
            ? Coordinates.ASYMMETRIC
            : Coordinates.of(attributes.text("coordinate_transformation_mode", "half_pixel"));
    boolean crops = coordinates == Coordinates.TF_CROP_AND_RESIZE;
    Value region = crops ? given(node, 1) : null;
    if (crops && region == null) {
      throw new NodeFailure("roi is missing");
    }
    List<Double> ends = region == null ? List.of() : Tensors.knownDoubles(g, "roi", region);
    if (region != null && ends.size() != 2 * axes.size()) {
      throw new NodeFailure("roi is %s, expected two for each of axes %s", ends, axes);
    }
    List<Coordinates.Axis> resized =
        scales != null
            ? scaled(x, axes, Tensors.knownDoubles(g, "scales", scales), ends)
            : sized(
                x,
                axes,
                Tensors.knownLongs(g, "sizes", Objects.requireNonNull(sizes)),
                attributes.text("keep_aspect_ratio_policy", "stretch"),
                ends);
    var interpolation =
        new Interpolation(
            Interpolation.Mode.of(attributes.text("mode", "nearest")),
            attributes.number("cubic_coeff_a", -0.75),
            attributes.flag("exclude_outside"),
            attributes.flag("antialias"));
    var nearest =
        isFirst
            ? AxisResize.Nearest.TOWARD_SIZE
            : AxisResize.Nearest.of(attributes.text("nearest_mode", "round_prefer_floor"));
    Value result = new AxisResize(g, coordinates, interpolation, nearest).resize(x, resized);
    return crops
        ? extrapolated(g, result, resized, attributes.number("extrapolation_value", 0))
        : result;
  }

  /** Older versions fill inputs that are not meant with nothing rather than leave them out. */
  private static @Nullable Value given(Node node, int input) {
    Value value = node.optional(input);
    return value == null || value.type().elementCount() == 0 ? null : value;
  }

  private static Coordinates.Axis whole(Value x, int axis) {
    return new Coordinates.Axis(x.type().dim(axis), x.type().dim(axis), 1, 0, 1);
  }

  /** Returns all axes of x, those that are named with another size and part of x looked at. */
  private static List<Coordinates.Axis> axes(
      Value x, List<Integer> axes, List<Long> sizes, List<Double> scales, List<Double> ends) {
    var all = new ArrayList<Coordinates.Axis>();
    for (int axis = 0; axis < x.type().rank(); axis++) {
      int i = axes.indexOf(axis);
      if (i < 0) {
        all.add(whole(x, axis));
        continue;
      }
      long from = x.type().dim(axis);
      long to = sizes.get(i);
      boolean isSame = from == to && scales.get(i) == 1;
      if (to < 0 || (to > MOST_ELEMENTS && !isSame) || (from == 0 && to > 0)) {
        throw new NodeFailure("axis %d of %s cannot become %d", axis, x.type(), to);
      }
      boolean isPart = !ends.isEmpty();
      double start = isPart ? ends.get(i) : 0;
      double end = isPart ? ends.get(axes.size() + i) : 1;
      all.add(new Coordinates.Axis(from, to, scales.get(i), start, end));
    }
    return all;
  }

  private static List<Coordinates.Axis> scaled(
      Value x, List<Integer> axes, List<Double> scales, List<Double> ends) {
    if (scales.size() != axes.size() || scales.stream().anyMatch(s -> !(s > 0))) {
      throw new NodeFailure(
          "scales are %s, expected one above 0 for each of axes %s", scales, axes);
    }
    var sizes = new ArrayList<Long>();
    for (int i = 0; i < axes.size(); i++) {
      // Scales are floats: 0.7 of 10 elements are 7, as they are for floats.
      long own = x.type().dim(axes.get(i));
      float size = (float) (scales.get(i) * own);
      sizes.add(scales.get(i) == 1 ? own : (long) Math.floor(size));
    }
    return axes(x, axes, sizes, scales, ends);
  }

  private static List<Coordinates.Axis> sized(
      Value x, List<Integer> axes, List<Long> sizes, String policy, List<Double> ends) {
    if (sizes.size() != axes.size()) {
      throw new NodeFailure("sizes are %s, expected one for each of axes %s", sizes, axes);
    }
    var scales = new ArrayList<Double>();
    for (int i = 0; i < axes.size(); i++) {
      scales.add(sizes.get(i) / (double) x.type().dim(axes.get(i)));
    }
    Comparator<Double> order = Comparator.naturalOrder();
    double common =
        switch (policy) {
          case "stretch" -> 0;
          case "not_larger" -> Collections.min(scales, order);
          case "not_smaller" -> Collections.max(scales, order);
          default ->
              throw new NodeFailure(
                  "keep_aspect_ratio_policy is '%s', expected stretch, not_larger or not_smaller",
                  policy);
        };
    if (policy.equals("stretch")) {
      return axes(x, axes, sizes, scales, ends);
    }
    var kept = new ArrayList<Long>();
    for (int axis : axes) {
      kept.add((long) Math.floor(common * x.type().dim(axis) + 0.5));
    }
    return axes(x, axes, kept, Collections.nCopies(axes.size(), common), ends);
  }

  /** What lies outside of x along any axis is a number of its own. */
  private static Value extrapolated(
      Graph g, Value result, List<Coordinates.Axis> axes, double number) {
    Value isInside = null;
    for (int i = 0; i < axes.size(); i++) {
      Coordinates.Axis axis = axes.get(i);
      var inside = new ArrayList<Long>();
      boolean isWhole = axis.start() == 0 && axis.end() == 1;
      for (int place = 0; place < axis.to() && !isWhole; place++) {
        double at = Coordinates.TF_CROP_AND_RESIZE.original(axis, place);
        inside.add(at < 0 || at > axis.from() - 1 ? 0L : 1L);
      }
      if (inside.contains(0L)) {
        TensorType type = TensorType.of(ElementType.BOOL, axis.to());
        Value along = Tensors.along(g, Tensors.longs(g, type, inside), result.type().shape(), i);
        isInside = isInside == null ? along : Tensors.binary(g, Binary.Kind.AND, isInside, along);
      }
    }
    if (isInside == null) {
      return result;
    }
    ElementType element = result.type().element();
    return Tensors.select(g, isInside, result, Tensors.scalar(g, element, number));
  }
}
