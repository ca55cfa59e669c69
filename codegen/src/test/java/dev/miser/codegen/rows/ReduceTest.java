package dev.miser.codegen.rows;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.miser.ir.op.ArgReduce;
import dev.miser.ir.op.Binary;
import dev.miser.ir.op.Broadcast;
import dev.miser.ir.op.Compare;
import dev.miser.ir.op.Convert;
import dev.miser.ir.op.Iota;
import dev.miser.ir.op.Reduce;
import dev.miser.ir.op.Select;
import dev.miser.ir.op.Transpose;
import dev.miser.ir.op.Unary;
import dev.miser.ir.op.Value;
import dev.miser.ir.plan.Kernel;
import dev.miser.ir.plan.Target;
import dev.miser.ir.type.ElementType;
import dev.miser.ir.type.Shape;
import dev.miser.ir.type.TensorType;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Reductions give what the reference gives, with the same bits everywhere. */
class ReduceTest {
  private static final double NAN = Double.NaN;
  private static final double INFINITY = Double.POSITIVE_INFINITY;
  private static final List<Integer> SIZES =
      List.of(1, 2, 3, 4, 7, 8, 9, 15, 16, 17, 31, 33, 64, 100, 257, 1000);

  private static void reduce(KernelBatch batch, Reduce.Kind kind, Value x, Integer... axes) {
    batch.kernel(b -> List.of(b.add("r", new Reduce(kind, x, List.of(axes)))));
  }

  @Test
  void awkwardSizesAlongEachAxis() {
    var batch = new KernelBatch();
    for (int size : SIZES) {
      for (Reduce.Kind kind : List.of(Reduce.Kind.REDUCE_SUM, Reduce.Kind.REDUCE_MAX)) {
        reduce(batch, kind, batch.input(TensorType.of(ElementType.F32, 3, size)), 1);
        reduce(batch, kind, batch.input(TensorType.of(ElementType.F32, size, 5)), 0);
        reduce(batch, kind, batch.input(TensorType.of(ElementType.F32, 5, size)), 0);
        reduce(batch, kind, batch.input(TensorType.of(ElementType.F32, 2, size, 3)), 1);
      }
    }
    batch.check();
  }

  @Test
  void severalAxesAndPieces() {
    var batch = new KernelBatch();
    var type = TensorType.of(ElementType.F32, 3, 4, 5, 6);
    for (List<Integer> axes :
        List.of(
            List.of(0),
            List.of(1),
            List.of(2),
            List.of(0, 2),
            List.of(1, 3),
            List.of(0, 3),
            List.of(0, 2, 3),
            List.of(0, 1, 2, 3),
            List.<Integer>of())) {
      Value x = batch.input(type);
      batch.kernel(b -> List.of(b.add("r", new Reduce(Reduce.Kind.REDUCE_MEAN, x, axes))));
    }
    reduce(batch, Reduce.Kind.REDUCE_MEAN, batch.input(TensorType.of(ElementType.F32, 2, 9999)), 1);
    reduce(batch, Reduce.Kind.REDUCE_MEAN, batch.input(TensorType.of(ElementType.F32, 3, 2500)), 0);
    reduce(batch, Reduce.Kind.REDUCE_SUM, batch.input(TensorType.of(ElementType.F32)));
    reduce(batch, Reduce.Kind.REDUCE_SUM, batch.input(TensorType.of(ElementType.F32, 0, 5)), 0);
    reduce(batch, Reduce.Kind.REDUCE_MEAN, batch.input(TensorType.of(ElementType.F32, 5, 0)), 1);
    reduce(batch, Reduce.Kind.REDUCE_PRODUCT, batch.input(TensorType.of(ElementType.F32, 0)), 0);
    batch.check();
  }

  @Test
  void everyElementType() {
    var batch = new KernelBatch();
    for (ElementType type : ElementType.values()) {
      for (Reduce.Kind kind : Reduce.Kind.values()) {
        boolean logical = kind == Reduce.Kind.REDUCE_AND || kind == Reduce.Kind.REDUCE_OR;
        if (logical != type.isBoolean() || (kind == Reduce.Kind.REDUCE_MEAN && !type.isFloat())) {
          continue;
        }
        reduce(batch, kind, batch.input(TensorType.of(type, 5, 21)), 1);
        reduce(batch, kind, batch.input(TensorType.of(type, 5, 21)), 0);
      }
    }
    batch.check();
  }

  @Test
  void specialValues() {
    var batch = new KernelBatch();
    for (Reduce.Kind kind :
        List.of(
            Reduce.Kind.REDUCE_SUM,
            Reduce.Kind.REDUCE_PRODUCT,
            Reduce.Kind.REDUCE_MAX,
            Reduce.Kind.REDUCE_MIN)) {
      reduce(batch, kind, batch.input(1, 2, NAN, 4), 0);
      reduce(batch, kind, batch.input(INFINITY, -INFINITY), 0);
      reduce(batch, kind, batch.input(-INFINITY, -INFINITY), 0);
      reduce(batch, kind, batch.input(-0.0, -0.0), 0);
      reduce(batch, kind, batch.input(Float.MAX_VALUE, 1), 0);
      double[] row = new double[40];
      row[33] = NAN;
      reduce(batch, kind, batch.input(row), 0);
      double[] block = new double[40];
      block[17] = NAN;
      reduce(batch, kind, batch.input(block), 0);
    }
    for (ArgReduce.Kind kind : ArgReduce.Kind.values()) {
      for (boolean last : new boolean[] {false, true}) {
        for (Value x :
            List.of(
                batch.input(1, NAN, 3, NAN),
                batch.input(0.0, -0.0, 0.0),
                batch.input(3, 1, 3, 1),
                batch.input(-INFINITY, -INFINITY),
                batch.input(5))) {
          batch.kernel(b -> List.of(b.add("r", new ArgReduce(kind, x, 0, last))));
        }
      }
    }
    batch.check();
  }

