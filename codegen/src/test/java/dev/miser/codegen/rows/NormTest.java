package dev.miser.codegen.rows;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.miser.ir.op.BatchNorm;
import dev.miser.ir.op.Binary;
import dev.miser.ir.op.Broadcast;
import dev.miser.ir.op.Convert;
import dev.miser.ir.op.GroupNorm;
import dev.miser.ir.op.LayerNorm;
import dev.miser.ir.op.LocalResponseNorm;
import dev.miser.ir.op.Op;
import dev.miser.ir.op.RmsNorm;
import dev.miser.ir.op.Softmax;
import dev.miser.ir.op.Transpose;
import dev.miser.ir.op.Unary;
import dev.miser.ir.op.Value;
import dev.miser.ir.plan.Kernel;
import dev.miser.ir.plan.Target;
import dev.miser.ir.type.ElementType;
import dev.miser.ir.type.TensorType;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

/** Normalizations give what the reference gives, with the same bits everywhere. */
class NormTest {
  private static final double NAN = Double.NaN;
  private static final double INFINITY = Double.POSITIVE_INFINITY;
  private static final List<Integer> SIZES =
      List.of(1, 2, 3, 4, 7, 8, 9, 15, 16, 17, 31, 33, 64, 100, 257, 1000);

  private static void kernel(KernelBatch batch, Op op) {
    batch.kernel(b -> List.of(b.add("r", op)));
  }

  @Test
  void awkwardSizesAlongEachAxis() {
    var batch = new KernelBatch();
    for (int size : SIZES) {
      Value inner = batch.input(TensorType.of(ElementType.F32, 3, size), 3);
      Value outer = batch.input(TensorType.of(ElementType.F32, 5, size), 3);
      Value middle = batch.input(TensorType.of(ElementType.F32, 2, size, 3), 3);
      kernel(batch, new Softmax(Softmax.Kind.SOFTMAX, inner, 1));
      kernel(batch, new Softmax(Softmax.Kind.SOFTMAX, outer, 0));
      kernel(batch, new Softmax(Softmax.Kind.LOG_SOFTMAX, middle, 1));
      Value scale = batch.input(TensorType.of(ElementType.F32, size));
      Value bias = batch.input(TensorType.of(ElementType.F32, size));
      kernel(batch, new LayerNorm(inner, scale, bias, 1e-5));
      kernel(batch, new RmsNorm(inner, scale, 1e-5));
    }
    batch.check();
  }

  @Test
  void channelsAndGroups() {
    var batch = new KernelBatch();
    for (List<Long> plane : List.of(List.of(3L, 5L), List.of(1L), List.of(40L), List.of(7L, 7L))) {
      var dims = new ArrayList<>(List.of(2L, 12L));
      dims.addAll(plane);
      var shape = new dev.miser.ir.type.Shape(dims);
      Value x = batch.input(new TensorType(ElementType.F32, shape), 2);
      var channel = TensorType.of(ElementType.F32, 12);
      Value scale = batch.input(channel);
      Value bias = batch.input(channel);
      Value mean = batch.input(channel);
      Value root = batch.input(channel);
      for (long groups : new long[] {1, 3, 4, 12}) {
        kernel(batch, new GroupNorm(x, scale, bias, groups, 1e-5));
      }
      batch.kernel(b -> {
        Value variance = b.add("variance", new Unary(Unary.Kind.SQUARE, root));
        return List.of(variance);
      });
      Value variance = batch.outputs().getLast();
      kernel(batch, new BatchNorm(x, scale, bias, mean, variance, 1e-3));
      for (long size : new long[] {1, 2, 5, 30}) {
        kernel(batch, new LocalResponseNorm(x, size, 1e-1, 0.75, 1));
        kernel(batch, new LocalResponseNorm(x, size, 1e-1, 0.5, 2));
        kernel(batch, new LocalResponseNorm(x, size, 1e-1, 0.6, 2));
      }
    }
    Value flat = batch.input(TensorType.of(ElementType.F32, 33, 20));
    Value channel = batch.input(TensorType.of(ElementType.F32, 20));
    kernel(batch, new GroupNorm(flat, channel, channel, 5, 1e-5));
    kernel(batch, new LocalResponseNorm(flat, 3, 1e-1, 0.75, 1));
    Value whole = batch.input(TensorType.of(ElementType.F32, 4, 5, 6));
    Value wide = batch.input(TensorType.of(ElementType.F32, 5, 6));
    kernel(batch, new LayerNorm(whole, wide, null, 0));
    kernel(batch, new LayerNorm(wide, wide, wide, 1e-5));
    batch.check();
  }

