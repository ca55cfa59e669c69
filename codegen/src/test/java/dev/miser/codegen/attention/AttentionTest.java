package dev.miser.codegen.attention;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.miser.codegen.KernelRun;
import dev.miser.ir.eval.Precision;
import dev.miser.ir.eval.Tensor;
import dev.miser.ir.func.Function;
import dev.miser.ir.func.FunctionBuilder;
import dev.miser.ir.op.Attention;
import dev.miser.ir.op.Transpose;
import dev.miser.ir.op.Value;
import dev.miser.ir.plan.Target;
import dev.miser.ir.type.ElementType;
import dev.miser.ir.type.TensorType;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Attention against the reference: awkward sizes, masks, strides; one result at every width. */
class AttentionTest {
  private final FunctionBuilder builder = new FunctionBuilder("f");
  private final Map<String, Tensor> inputs = new HashMap<>();
  private final Random random = new Random(3);

  private Value input(ElementType element, long... dims) {
    TensorType type = TensorType.of(element, dims);
    Value value = builder.input("x" + inputs.size(), type);
    int count = Math.toIntExact(type.elementCount());
    if (element.isBoolean()) {
      long[] values = new long[count];
      java.util.Arrays.setAll(values, i -> i % 3 == 0 || random.nextBoolean() ? 1 : 0);
      inputs.put(value.name(), Tensor.ofLongs(type, values));
    } else {
      double[] values = new double[count];
      java.util.Arrays.setAll(values, i -> Math.rint(random.nextGaussian() * 64) / 64);
      inputs.put(value.name(), Tensor.ofDoubles(type, values));
    }
    return value;
  }

  private void check(Value query, Value key, Value value, @Nullable Value bias, boolean causal) {
    builder.returns(builder.add("y", new Attention(query, key, value, bias, 0.3, causal)));
    Function function = builder.build();
    Tensor expected = KernelRun.reference(function, inputs, Precision.DECLARED).getFirst();
    Tensor first = KernelRun.run(function, inputs, Target.of(128, 2)).getFirst();
    assertClose(expected, first, query.type().element());
    for (int bits : List.of(256, 512)) {
      assertEquals(first, KernelRun.run(function, inputs, Target.of(bits, 1)).getFirst());
    }
  }

  private static void assertClose(Tensor expected, Tensor found, ElementType element) {
    double bound = element == ElementType.F64 ? 1e-14 : element == ElementType.F32 ? 4e-6 : 0;
    for (int i = 0; i < expected.doubles().length; i++) {
      double want = expected.doubles()[i];
      double delta = Double.isNaN(want) ? 0 : bound * (1 + Math.abs(want));
      assertEquals(want, found.doubles()[i], delta, "element " + i);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "1,1,1,1",
    "2,3,4,5",
    "7,8,9,15",
    "8,16,3,16",
    "9,17,16,17",
    "31,33,7,33",
    "33,100,64,64",
    "130,257,8,8"
  })
  void awkwardSizes(long rows, long keys, long depth, long width) {
    for (boolean causal : List.of(false, true)) {
      var test = new AttentionTest();
      Value query = test.input(ElementType.F32, 2, 3, rows, depth);
      Value key = test.input(ElementType.F32, 2, 3, keys, depth);
      Value value = test.input(ElementType.F32, 2, 3, keys, width);
      test.check(query, key, value, null, causal);
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"F64", "F16", "BF16"})
  void otherTypes(ElementType element) {
    Value query = input(element, 3, 9, 4);
    Value key = input(element, 3, 11, 4);
    Value value = input(element, 3, 11, 5);
    check(query, key, value, input(ElementType.BOOL, 1, 9, 11), true);
  }

  @ParameterizedTest
  @ValueSource(strings = {"F32", "BOOL"})
  void biases(String name) {
    ElementType element = ElementType.valueOf(name);
    for (long[] dims :
        List.of(
            new long[] {2, 3, 9, 21},
            new long[] {1, 3, 1, 21},
            new long[] {2, 1, 9, 1},
            new long[] {1, 1, 1, 1})) {
      var test = new AttentionTest();
      Value query = test.input(ElementType.F32, 2, 3, 9, 4);
      Value key = test.input(ElementType.F32, 2, 3, 21, 4);
      Value value = test.input(ElementType.F32, 2, 3, 21, 6);
      test.check(query, key, value, test.input(element, dims), false);
    }
  }

  @Test
  void readsTransposedHeads() {
    Value query =
        builder.add("q", new Transpose(input(ElementType.F32, 2, 9, 3, 4), List.of(0, 2, 1, 3)));
    Value key =
        builder.add("k", new Transpose(input(ElementType.F32, 2, 11, 3, 4), List.of(0, 2, 1, 3)));
    Value value =
        builder.add("v", new Transpose(input(ElementType.F32, 2, 5, 3, 11), List.of(0, 2, 3, 1)));
    check(query, key, value, null, false);
  }
}