  @Test
  void indicesAlongEachAxisOfEachType() {
    var batch = new KernelBatch();
    for (ElementType type : ElementType.values()) {
      if (!type.isBoolean()) {
        Value x = batch.input(TensorType.of(type, 4, 9, 5));
        for (int axis = 0; axis < 3; axis++) {
          int of = axis;
          batch.kernel(
              b -> List.of(b.add("r", new ArgReduce(ArgReduce.Kind.ARG_MAX, x, of, false))));
          batch.kernel(
              b -> List.of(b.add("r", new ArgReduce(ArgReduce.Kind.ARG_MIN, x, of, true))));
        }
      }
    }
    batch.check();
  }

  @Test
  void codeBeforeAndAfter() {
    var batch = new KernelBatch();
    for (int axis = 0; axis < 3; axis++) {
      int of = axis;
      Value x = batch.input(TensorType.of(ElementType.F32, 6, 33, 20));
      Value row = batch.input(TensorType.of(ElementType.F32, 20));
      Value transposed = batch.input(TensorType.of(ElementType.F32, 20, 33, 6));
      Value flags = batch.input(TensorType.of(ElementType.BOOL, 6, 33, 20));
      var shape = x.type().shape();
      Value side = batch.input(x.type().withShape(shape.without(List.of(axis))));
      batch.kernel(b -> {
        Value wide = b.add("wide", new Broadcast(row, shape, List.of(2)));
        Value turned = b.add("turned", new Transpose(transposed, List.of(2, 1, 0)));
        Value sum = b.add("sum", new Binary(Binary.Kind.ADD, x, wide));
        Value product = b.add("product", new Binary(Binary.Kind.MULTIPLY, sum, turned));
        Value r = b.add("r", new Reduce(Reduce.Kind.REDUCE_SUM, product, List.of(of)));
        Value more = b.add("more", new Binary(Binary.Kind.SUBTRACT, r, side));
        return List.of(sum, r, b.add("root", new Unary(Unary.Kind.TANH, more)));
      });
      batch.kernel(b -> {
        Value wide = b.add("wide", new Broadcast(row, shape, List.of(2)));
        Value exp = b.add("exp", new Unary(Unary.Kind.EXP, x));
        Value chosen = b.add("chosen", new Select(flags, exp, wide));
        return List.of(
            chosen, b.add("r", new Reduce(Reduce.Kind.REDUCE_MEAN, chosen, List.of(of))));
      });
      batch.kernel(b -> {
        Value wide = b.add("wide", new Broadcast(row, shape, List.of(2)));
        Value less = b.add("less", new Compare(Compare.Kind.LESS, x, wide));
        return List.of(b.add("r", new Reduce(Reduce.Kind.REDUCE_OR, less, List.of(of))));
      });
      batch.kernel(b -> {
        Value count = b.add("count", new Iota(x.type().withElement(ElementType.I32), of));
        Value real = b.add("real", new Convert(count, ElementType.F32));
        Value product = b.add("product", new Binary(Binary.Kind.MULTIPLY, real, x));
        Value best = b.add("best", new ArgReduce(ArgReduce.Kind.ARG_MAX, product, of, false));
        return List.of(product, b.add("r", new Convert(best, ElementType.I32)));
      });
    }
    batch.check();
  }

  @Test
  void takesOverWhatItsOwnElementReads() {
    var batch = new KernelBatch();
    Value x = batch.input(TensorType.of(ElementType.F32, 40, 33));
    Value y = batch.input(x.type());
    Value side = batch.input(TensorType.of(ElementType.F32, 40));
    batch.kernel(b -> {
      Value sum = b.add("sum", new Binary(Binary.Kind.ADD, x, y));
      Value r = b.add("r", new Reduce(Reduce.Kind.REDUCE_SUM, sum, List.of(1)));
      return List.of(sum, b.add("more", new Binary(Binary.Kind.ADD, r, side)));
    });
    Kernel kernel = (Kernel) batch.schedule(Target.of(256, 2)).steps().getFirst();
    Value sum = kernel.outputs().get(0);
    Value more = kernel.outputs().get(1);
    assertTrue(KernelBatch.mayOverwrite(kernel, sum, x));
    assertTrue(KernelBatch.mayOverwrite(kernel, more, side));
    assertTrue(!KernelBatch.mayOverwrite(kernel, more, x));
    assertTrue(!KernelBatch.mayOverwrite(kernel, sum, side));
    batch.checkInPlace(sum, x);
    batch.checkInPlace(more, side);
  }

  @Test
  void oneElementOfEveryRank() {
    var batch = new KernelBatch();
    reduce(batch, Reduce.Kind.REDUCE_SUM, batch.input(TensorType.of(ElementType.F32, 1, 1)), 0, 1);
    reduce(batch, Reduce.Kind.REDUCE_SUM, batch.input(TensorType.of(ElementType.F32, 1, 7)), 0);
    reduce(batch, Reduce.Kind.REDUCE_MAX, batch.input(TensorType.of(ElementType.F32, 7, 1)), 1);
    Value scalar = batch.input(new dev.miser.ir.type.TensorType(ElementType.F32, Shape.SCALAR));
    reduce(batch, Reduce.Kind.REDUCE_MEAN, scalar);
    batch.check();
  }
}
