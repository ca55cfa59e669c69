package dev.miser.codegen.loop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.miser.codegen.KernelRun;
import dev.miser.ir.diag.Place;
import dev.miser.ir.eval.Precision;
import dev.miser.ir.eval.Tensor;
import dev.miser.ir.func.Function;
import dev.miser.ir.func.FunctionBuilder;
import dev.miser.ir.func.Range;
import dev.miser.ir.op.Binary;
import dev.miser.ir.op.Broadcast;
import dev.miser.ir.op.Iota;
import dev.miser.ir.op.Transpose;
import dev.miser.ir.op.Unary;
import dev.miser.ir.op.Value;
import dev.miser.ir.plan.Target;
import dev.miser.ir.type.ElementType;
import dev.miser.ir.type.Shape;
import dev.miser.ir.type.TensorType;
import dev.miser.runtime.StepFailure;
import java.util.ArrayList;
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

  @Test
  void transposesOfManyRowsAndColumns() {
    var builder = new FunctionBuilder("f");
    Value a = builder.input("a", TensorType.of(ElementType.F32, 3, 70, 130));
    builder.returns(builder.add("t", new Transpose(a, List.of(2, 0, 1))));
    check(builder);
  }

  @Test
  void iotaAndRandomNumbersAreTheReferences() {
    var builder = new FunctionBuilder("f");
    Value key = builder.input("key", TensorType.of(ElementType.I64), new Range(0, 99));
    for (ElementType element : ElementType.values()) {
      if (!element.isBoolean()) {
        TensorType type = TensorType.of(element, 3, 5, 7);
        for (int axis = 0; axis < 3; axis++) {
          builder.returns(builder.add("iota", new Iota(type, axis)));
        }
        for (dev.miser.ir.op.Random.Kind kind : dev.miser.ir.op.Random.Kind.values()) {
          boolean bits = kind == dev.miser.ir.op.Random.Kind.RANDOM_BITS;
          if (bits ? element.isInteger() : element.isFloat()) {
            builder.returns(builder.add("random", new dev.miser.ir.op.Random(kind, key, type)));
          }
        }
      }
    }
    Function function = builder.build();
    Map<String, Tensor> inputs = Map.of("key", Tensor.ofLongs(key.type(), 0x123456789abcdefL));
    var found = new ArrayList<Tensor>();
    for (Value result : function.results()) {
      var one =
          new Function(
              "f",
              function.parameters(),
              function.body().stream().filter(i -> i.result().equals(result)).toList(),
              List.of(result),
              List.of(),
              Place.NONE);
      found.addAll(KernelRun.run(one, inputs, Target.GOLDEN));
    }
    assertEquals(KernelRun.reference(function, inputs, Precision.DECLARED), found);
  }

  @Test
  void emptyTensorsAreNoWork() {
    var builder = new FunctionBuilder("f");
    Value a = builder.input("a", TensorType.of(ElementType.F32, 4, 0, 3));
    builder.returns(builder.add("r", new Unary(Unary.Kind.EXP, a)));
    check(builder);
  }

  @Test
  void integerDivisionByZeroNamesTheKernel() {
    var builder = new FunctionBuilder("f");
    TensorType type = TensorType.of(ElementType.I32, 9);
    Value a = builder.input("a", type);
    builder.returns(builder.add("q", new Binary(Binary.Kind.DIVIDE, a, a)));
    Map<String, Tensor> inputs = Map.of("a", Tensor.ofLongs(type, new long[9]));
    var failure =
        assertThrows(
            StepFailure.class, () -> KernelRun.run(builder.build(), inputs, Target.GOLDEN));
    assertEquals("integer division by zero, in kernel loop (%q)", failure.getMessage());
  }
}
