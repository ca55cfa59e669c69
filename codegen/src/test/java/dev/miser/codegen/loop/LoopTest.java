package dev.miser.codegen.loop;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.miser.codegen.KernelRun;
import dev.miser.ir.eval.Precision;
import dev.miser.ir.eval.Tensor;
import dev.miser.ir.func.FunctionBuilder;
import dev.miser.ir.op.Binary;
import dev.miser.ir.op.Broadcast;
import dev.miser.ir.op.Transpose;
import dev.miser.ir.op.Unary;
import dev.miser.ir.op.Value;
import dev.miser.ir.plan.Target;
import dev.miser.ir.type.ElementType;
import dev.miser.ir.type.Shape;
import dev.miser.ir.type.TensorType;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Leaves of every stride pattern give what the reference gives, at each vector width. */
class LoopTest {
  private static Tensor numbers(TensorType type, long seed) {
    var random = new Random(seed);
    double[] values = new double[Math.toIntExact(type.elementCount())];
    java.util.Arrays.setAll(values, i -> (float) random.nextGaussian());
    return Tensor.ofDoubles(type, values);
  }

  private static Map<String, Tensor> inputs(FunctionBuilder builder) {
    var inputs = new HashMap<String, Tensor>();
    builder
        .build()
        .parameters()
        .forEach(p -> inputs.put(p.value().name(), numbers(p.value().type(), inputs.size())));
    return inputs;
  }

  private static void check(FunctionBuilder builder) {
    Map<String, Tensor> inputs = inputs(builder);
    List<Tensor> expected = KernelRun.reference(builder.build(), inputs, Precision.DECLARED);
    for (int bits : List.of(128, 256, 512)) {
      assertEquals(expected, KernelRun.run(builder.build(), inputs, Target.of(bits, 2)));
    }
  }

  @Test
  void broadcastsAndTransposes() {
    var builder = new FunctionBuilder("f");
    Value a = builder.input("a", TensorType.of(ElementType.F32, 5, 33));
    Value b = builder.input("b", TensorType.of(ElementType.F32, 33));
    Value c = builder.input("c", TensorType.of(ElementType.F32, 5));
    Value d = builder.input("d", TensorType.of(ElementType.F32, 33, 5));
    Shape shape = Shape.of(5, 33);
    Value row = builder.add("row", new Broadcast(b, shape, List.of(1)));
    Value column = builder.add("column", new Broadcast(c, shape, List.of(0)));
    Value sum = builder.add("sum", new Binary(Binary.Kind.ADD, a, row));
    Value product = builder.add("product", new Binary(Binary.Kind.MULTIPLY, sum, column));
    Value r = builder.add("r", new Unary(Unary.Kind.RELU, product));
    builder.returns(r);
    check(builder);
    Value t = builder.add("t", new Transpose(d, List.of(1, 0)));
    builder.returns(builder.add("z", new Binary(Binary.Kind.SUBTRACT, r, t)));
    check(builder);
  }
}