  @Test
  void everyFloatType() {
    var batch = new KernelBatch();
    for (ElementType type :
        List.of(ElementType.F64, ElementType.F16, ElementType.BF16, ElementType.F32)) {
      Value x = batch.input(TensorType.of(type, 3, 20, 4));
      Value row = batch.input(TensorType.of(type, 4));
      Value channel = batch.input(TensorType.of(type, 20));
      for (int axis = 0; axis < 3; axis++) {
        kernel(batch, new Softmax(Softmax.Kind.SOFTMAX, x, axis));
        kernel(batch, new Softmax(Softmax.Kind.LOG_SOFTMAX, x, axis));
      }
      kernel(batch, new LayerNorm(x, row, row, 1e-3));
      kernel(batch, new RmsNorm(x, row, 1e-3));
      kernel(batch, new GroupNorm(x, channel, channel, 4, 1e-3));
      kernel(batch, new LocalResponseNorm(x, 4, 0.1, 0.75, 1));
      kernel(batch, new LocalResponseNorm(x, 4, 0.1, 0.7, 1));
    }
    batch.check();
  }

  @Test
  void specialValues() {
    var batch = new KernelBatch();
    for (Value x :
        List.of(
            batch.input(1, NAN, 2),
            batch.input(INFINITY, 1, 2),
            batch.input(-INFINITY, 1, 2),
            batch.input(-INFINITY, -INFINITY),
            batch.input(Float.MAX_VALUE, -Float.MAX_VALUE, 0),
            batch.input(-3e38, -3e38),
            batch.input(5, 5, 5, 5),
            batch.input(100, 0, -100, -110))) {
      kernel(batch, new Softmax(Softmax.Kind.SOFTMAX, x, 0));
      kernel(batch, new Softmax(Softmax.Kind.LOG_SOFTMAX, x, 0));
    }
    Value offset = batch.input(10001, 10002, 10003, 10004, 10005, 10006, 10007);
    Value ones = batch.input(1, 1, 1, 1, 1, 1, 1);
    kernel(batch, new LayerNorm(offset, ones, ones, 0));
    kernel(batch, new LayerNorm(ones, offset, ones, 1e-5));
    Value broken = batch.input(1, 2, NAN, 3, 4, 5, 6);
    kernel(batch, new LayerNorm(broken, ones, ones, 1e-5));
    batch.check();
  }

  /** A kernel of a residual sum, an operation on it, and more code behind. */
  private static void residual(
      KernelBatch batch, Value x, Value y, boolean sumToo, boolean late, Function<Value, Op> op) {
    batch.kernel(b -> {
      Value sum = b.add("sum", new Binary(Binary.Kind.ADD, x, y));
      Value normal = b.add("normal", op.apply(sum));
      Value tail = b.add("tail", new Unary(Unary.Kind.SQUARE, normal));
      Value result = late ? b.add("late", new Binary(Binary.Kind.ADD, tail, sum)) : tail;
      return sumToo ? List.of(sum, result) : List.of(result);
    });
  }

