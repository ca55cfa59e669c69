package dev.miser.passes.analysis;

import dev.miser.ir.func.Function;
import dev.miser.ir.func.Instruction;
import dev.miser.ir.op.ArgReduce;
import dev.miser.ir.op.Attention;
import dev.miser.ir.op.BatchNorm;
import dev.miser.ir.op.Binary;
import dev.miser.ir.op.Bitcast;
import dev.miser.ir.op.Broadcast;
import dev.miser.ir.op.Compare;
import dev.miser.ir.op.Concat;
import dev.miser.ir.op.Constant;
import dev.miser.ir.op.Convert;
import dev.miser.ir.op.Convolution;
import dev.miser.ir.op.Cumulative;
import dev.miser.ir.op.Dot;
import dev.miser.ir.op.Gather;
import dev.miser.ir.op.GatherAlong;
import dev.miser.ir.op.GatherNd;
import dev.miser.ir.op.GroupNorm;
import dev.miser.ir.op.Iota;
import dev.miser.ir.op.LayerNorm;
import dev.miser.ir.op.LocalResponseNorm;
import dev.miser.ir.op.Op;
import dev.miser.ir.op.PackPanels;
import dev.miser.ir.op.Pad;
import dev.miser.ir.op.Pool;
import dev.miser.ir.op.Random;
import dev.miser.ir.op.Reduce;
import dev.miser.ir.op.Reshape;
import dev.miser.ir.op.Reverse;
import dev.miser.ir.op.RmsNorm;
import dev.miser.ir.op.Scatter;
import dev.miser.ir.op.ScatterAlong;
import dev.miser.ir.op.ScatterNd;
import dev.miser.ir.op.Select;
import dev.miser.ir.op.Slice;
import dev.miser.ir.op.Softmax;
import dev.miser.ir.op.Sort;
import dev.miser.ir.op.TopK;
import dev.miser.ir.op.Transpose;
import dev.miser.ir.op.TransposedConvolution;
import dev.miser.ir.op.Unary;
import dev.miser.ir.op.UnpackPanels;
import dev.miser.ir.op.Value;
import dev.miser.ir.type.Shape;
import dev.miser.ir.type.TensorType;
import dev.miser.passes.Analysis;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What an operation, run by itself, asks of a machine. Sums that do not fit a long stay at its
 * largest value.
 *
 * @param multiplyAdds multiplications whose product is added to a sum, as papers count them: of
 *     dot, convolutions and attention alone, padding included
 * @param flops operations on elements: a multiply-add is two, any elementwise function one
 * @param bytesRead bytes of operands that must be read
 * @param bytesWritten bytes of the result; none for a reshape, which is a view
 */
public record Cost(long multiplyAdds, long flops, long bytesRead, long bytesWritten) {
  public static final Cost NONE = new Cost(0, 0, 0, 0);

  /** The sum over a function's instructions. */
  public static final Analysis<Function, Cost> TOTAL = Cost::of;

  /** Returns the sum over the instructions of a function. */
  public static Cost of(Function function) {
    return of(function.body());
  }

  /** Returns the sum over instructions. */
  public static Cost of(List<Instruction> instructions) {
    // A model repeats its layers, so the same costs are asked for again and again.
    Map<Op, Cost> known = new HashMap<>();
    Cost sum = NONE;
    for (Instruction instruction : instructions) {
      sum = sum.plus(known.computeIfAbsent(instruction.op(), Cost::of));
    }
    return sum;
  }

  /** Returns the cost of one operation. */
  public static Cost of(Op op) {
    TensorType result = op.inferType();
    return new Cost(multiplyAdds(op), flops(op, result), read(op, result), written(op, result));
  }

  public Cost plus(Cost other) {
    return new Cost(
        add(multiplyAdds, other.multiplyAdds),
        add(flops, other.flops),
        add(bytesRead, other.bytesRead),
        add(bytesWritten, other.bytesWritten));
  }

