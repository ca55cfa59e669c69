package dev.miser.testmodels.e2e;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.miser.compiler.Comparison;
import dev.miser.compiler.Options;
import dev.miser.compiler.ReferenceRun;
import dev.miser.ir.eval.Precision;
import dev.miser.ir.eval.Reference;
import dev.miser.ir.eval.Tensor;
import dev.miser.ir.func.Function;
import dev.miser.ir.func.FunctionBuilder;
import dev.miser.ir.op.Binary;
import dev.miser.ir.op.Concat;
import dev.miser.ir.op.Unary;
import dev.miser.ir.op.Value;
import dev.miser.ir.type.ElementType;
import dev.miser.ir.type.TensorType;
import dev.miser.passes.Pipeline;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Legal programs of a size that no single kernel, method or class can hold. */
@Timeout(value = 300, unit = TimeUnit.SECONDS)
class ExtremesTest {
  private static final TensorType TYPE = TensorType.of(ElementType.F32, 3, 5);

  @Test
  void concatOfMoreOperandsThanAKernelReads() {
    var builder = new FunctionBuilder("wide");
    var inputs = new ArrayList<Value>();
    for (int i = 0; i < 311; i++) {
      inputs.add(builder.input("x" + i, TensorType.of(ElementType.F32, 3, 1 + i % 3)));
    }
    check(builder.returns(builder.add("y", new Concat(inputs, 1))).build());
  }

  /** More values live at once than a kernel's code can name, with uses all over. */
  @Test
  void elementwiseGraphTooLargeForOneKernel() {
    var builder = new FunctionBuilder("dense");
    var random = new Random(5);
    var values = new ArrayList<Value>();
    for (int i = 0; i < 150; i++) {
      values.add(builder.input("x" + i, TYPE));
    }
    for (int i = 0; i < 900; i++) {
      Value a = values.get(random.nextInt(values.size()));
      Value b = values.get(random.nextInt(values.size()));
      Binary.Kind kind = i % 2 == 0 ? Binary.Kind.MAXIMUM : Binary.Kind.SUBTRACT;
      values.add(builder.add("v" + i, new Binary(kind, a, b)));
    }
    Value sum = values.getFirst();
    for (Value value : values.subList(150, values.size())) {
      sum = builder.add("sum", new Binary(Binary.Kind.MINIMUM, sum, value));
    }
    check(builder.returns(sum).build());
  }

  @Test
  void chainOfTwentyThousandInstructions() {
    var builder = new FunctionBuilder("long");
    Value x = builder.input("x", TYPE);
    Value y = builder.input("y", TYPE);
    for (int i = 0; i < 10_000; i++) {
      x = builder.add("a" + i, new Unary(Unary.Kind.NEGATE, x));
      x = builder.add("b" + i, new Binary(Binary.Kind.MAXIMUM, x, y));
    }
    check(builder.returns(x).build());
  }

  private static void check(Function function) {
    Values values = Values.seeded(function, 1);
    Compiled compiled = Compiled.of(function, Way.MIDDLE, ExtremesTest::withoutPasses);
    List<Tensor> found = compiled.run(values, 2, 1);
    List<Tensor> expected =
        Reference.evaluate(function, values.inputs(), Precision.DECLARED).results();
    double bound = ReferenceRun.bound(compiled.compilation().schedule());
    for (int i = 0; i < expected.size(); i++) {
      Comparison comparison = Comparison.of("result", found.get(i), expected.get(i), bound);
      assertTrue(comparison.isGood(), comparison::toString);
    }
  }

  /** What the passes would make of these programs is smaller. */
  private static Options withoutPasses(Options options) {
    return options.withPipeline(new Pipeline(List.of(), List.of()));
  }
}
