package dev.miser.passes.memory.strips;

import dev.miser.ir.op.ArgReduce;
import dev.miser.ir.op.Attention;
import dev.miser.ir.op.BatchNorm;
import dev.miser.ir.op.Broadcast;
import dev.miser.ir.op.Concat;
import dev.miser.ir.op.Constant;
import dev.miser.ir.op.Convolution;
import dev.miser.ir.op.Cumulative;
import dev.miser.ir.op.Dot;
import dev.miser.ir.op.Elementwise;
import dev.miser.ir.op.GroupNorm;
import dev.miser.ir.op.Indexing;
import dev.miser.ir.op.Iota;
import dev.miser.ir.op.LayerNorm;
import dev.miser.ir.op.LocalResponseNorm;
import dev.miser.ir.op.Op;
import dev.miser.ir.op.Ordering;
import dev.miser.ir.op.PackPanels;
import dev.miser.ir.op.Pad;
import dev.miser.ir.op.Pool;
import dev.miser.ir.op.Random;
import dev.miser.ir.op.Reduce;
import dev.miser.ir.op.Reshape;
import dev.miser.ir.op.Reverse;
import dev.miser.ir.op.RmsNorm;
import dev.miser.ir.op.Slice;
import dev.miser.ir.op.Softmax;
import dev.miser.ir.op.Transpose;
import dev.miser.ir.op.TransposedConvolution;
import dev.miser.ir.op.UnpackPanels;
import dev.miser.ir.op.Value;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The operation that computes a part of an operation's result from parts of its operands, element
 * by element as the whole does.
 */
final class PartOfOp {
  /** Gives the values that stand for parts of operands. */
  interface Operands {
    /** Returns the part of a value, or the value itself for null. */
    Value part(Value value, @Nullable Part part);

    /** As {@link #part}, where the result has to lie by itself. */
    Value view(Value value, @Nullable Part part);
  }

  private final Part part;
  private final Operands operands;

  private PartOfOp(Part part, Operands operands) {
    this.part = part;
    this.operands = operands;
  }

  /** Returns the operation for a part of the result, or null if there is none. */
  static @Nullable Op of(Op op, Part part, Operands operands) {
    return new PartOfOp(part, operands).of(op);
  }

  private @Nullable Op of(Op op) {
    int axis = part.axis();
    return switch (op) {
      case Constant(var literal) ->
          literal.isSplat() ? new Constant(literal.withType(part.of(literal.type()))) : null;
      case Iota(var type, int along) -> along == axis ? null : new Iota(part.of(type), along);
      // What an element is drawn from is its number in the whole.
      case Random random -> null;
      case Elementwise elementwise ->
          op.withOperands(op.operands().stream().map(o -> operands.part(o, part)).toList());
      case Broadcast broadcast -> broadcast(broadcast);
      case Transpose(var x, var permutation) ->
          new Transpose(operands.part(x, along(permutation.get(axis))), permutation);
      case Reshape reshape -> reshape(reshape);
      case Slice slice -> slice(slice);
      case Reverse(var x, var axes) ->
          axes.contains(axis)
              ? new Reverse(
                  operands.part(
                      x,
                      new Part(
                          axis, x.type().dim(axis) - part.to(), x.type().dim(axis) - part.from())),
                  axes)
              : new Reverse(operands.part(x, part), axes);
      case Concat(var inputs, int along) ->
          along == axis
              ? null
              : new Concat(inputs.stream().map(o -> operands.part(o, part)).toList(), along);
      case Pad pad -> pad(pad);
      case UnpackPanels unpack -> unpack(unpack);
      case PackPanels pack -> null;
      case Dot dot -> dot(dot);
      case Convolution convolution -> convolution(convolution);
      case TransposedConvolution convolution -> transposedConvolution(convolution);
      case Pool pool -> pool(pool);
      case Reduce(var kind, var x, var axes) ->
          new Reduce(kind, operands.part(x, along(kept(axes))), axes);
      case ArgReduce(var kind, var x, int along, boolean last) ->
          new ArgReduce(kind, operands.part(x, along(kept(List.of(along)))), along, last);
      case Cumulative(var kind, var x, int along, boolean exclusive, boolean reverse) ->
          along == axis
              ? null
              : new Cumulative(kind, operands.part(x, part), along, exclusive, reverse);
      case Softmax(var kind, var x, int along) ->
          along == axis ? null : new Softmax(kind, operands.part(x, part), along);
      case LayerNorm(var x, var scale, var bias, double epsilon) ->
          axis >= x.type().rank() - scale.type().rank()
              ? null
              : new LayerNorm(operands.part(x, part), whole(scale), maybe(bias), epsilon);
      case RmsNorm(var x, var scale, double epsilon) ->
          axis >= x.type().rank() - scale.type().rank()
              ? null
              : new RmsNorm(operands.part(x, part), whole(scale), epsilon);
      case GroupNorm(var x, var scale, var bias, long groups, double epsilon) ->
          axis > 0
              ? null
              : new GroupNorm(operands.part(x, part), whole(scale), whole(bias), groups, epsilon);
      case LocalResponseNorm(var x, long size, double alpha, double beta, double bias) ->
          axis == 1 ? null : new LocalResponseNorm(operands.part(x, part), size, alpha, beta, bias);
      // Folded, or spelt out by a kernel that is cheap to run whole.
      case BatchNorm norm -> null;
      case Attention attention -> attention(attention);
      // Where they read depends on values.
      case Indexing indexing -> null;
      case Ordering ordering -> null;
    };
  }