  private static long multiplyAdds(Op op) {
    return switch (op) {
      case Dot dot -> times(dot.batches(), dot.rows(), dot.columns(), dot.inner());
      case Convolution c -> times(c.inferType().elementCount(), perOutput(c.weights().type()));
      case TransposedConvolution c ->
          times(c.x().type().elementCount(), perOutput(c.weights().type()));
      case Attention a ->
          times(a.scores().elementCount(), last(a.query().type()) + last(a.value().type()));
      case Unary _,
          Binary _,
          Compare _,
          Select _,
          Convert _,
          Bitcast _,
          Constant _,
          Iota _,
          Random _,
          Broadcast _,
          Reshape _,
          Transpose _,
          Slice _,
          Pad _,
          Concat _,
          Reverse _,
          PackPanels _,
          UnpackPanels _,
          Gather _,
          GatherAlong _,
          GatherNd _,
          Scatter _,
          ScatterAlong _,
          ScatterNd _,
          Reduce _,
          ArgReduce _,
          Cumulative _,
          Sort _,
          TopK _,
          Pool _,
          Softmax _,
          LayerNorm _,
          RmsNorm _,
          BatchNorm _,
          GroupNorm _,
          LocalResponseNorm _ ->
          0;
    };
  }

  /** Weights [o, c, window...]: c times the window. */
  private static long perOutput(TensorType weights) {
    return weights.shape().elementCount(1, weights.rank());
  }

  private static long last(TensorType type) {
    return type.dim(type.rank() - 1);
  }

  private static long flops(Op op, TensorType result) {
    long n = result.elementCount();
    return switch (op) {
      case Unary _, Binary _, Compare _, Select _ -> n;
      case Convert _, Bitcast _ -> 0;
      case Constant _ -> 0;
      case Iota _, Random _ -> n;
      case Broadcast _,
          Reshape _,
          Transpose _,
          Slice _,
          Pad _,
          Concat _,
          Reverse _,
          PackPanels _,
          UnpackPanels _ ->
          0;
      case Gather _, GatherAlong _, GatherNd _ -> 0;
      case Scatter s -> s.updates().type().elementCount();
      case ScatterAlong s -> s.updates().type().elementCount();
      case ScatterNd s -> s.updates().type().elementCount();
      case Dot _, Convolution _, TransposedConvolution _ -> times(2, multiplyAdds(op));
      // Scale, largest, difference, exponential, sum, division: six for each score.
      case Attention a -> add(times(2, multiplyAdds(op)), times(6, a.scores().elementCount()));
      case Reduce r -> r.x().type().elementCount();
      case ArgReduce r -> r.x().type().elementCount();
      case Cumulative _ -> n;
      case Sort s -> comparisons(s.x().type(), s.axis());
      case TopK t -> comparisons(t.x().type(), t.axis());
      case Pool p -> times(n, new Shape(p.window()).elementCount());
      // Largest, difference, exponential, sum, division.
      case Softmax _ -> times(5, n);
      // Mean, difference, square, sum, division by the deviation, scale, bias.
      case LayerNorm _, GroupNorm _ -> times(7, n);
      // Square, sum, division, scale.
      case RmsNorm _ -> times(4, n);
      // What depends on the channel alone is left out.
      case BatchNorm _ -> times(2, n);
      // A square and an addition for each neighbour; scale, bias, power, division.
      case LocalResponseNorm l -> times(n, add(times(2, l.size()), 4));
    };
  }

  /** A sort of n elements by comparisons, n log2 n. */
  private static long comparisons(TensorType type, int axis) {
    long size = Math.max(type.dim(axis), 1);
    return times(type.elementCount(), 64 - Long.numberOfLeadingZeros(size - 1));
  }

  private static long read(Op op, TensorType result) {
    return switch (op) {
      case Reshape _ -> 0;
      // Only what is taken is read.
      case Slice _ -> result.byteCount();
      case Gather g -> add(result.byteCount(), g.indices().type().byteCount());
      case GatherAlong g -> add(result.byteCount(), g.indices().type().byteCount());
      case GatherNd g -> add(result.byteCount(), g.indices().type().byteCount());
      // Each operand is read whole, once. Right for a new operation too, unless it skips elements.
      case Op other -> {
        long sum = 0;
        for (Value operand : other.operands().stream().distinct().toList()) {
          sum = add(sum, operand.type().byteCount());
        }
        yield sum;
      }
    };
  }

  private static long written(Op op, TensorType result) {
    return op instanceof Reshape ? 0 : result.byteCount();
  }

  private static long add(long a, long b) {
    long sum = a + b;
    return sum < 0 ? Long.MAX_VALUE : sum;
  }

  private static long times(long... factors) {
    long product = 1;
    for (long factor : factors) {
      if (factor == 0) {
        return 0;
      }
      product = product > Long.MAX_VALUE / factor ? Long.MAX_VALUE : product * factor;
    }
    return product;
  }
}
