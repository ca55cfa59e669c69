package dev.miser.codegen.rows;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.miser.ir.eval.Tensor;
import dev.miser.ir.op.Attention;
import dev.miser.ir.op.Binary;
import dev.miser.ir.op.Reshape;
import dev.miser.ir.op.Transpose;
import dev.miser.ir.op.Value;
import dev.miser.ir.plan.Kernel;
import dev.miser.ir.plan.Target;
import dev.miser.ir.type.ElementType;
import dev.miser.ir.type.Shape;
import dev.miser.ir.type.TensorType;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Attention gives what the reference gives, with the same bits everywhere. */
class RowAttentionTest {
  private static Value input(KernelBatch batch, ElementType type, long... dims) {
    return batch.input(TensorType.of(type, dims));
  }

  private static Value input(KernelBatch batch, long... dims) {
    return input(batch, ElementType.F32, dims);
  }

  private static void kernel(KernelBatch batch, Attention op) {
    batch.kernel(b -> List.of(b.add("r", op)));
  }

  @Test
  void awkwardSizes() {
    var batch = new KernelBatch();
    for (long size : new long[] {1, 2, 3, 7, 8, 9, 16, 17, 31, 33, 64, 100, 257}) {
      Value q = input(batch, 2, 5, 8);
      kernel(
          batch,
          new Attention(q, input(batch, 2, size, 8), input(batch, 2, size, 8), null, 0.5, false));
      Value many = input(batch, size, 6);
      kernel(batch, new Attention(many, input(batch, 9, 6), input(batch, 9, 3), null, 0.5, true));
      kernel(batch, new Attention(many, many, many, null, 0.5, true));
      Value deep = input(batch, 6, size);
      kernel(
          batch,
          new Attention(deep, input(batch, 5, size), input(batch, 5, size), null, 0.1, false));
    }
    batch.check();
  }

  @Test
  void biasesOfEachShape() {
    var batch = new KernelBatch();
    Value q = input(batch, 2, 3, 5, 8);
    Value k = input(batch, 2, 3, 40, 8);
    Value v = input(batch, 2, 3, 40, 20);
    for (boolean causal : new boolean[] {false, true}) {
      for (ElementType type : List.of(ElementType.F32, ElementType.BOOL)) {
        for (long[] dims :
            new long[][] {
              {2, 3, 5, 40}, {2, 1, 1, 40}, {1, 3, 5, 1}, {1, 1, 1, 1}, {1, 1, 5, 40}
            }) {
          kernel(batch, new Attention(q, k, v, input(batch, type, dims), 0.3, causal));
        }
      }
    }
    batch.check();
  }

  @Test
  void everyFloatType() {
    var batch = new KernelBatch();
    for (ElementType type :
        List.of(ElementType.F64, ElementType.F16, ElementType.BF16, ElementType.F32)) {
      Value q = input(batch, type, 2, 6, 10);
      Value k = input(batch, type, 2, 35, 10);
      Value v = input(batch, type, 2, 35, 19);
      kernel(batch, new Attention(q, k, v, null, 0.3, false));
      kernel(batch, new Attention(q, k, v, input(batch, type, 1, 6, 35), 0.3, true));
    }
    batch.check();
  }

  @Test
  void viewsAndCodeAfter() {
    var batch = new KernelBatch();
    Value packed = input(batch, 2, 33, 24);
    Value residual = input(batch, 2, 3, 33, 8);
    Value bias = input(batch, ElementType.BOOL, 2, 1, 1, 33);
    batch.kernel(b -> {
      Value split = b.add("split", new Reshape(packed, Shape.of(2, 33, 3, 8)));
      Value heads = b.add("heads", new Transpose(split, List.of(0, 2, 1, 3)));
      Value r = b.add("r", new Attention(heads, heads, heads, bias, 0.3, true));
      return List.of(r, b.add("sum", new Binary(Binary.Kind.ADD, r, residual)));
    });
    batch.kernel(b -> {
      Value turned = b.add("turned", new Transpose(packed, List.of(0, 2, 1)));
      return List.of(b.add("r", new Attention(turned, turned, turned, null, 0.2, false)));
    });
    batch.check();
    Kernel kernel = (Kernel) batch.schedule(Target.of(256, 2)).steps().getFirst();
    Value sum = kernel.outputs().getLast();
    assertTrue(KernelBatch.mayOverwrite(kernel, sum, residual));
    assertFalse(KernelBatch.mayOverwrite(kernel, sum, packed));
    batch.checkInPlace(sum, residual);
  }

  /** What is not kept may hold anything; a row that keeps nothing is NaN. */
  @Test
  void whatIsNotKept() {
    var batch = new KernelBatch();
    double nan = Double.NaN;
    double[] keys = new double[5 * 4];
    double[] values = new double[5 * 3];
    java.util.Arrays.setAll(keys, i -> Math.sin(i));
    java.util.Arrays.setAll(values, i -> Math.cos(i));
    keys[4 * 4 + 1] = nan;
    values[4 * 3 + 1] = Double.POSITIVE_INFINITY;
    values[4 * 3] = nan;
    Value q = input(batch, 5, 4);
    Value k = batch.input(Tensor.ofDoubles(TensorType.of(ElementType.F32, 5, 4), keys).rounded());
    Value v = batch.input(Tensor.ofDoubles(TensorType.of(ElementType.F32, 5, 3), values).rounded());
    Value last = batch.input(Tensor.ofLongs(TensorType.of(ElementType.BOOL, 1, 5), 1, 1, 1, 1, 0));
    Value none = batch.input(Tensor.ofLongs(TensorType.of(ElementType.BOOL, 5, 1), 1, 0, 1, 1, 0));
    kernel(batch, new Attention(q, k, v, last, 1, false));
    kernel(batch, new Attention(q, k, v, last, 1, true));
    kernel(batch, new Attention(q, k, v, null, 1, true));
    kernel(batch, new Attention(q, q, input(batch, 5, 3), none, 1, false));
    Value large = batch.input(TensorType.of(ElementType.F32, 5, 4), 1e17);
    kernel(batch, new Attention(large, large, input(batch, 5, 3), null, 1, true));
    batch.check();
  }
}