  @Test
  void codeBeforeAndAfter() {
    var batch = new KernelBatch();
    var type = TensorType.of(ElementType.F32, 6, 5, 40);
    Value x = batch.input(type);
    Value y = batch.input(type);
    Value row = batch.input(TensorType.of(ElementType.F32, 40));
    Value channel = batch.input(TensorType.of(ElementType.F32, 5));
    for (boolean sumToo : new boolean[] {false, true}) {
      for (boolean late : new boolean[] {false, true}) {
        for (int axis = 0; axis < 3; axis++) {
          int of = axis;
          residual(batch, x, y, sumToo, late, s -> new Softmax(Softmax.Kind.SOFTMAX, s, of));
          residual(batch, x, y, sumToo, late, s -> new Softmax(Softmax.Kind.LOG_SOFTMAX, s, of));
        }
        residual(batch, x, y, sumToo, late, s -> new LayerNorm(s, row, row, 1e-5));
        residual(batch, x, y, sumToo, late, s -> new RmsNorm(s, row, 1e-5));
        residual(batch, x, y, sumToo, late, s -> new GroupNorm(s, channel, channel, 5, 1e-5));
        residual(batch, x, y, sumToo, late, s -> new LocalResponseNorm(s, 3, 0.1, 0.75, 1));
        residual(
            batch,
            x,
            y,
            sumToo,
            late,
            s -> new BatchNorm(s, channel, channel, channel, b(batch), 1e-5));
      }
    }
    Value turned = batch.input(TensorType.of(ElementType.F32, 40, 5, 6));
    Value half = batch.input(TensorType.of(ElementType.F16, 6, 5, 40));
    for (int axis = 0; axis < 3; axis++) {
      int of = axis;
      batch.kernel(b -> {
        Value back = b.add("back", new Transpose(turned, List.of(2, 1, 0)));
        Value wide = b.add("wide", new Broadcast(row, type.shape(), List.of(2)));
        Value sum = b.add("sum", new Binary(Binary.Kind.ADD, back, wide));
        Value r = b.add("r", new Softmax(Softmax.Kind.SOFTMAX, sum, of));
        return List.of(r, b.add("half", new Convert(r, ElementType.F16)));
      });
      batch.kernel(b -> {
        Value real = b.add("real", new Convert(half, ElementType.F32));
        Value r = b.add("r", new Softmax(Softmax.Kind.SOFTMAX, real, of));
        return List.of(b.add("half", new Convert(r, ElementType.F16)));
      });
    }
    batch.check();
  }

  private static Value b(KernelBatch batch) {
    return batch.input(
        dev.miser.ir.eval.Tensor.ofDoubles(TensorType.of(ElementType.F32, 5), 1, 2, 3, 0.5, 0.25));
  }

  @Test
  void takesOverBytesWhereNothingReadsThemLater() {
    var type = TensorType.of(ElementType.F32, 40, 33);
    for (int axis : List.of(0, 1)) {
      for (boolean sumToo : new boolean[] {false, true}) {
        var batch = new KernelBatch();
        Value x = batch.input(type);
        Value y = batch.input(type);
        residual(batch, x, y, sumToo, true, s -> new Softmax(Softmax.Kind.SOFTMAX, s, axis));
        checkTakeovers(batch, List.of(x, y));
      }
    }
    for (boolean sumToo : new boolean[] {false, true}) {
      for (boolean late : new boolean[] {false, true}) {
        var batch = new KernelBatch();
        Value x = batch.input(type);
        Value y = batch.input(type);
        Value scale = batch.input(TensorType.of(ElementType.F32, 33));
        residual(batch, x, y, sumToo, late, s -> new LayerNorm(s, scale, scale, 1e-5));
        Kernel kernel = checkTakeovers(batch, List.of(x, y));
        assertTrue(KernelBatch.mayOverwrite(kernel, kernel.outputs().getFirst(), x));
      }
    }
    var batch = new KernelBatch();
    Value x = batch.input(TensorType.of(ElementType.F32, 3, 5, 33));
    kernel(batch, new LocalResponseNorm(x, 3, 0.1, 0.75, 1));
    Kernel kernel = checkTakeovers(batch, List.of(x));
    assertFalse(KernelBatch.mayOverwrite(kernel, kernel.outputs().getFirst(), x));
  }

  /** Runs every takeover that the catalogue allows. */
  private static Kernel checkTakeovers(KernelBatch batch, List<Value> inputs) {
    Kernel kernel = (Kernel) batch.schedule(Target.of(256, 2)).steps().getFirst();
    for (Value output : kernel.outputs()) {
      for (Value input : inputs) {
        if (KernelBatch.mayOverwrite(kernel, output, input)) {
          batch.checkInPlace(output, input);
        }
      }
    }
    return kernel;
  }
}