  private Value whole(Value value) {
    return operands.part(value, null);
  }

  private @Nullable Value maybe(@Nullable Value value) {
    return value == null ? null : whole(value);
  }

  private Part along(int axis) {
    return new Part(axis, part.from(), part.to());
  }

  /** Returns the axis of the operand that is the part's axis once {@code axes} are gone. */
  private int kept(List<Integer> axes) {
    int operandAxis = 0;
    for (int left = part.axis(); left > 0 || axes.contains(operandAxis); operandAxis++) {
      left -= axes.contains(operandAxis) ? 0 : 1;
    }
    return operandAxis;
  }

  private Op broadcast(Broadcast broadcast) {
    int from = broadcast.dims().indexOf(part.axis());
    Value x = broadcast.x();
    boolean stretched = from < 0 || x.type().dim(from) != broadcast.shape().dim(part.axis());
    return new Broadcast(
        stretched ? whole(x) : operands.part(x, along(from)),
        part.of(broadcast.shape()),
        broadcast.dims());
  }

  /** Finds an axis of the operand along which the part's elements are a part too. */
  private @Nullable Op reshape(Reshape reshape) {
    var to = reshape.shape();
    var from = reshape.x().type().shape();
    long before = to.elementCount(0, part.axis());
    long step = to.elementCount(part.axis() + 1, to.rank());
    for (int axis = from.rank() - 1; axis >= 0; axis--) {
      long inner = from.elementCount(axis + 1, from.rank());
      if (from.elementCount(0, axis) == before
          && inner > 0
          && part.from() * step % inner == 0
          && part.to() * step % inner == 0) {
        var cut = new Part(axis, part.from() * step / inner, part.to() * step / inner);
        return new Reshape(operands.part(reshape.x(), cut), part.of(to));
      }
    }
    return null;
  }

  private Op slice(Slice slice) {
    int axis = part.axis();
    long stride = slice.stride().get(axis);
    long first = slice.start().get(axis) + part.from() * stride;
    long limit = part.size() == 0 ? first : first + (part.size() - 1) * stride + 1;
    return new Slice(
        operands.part(slice.x(), new Part(axis, first, limit)),
        with(slice.start(), axis, 0),
        with(slice.limit(), axis, limit - first),
        slice.stride());
  }

  private @Nullable Op pad(Pad pad) {
    int axis = part.axis();
    boolean untouched =
        pad.low().get(axis) == 0 && pad.high().get(axis) == 0 && pad.interior().get(axis) == 0;
    return untouched
        ? new Pad(
            operands.part(pad.x(), part), whole(pad.fill()), pad.low(), pad.high(), pad.interior())
        : null;
  }

  /** Panels are cut where one ends. */
  private @Nullable Op unpack(UnpackPanels unpack) {
    int rank = unpack.inferType().rank();
    int columns = unpack.transpose() ? rank - 2 : rank - 1;
    if (part.axis() < rank - 2) {
      return new UnpackPanels(
          operands.view(unpack.x(), part), unpack.columns(), unpack.transpose());
    }
    long width = unpack.x().type().dim(rank);
    boolean atPanels =
        part.from() % width == 0 && (part.to() % width == 0 || part.to() == unpack.columns());
    if (part.axis() != columns || !atPanels) {
      return null;
    }
    var panels = new Part(rank - 2, part.from() / width, Math.ceilDiv(part.to(), width));
    return new UnpackPanels(operands.view(unpack.x(), panels), part.size(), unpack.transpose());
  }

