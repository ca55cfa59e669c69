package dev.miser.onnx.lower;

import static dev.miser.onnx.graph.Lowering.one;

import dev.miser.ir.op.Dot;
import dev.miser.ir.op.Gather;
import dev.miser.ir.op.Iota;
import dev.miser.ir.op.Value;
import dev.miser.ir.type.ElementType;
import dev.miser.ir.type.Shape;
import dev.miser.ir.type.TensorType;
import dev.miser.onnx.graph.Graph;
import dev.miser.onnx.graph.Lowering;
import dev.miser.onnx.graph.Node;
import dev.miser.onnx.graph.NodeFailure;
import dev.miser.onnx.graph.Tensors;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Convolutions each entry of whose window is moved, at each position, by offsets of its own. What
 * the window meets is interpolated into columns, one tall slice of channels at a time; a matrix
 * product joins these with the weights.
 */
final class DeformableConvolution {
  static final Map<String, Lowering> OPERATORS =
      Map.of("DeformConv", one((node, g) -> new DeformableConvolution(node, g).sum()));

  private final Graph g;
  private final Value x;
  private final Value weights;
  private final Value offset;
  private final @Nullable Value bias;
  private final @Nullable Value mask;
  private final Window window;
  private final long groups;
  private final long offsetGroups;
  private final Shape positions;
  private final long entries;

  private DeformableConvolution(Node node, Graph g) {
    this.g = g;
    this.x = node.value(0);
    this.weights = node.value(1);
    this.offset = node.value(2);
    this.bias = node.optional(3);
    this.mask = node.optional(4);
    this.window = Window.ofWeights(node, x.type().shape(), weights.type().shape());
    this.groups = node.attributes().integer("group", 1);
    this.offsetGroups = node.attributes().integer("offset_group", 1);
    long channels = x.type().dim(1);
    if (groups < 1
        || offsetGroups < 1
        || channels % groups != 0
        || channels % offsetGroups != 0
        || weights.type().dim(0) % groups != 0
        || weights.type().dim(1) != channels / groups) {
      throw new NodeFailure(
          "input %s and weights %s do not divide into %d groups, and %d of offsets",
          x.type(), weights.type(), groups, offsetGroups);
    }
    var dims = new ArrayList<Long>();
    for (int i = 0; i < spatial(); i++) {
      dims.add(window.positions(i, x.type().dim(i + 2)));
    }
    this.positions = new Shape(dims);
    this.entries = window.entries();
  }

  private int spatial() {
    return window.size().size();
  }

  private Value sum() {
    long images = x.type().dim(0);
    long outputs = weights.type().dim(0);
    long count = positions.elementCount();
    long inner = weights.type().dim(1) * entries;
    Value columns = columns(images, count);
    Value rows = Tensors.reshape(g, columns, groups, inner, images * count);
    Value factors = Tensors.reshape(g, weights, groups, outputs / groups, inner);
    Value sums = g.add(new Dot(factors, rows, false, false));
    Value apart = Tensors.reshape(g, sums, outputs, images, count);
    Value ordered = Tensors.transpose(g, apart, List.of(1, 0, 2));
    var dims = new ArrayList<>(List.of(images, outputs));
    dims.addAll(positions.dims());
    return Convolutions.withBias(g, Tensors.reshape(g, ordered, new Shape(dims)), bias);
  }

  /** Returns what the window's entries meet: [offset groups, channels, entries, images, count]. */
  private Value columns(long images, long count) {
    long each = x.type().dim(1) / offsetGroups;
    long planes = images * offsetGroups;
    long places = x.type().shape().elementCount(2, x.type().rank());
    Value split = Tensors.reshape(g, x, planes, each, places);
    Value slices =
        Tensors.reshape(g, Tensors.transpose(g, split, List.of(0, 2, 1)), planes * places, each);
    ElementType element = x.type().element();
    ElementType wide = element == ElementType.F64 ? ElementType.F64 : ElementType.F32;
    List<Neighbours> axes = axes(planes, count, wide);
    Value plane = g.add(new Iota(TensorType.of(ElementType.I64, planes, 1, 1), 0));
    Value first = Tensors.multiply(g, plane, places);
    Value factor = mask == null ? null : Tensors.convert(g, mask(mask, planes, count), wide);
    Value sum = null;
    for (int corner = 0; corner < 1 << axes.size(); corner++) {
      Value index = first;
      Value weight = factor;
      for (int i = 0; i < axes.size(); i++) {
        Neighbours axis = axes.get(i);
        boolean above = (corner >> i & 1) == 1;
        long step = x.type().shape().elementCount(i + 3, x.type().rank());
        Value along = Tensors.multiply(g, above ? axis.above() : axis.below(), step);
        Value own = above ? axis.weightAbove() : axis.weightBelow();
        index = Tensors.add(g, index, along);
        weight = weight == null ? own : Tensors.multiply(g, weight, own);
      }
      if (weight == null) {
        throw new IllegalStateException("an image without spatial axes");
      }
      Value met = Tensors.convert(g, g.add(new Gather(slices, index, 0, false)), wide);
      Value part = Tensors.multiply(g, met, Tensors.unsqueeze(g, weight, List.of(3)));
      sum = sum == null ? part : Tensors.add(g, sum, part);
    }
    if (sum == null) {
      throw new IllegalStateException("no corners");
    }
    Value apart =
        Tensors.reshape(
            g, Tensors.convert(g, sum, element), images, offsetGroups, entries, count, each);
    return Tensors.transpose(g, apart, List.of(1, 4, 2, 0, 3));
  }

  private Value mask(Value given, long planes, long count) {
    return Tensors.reshape(g, split("mask", given, planes, count, 1), planes, entries, count);
  }

  /** Returns for each spatial axis where entries [planes, entries, count] lie in the image. */
  private List<Neighbours> axes(long planes, long count, ElementType wide) {
    Value offsets = split("offset", offset, planes, count, spatial());
    var axes = new ArrayList<Neighbours>();
    for (int i = 0; i < spatial(); i++) {
      Value moved = Tensors.slice(g, offsets, 2, i, i + 1);
      Value own = Tensors.reshape(g, moved, planes, entries, count);
      Value place = Tensors.add(g, Tensors.convert(g, own, wide), corners(i, count, wide));
      axes.add(Neighbours.zeroAround(g, place, x.type().dim(i + 2)));
    }
    return axes;
  }

  /** Returns an operand [n, groups * entries * parts, positions...] with these apart. */
  private Value split(String what, Value given, long planes, long count, long parts) {
    var dims = new ArrayList<>(List.of(x.type().dim(0), offsetGroups * entries * parts));
    dims.addAll(positions.dims());
    if (!given.type().shape().dims().equals(dims)) {
      throw new NodeFailure("%s is %s, expected shape %s", what, given.type(), dims);
    }
    return Tensors.reshape(g, given, planes, entries, parts, count);
  }

  /** Returns where the window's entries lie without offsets along an axis: [entries, count]. */
  private Value corners(int axis, long count, ElementType wide) {
    Value inside = along(new Shape(window.size()), axis, window.dilation().get(axis), wide);
    Value outside = along(positions, axis, window.stride().get(axis), wide);
    Value entry = Tensors.add(g, inside, -window.low().get(axis));
    return Tensors.add(
        g, Tensors.reshape(g, entry, entries, 1), Tensors.reshape(g, outside, 1, count));
  }

  private Value along(Shape shape, int axis, long step, ElementType wide) {
    return Tensors.multiply(g, g.add(new Iota(new TensorType(wide, shape), axis)), step);
  }
}
