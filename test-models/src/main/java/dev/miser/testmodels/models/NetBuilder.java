package dev.miser.testmodels.models;

import dev.miser.ir.func.Function;
import dev.miser.ir.func.FunctionBuilder;
import dev.miser.ir.func.Initialiser;
import dev.miser.ir.func.Range;
import dev.miser.ir.op.BatchNorm;
import dev.miser.ir.op.Binary;
import dev.miser.ir.op.Broadcast;
import dev.miser.ir.op.Concat;
import dev.miser.ir.op.Constant;
import dev.miser.ir.op.Convolution;
import dev.miser.ir.op.Dot;
import dev.miser.ir.op.Gather;
import dev.miser.ir.op.LayerNorm;
import dev.miser.ir.op.Literal;
import dev.miser.ir.op.Op;
import dev.miser.ir.op.Pool;
import dev.miser.ir.op.Reduce;
import dev.miser.ir.op.Reshape;
import dev.miser.ir.op.Slice;
import dev.miser.ir.op.Transpose;
import dev.miser.ir.op.TransposedConvolution;
import dev.miser.ir.op.Unary;
import dev.miser.ir.op.Value;
import dev.miser.ir.type.ElementType;
import dev.miser.ir.type.Shape;
import dev.miser.ir.type.TensorType;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * Builds a network layer by layer. A layer's name is that of the PyTorch module: its parameters are
 * named as in the state dict, its value after the module.
 */
public final class NetBuilder {
  private final FunctionBuilder function;

  public NetBuilder(String name) {
    function = new FunctionBuilder(name);
  }

  /** Returns the finished network. */
  public Function returns(Value... results) {
    return function.returns(results).build();
  }

  // Inputs, parameters, constants.

  public Value input(String name, long... dims) {
    return function.input(name, TensorType.of(ElementType.F32, dims));
  }

  /** Adds an input of integers from 0 up to, but not including, {@code limit}. */
  public Value indices(String name, long limit, long... dims) {
    return function.input(name, TensorType.of(ElementType.I64, dims), new Range(0, limit));
  }

  public Value parameter(String name, Initialiser initialiser, long... dims) {
    return function.param(name, TensorType.of(ElementType.F32, dims), initialiser);
  }

  /** Adds a constant of the type of {@code like} whose every element is {@code value}. */
  public Value constant(String name, double value, Value like) {
    return add(name, new Constant(Literal.splat(like.type(), value)));
  }

  /** Adds any operation. */
  public Value add(String name, Op op) {
    return function.add(name, op);
  }

  // Layers with parameters.

  /** Adds a convolution without bias. */
  public Value conv(String name, Value x, Conv conv) {
    return convolve(name, name, x, conv);
  }

  /** Adds a convolution and its bias. */
  public Value biasedConv(String name, Value x, Conv conv) {
    return bias(name, convolve(name, name + ".conv", x, conv), 1);
  }

  private Value convolve(String layer, String name, Value x, Conv conv) {
    long channels = x.type().dim(1);
    var dims = new ArrayList<>(List.of(conv.outputs(), channels / conv.groups()));
    dims.addAll(conv.window());
    Value weights = parameter(layer + ".weight", conv.weights(channels), array(dims));
    return add(
        name,
        new Convolution(
            x,
            weights,
            conv.stride(),
            conv.padding(),
            conv.padding(),
            conv.dilation(),
            conv.groups()));
  }

  /** Adds a transposed convolution that doubles an image's size, and its bias. */
  public Value upsamplingConv(String name, Value x, long outputs) {
    long channels = x.type().dim(1);
    Value weights =
        parameter(name + ".weight", Initial.rectified(channels), channels, outputs, 2, 2);
    List<Long> two = List.of(2L, 2L);
    List<Long> unset = List.of();
    var op = new TransposedConvolution(x, weights, two, unset, unset, unset, unset, 1);
    return bias(name, add(name + ".conv", op), 1);
  }

  /** Adds batch normalization by running statistics, as in evaluation. */
  public Value batchNorm(String name, Value x, Initialiser scale, double epsilon) {
    long channels = x.type().dim(1);
    return add(
        name,
        new BatchNorm(
            x,
            parameter(name + ".weight", scale, channels),
            parameter(name + ".bias", Initial.BIAS, channels),
            parameter(name + ".running_mean", Initial.BIAS, channels),
            parameter(name + ".running_var", Initial.VARIANCE, channels),
            epsilon));
  }

  /** Adds batch normalization with PyTorch's epsilon. */
  public Value batchNorm(String name, Value x) {
    return batchNorm(name, x, Initial.SCALE, 1e-5);
  }

  public Value layerNorm(String name, Value x, double epsilon) {
    long size = x.type().dim(x.type().rank() - 1);
    Value scale = parameter(name + ".weight", Initial.SCALE, size);
    Value bias = parameter(name + ".bias", Initial.BIAS, size);
    return add(name, new LayerNorm(x, scale, bias, epsilon));
  }

  /** Adds a dense layer over rows [m, k], weights stored as [outputs, k]. */
  public Value linear(String name, Value x, long outputs, Initialiser initialiser) {
    Value weights = parameter(name + ".weight", initialiser, outputs, x.type().dim(1));
    return bias(name, dotTransposed(name + ".dot", x, weights), 1);
  }