  private Op dot(Dot dot) {
    int rank = dot.lhs().type().rank();
    int axis = part.axis();
    if (axis < rank - 2) {
      return dot.withOperands(
          List.of(operands.part(dot.lhs(), part), operands.part(dot.rhs(), part)));
    }
    return axis == rank - 2
        ? dot.withOperands(
            List.of(
                operands.part(dot.lhs(), along(dot.transposeLhs() ? rank - 1 : rank - 2)),
                whole(dot.rhs())))
        : dot.withOperands(
            List.of(
                whole(dot.lhs()),
                operands.part(dot.rhs(), along(dot.transposeRhs() ? rank - 2 : rank - 1))));
  }

  private @Nullable Op convolution(Convolution op) {
    int axis = part.axis();
    if (axis == 0) {
      return op.withOperands(List.of(operands.part(op.x(), part), whole(op.weights())));
    }
    if (axis == 1) {
      return channels(op);
    }
    int i = axis - 2;
    var window =
        new Window(
            op.weights().type().dim(axis),
            op.stride().get(i),
            op.low().get(i),
            op.dilation().get(i),
            op.x().type().dim(axis));
    return window.read(part).size() == 0
        ? null
        : new Convolution(
            operands.part(op.x(), window.read(part)),
            whole(op.weights()),
            op.stride(),
            with(op.low(), i, window.low(part)),
            with(op.high(), i, window.high(part)),
            op.dilation(),
            op.groups());
  }

  private @Nullable Op channels(Convolution op) {
    Part weights = along(0);
    if (op.groups() == 1) {
      return op.withOperands(List.of(whole(op.x()), operands.part(op.weights(), weights)));
    }
    long perGroup = op.weights().type().dim(0) / op.groups();
    if (part.from() % perGroup != 0 || part.to() % perGroup != 0) {
      return null;
    }
    long channels = op.weights().type().dim(1);
    var x = new Part(1, part.from() / perGroup * channels, part.to() / perGroup * channels);
    return new Convolution(
        operands.part(op.x(), x),
        operands.part(op.weights(), weights),
        op.stride(),
        op.low(),
        op.high(),
        op.dilation(),
        part.size() / perGroup);
  }

  private @Nullable Op transposedConvolution(TransposedConvolution op) {
    if (part.axis() == 0) {
      return op.withOperands(List.of(operands.part(op.x(), part), whole(op.weights())));
    }
    return part.axis() == 1 && op.groups() == 1
        ? op.withOperands(List.of(whole(op.x()), operands.part(op.weights(), part)))
        : null;
  }

  private @Nullable Op pool(Pool op) {
    int axis = part.axis();
    if (axis < 2) {
      return op.withOperands(List.of(operands.part(op.x(), part)));
    }
    int i = axis - 2;
    var window =
        new Window(
            op.window().get(i),
            op.stride().get(i),
            op.low().get(i),
            op.dilation().get(i),
            op.x().type().dim(axis));
    return window.read(part).size() == 0
        ? null
        : new Pool(
            op.kind(),
            operands.part(op.x(), window.read(part)),
            op.window(),
            op.stride(),
            with(op.low(), i, window.low(part)),
            with(op.high(), i, window.high(part)),
            op.dilation(),
            op.countPadding());
  }

  /** Queries may be cut, unless which positions are kept depends on theirs. */
  private @Nullable Op attention(Attention op) {
    int rank = op.query().type().rank();
    if (part.axis() == rank - 1 || (part.axis() == rank - 2 && op.causal())) {
      return null;
    }
    boolean queries = part.axis() == rank - 2;
    Value bias = op.bias();
    if (bias != null) {
      bias = bias.type().dim(part.axis()) == 1 ? whole(bias) : operands.part(bias, part);
    }
    return new Attention(
        operands.part(op.query(), part),
        queries ? whole(op.key()) : operands.part(op.key(), part),
        queries ? whole(op.value()) : operands.part(op.value(), part),
        bias,
        op.scale(),
        op.causal());
  }

  private static List<Long> with(List<Long> list, int index, long value) {
    var changed = new ArrayList<>(list);
    changed.set(index, value);
    return Collections.unmodifiableList(changed);
  }

  /** How a window slides along one axis. */
  private record Window(long window, long stride, long low, long dilation, long size) {
    private long first(Part positions) {
      return positions.from() * stride - low;
    }

    private long end(Part positions) {
      return (positions.to() - 1) * stride - low + (window - 1) * dilation + 1;
    }

    /** Returns what the windows at these positions read. */
    Part read(Part positions) {
      long from = Math.clamp(first(positions), 0, size);
      return new Part(positions.axis(), from, Math.clamp(end(positions), from, size));
    }

    /** Returns the padding before what is read. */
    long low(Part positions) {
      return read(positions).from() - first(positions);
    }

    /** Returns the padding behind what is read. */
    long high(Part positions) {
      return end(positions) - read(positions).to();
    }
  }
}