  /** Adds {@code name.bias} along an axis. */
  public Value bias(String name, Value x, int axis) {
    Value bias = parameter(name + ".bias", Initial.BIAS, x.type().dim(axis));
    return sum(name, x, alongAxis(name + ".bias.broadcast", bias, x, axis));
  }

  /** Adds a table of {@code count} rows and takes those that the indices name. */
  public Value embedding(String name, Value indices, long count, long size) {
    Value table = parameter(name + ".weight", Initial.TRANSFORMER, count, size);
    return add(name, new Gather(table, indices, 0, false));
  }

  // Contractions without parameters of their own.

  public Value dot(String name, Value lhs, Value rhs) {
    return add(name, new Dot(lhs, rhs, false, false));
  }

  /** Multiplies by a matrix stored as [columns, rows]. */
  public Value dotTransposed(String name, Value lhs, Value rhs) {
    return add(name, new Dot(lhs, rhs, false, true));
  }

  // Elementwise operations.

  public Value unary(String name, Unary.Kind kind, Value x) {
    return add(name, new Unary(kind, x));
  }

  public Value binary(String name, Binary.Kind kind, Value lhs, Value rhs) {
    return add(name, new Binary(kind, lhs, rhs));
  }

  public Value relu(String name, Value x) {
    return unary(name, Unary.Kind.RELU, x);
  }

  /** Cuts at 0 and 6. */
  public Value relu6(String name, Value x) {
    Value six = constant(name + ".six", 6, x);
    return binary(name, Binary.Kind.MINIMUM, relu(name + ".relu", x), six);
  }

  public Value sum(String name, Value lhs, Value rhs) {
    return binary(name, Binary.Kind.ADD, lhs, rhs);
  }

  public Value product(String name, Value lhs, Value rhs) {
    return binary(name, Binary.Kind.MULTIPLY, lhs, rhs);
  }

  // Pooling.

  public Value maxPool(String name, Value x, long window, long stride, long padding) {
    return pool(Pool.Kind.MAX_POOL, name, x, window, stride, padding);
  }

  /** Averages over the window; padding counts as zeros, as PyTorch has it. */
  public Value averagePool(String name, Value x, long window, long stride, long padding) {
    return pool(Pool.Kind.AVERAGE_POOL, name, x, window, stride, padding);
  }

  private Value pool(Pool.Kind kind, String name, Value x, long window, long stride, long padding) {
    int spatial = x.type().rank() - 2;
    List<Long> pads = Collections.nCopies(spatial, padding);
    return add(
        name,
        new Pool(
            kind,
            x,
            Collections.nCopies(spatial, window),
            Collections.nCopies(spatial, stride),
            pads,
            pads,
            List.of(),
            kind == Pool.Kind.AVERAGE_POOL && padding > 0));
  }

  /** Averages each channel over the whole image: [n, c, h, w] becomes [n, c]. */
  public Value globalAverage(String name, Value x) {
    var axes = new ArrayList<Integer>();
    for (int axis = 2; axis < x.type().rank(); axis++) {
      axes.add(axis);
    }
    return add(name, new Reduce(Reduce.Kind.REDUCE_MEAN, x, axes));
  }

  // Layout.

  public Value reshape(String name, Value x, long... dims) {
    return add(name, new Reshape(x, Shape.of(dims)));
  }

  /** Joins all axes but the first. */
  public Value flatten(String name, Value x) {
    long rows = x.type().dim(0);
    return reshape(name, x, rows, x.type().elementCount() / rows);
  }

  public Value transpose(String name, Value x, Integer... permutation) {
    return add(name, new Transpose(x, List.of(permutation)));
  }

  public Value concat(String name, int axis, List<Value> inputs) {
    return add(name, new Concat(inputs, axis));
  }

  /** Takes {@code [from, to)} of one axis. */
  public Value slice(String name, Value x, int axis, long from, long to) {
    var start = new ArrayList<>(Collections.nCopies(x.type().rank(), 0L));
    var limit = new ArrayList<>(x.type().shape().dims());
    start.set(axis, from);
    limit.set(axis, to);
    return add(name, new Slice(x, start, limit, List.of()));
  }

  /** Repeats a vector along all axes of {@code like} but one. */
  public Value alongAxis(String name, Value vector, Value like, int axis) {
    return broadcast(name, vector, like.type().shape(), axis);
  }

  public Value broadcast(String name, Value x, Shape shape, Integer... dims) {
    return add(name, new Broadcast(x, shape, List.of(dims)));
  }

  // Attention over rows [batch * length, width].

  /** Cuts rows into heads: [batch * length, heads * d] becomes [batch, heads, length, d]. */
  public Value splitHeads(String name, Value rows, long batch, long heads) {
    long length = rows.type().dim(0) / batch;
    Value split = reshape(name + ".split", rows, batch, length, heads, rows.type().dim(1) / heads);
    return transpose(name + ".heads", split, 0, 2, 1, 3);
  }

  /** Undoes {@link #splitHeads}. */
  public Value joinHeads(String name, Value heads) {
    Value turned = transpose(name + ".joined", heads, 0, 2, 1, 3);
    Shape shape = turned.type().shape();
    return reshape(
        name + ".rows", turned, shape.dim(0) * shape.dim(1), shape.dim(2) * shape.dim(3));
  }

  private static long[] array(List<Long> dims) {
    return dims.stream().mapToLong(Long::longValue).toArray();
  }
}
