package dev.miser.ir.eval;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.miser.ir.diag.Code;
import dev.miser.ir.diag.Place;
import dev.miser.ir.func.FunctionBuilder;
import dev.miser.ir.func.Instruction;
import dev.miser.ir.func.Parameter;
import dev.miser.ir.op.Binary;
import dev.miser.ir.op.Constant;
import dev.miser.ir.op.Literal;
import dev.miser.ir.op.Op;
import dev.miser.ir.op.Unary;
import dev.miser.ir.op.Value;
import dev.miser.ir.plan.Kernel;
import dev.miser.ir.plan.Schedule;
import dev.miser.ir.plan.Target;
import dev.miser.ir.type.ElementType;
import dev.miser.ir.type.TensorType;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The walk over a program: what is bound, rounded, kept and returned. */
class ReferenceTest {
  private static final TensorType F32X2 = TensorType.of(ElementType.F32, 2);

  @Test
  void returnsResultsAndNextStates() {
    var b = new FunctionBuilder("f");
    Value x = b.input("x", F32X2);
    Value w = b.state("w", F32X2, null);
    Value sum = b.add("sum", new Binary(Binary.Kind.ADD, x, w));
    b.update(w, sum).returns(x, sum);
    Evaluation evaluation =
        Reference.evaluate(
            b.build(),
            Inputs.of(
                Map.of("x", Tensor.ofDoubles(F32X2, 1, 2), "w", Tensor.ofDoubles(F32X2, 10, 20))),
            Precision.DECLARED);
    assertEquals(
        List.of(Tensor.ofDoubles(F32X2, 1, 2), Tensor.ofDoubles(F32X2, 11, 22)),
        evaluation.results());
    assertEquals(Map.of("w", Tensor.ofDoubles(F32X2, 11, 22)), evaluation.states());
  }

  @Test
  void declaredRoundsEveryResultAndDoubleRoundsNone() {
    var b = new FunctionBuilder("f");
    Value x = b.input("x", F32X2);
    Value tenth = b.add("tenth", new Constant(Literal.splat(F32X2, 0.1)));
    b.returns(b.add("y", new Binary(Binary.Kind.DIVIDE, x, tenth)));
    Inputs inputs = Inputs.of(Map.of("x", Tensor.ofDoubles(F32X2, 1, 0.7)));
    assertEquals(
        List.of(Tensor.ofDoubles(F32X2, 1f / 0.1f, 0.7f / 0.1f)),
        Reference.evaluate(b.build(), inputs, Precision.DECLARED).results());
    assertEquals(
        List.of(Tensor.ofDoubles(F32X2, 1 / (double) 0.1f, 0.7 / (double) 0.1f)),
        Reference.evaluate(b.build(), inputs, Precision.DOUBLE).results());
  }

  @Test
  void asksForEachParameterOnceAndForUnusedOnesNever() {
    var b = new FunctionBuilder("f");
    Value x = b.input("x", F32X2);
    b.param("unused", F32X2, null);
    Value y = b.add("y", new Unary(Unary.Kind.NEGATE, x));
    b.returns(b.add("z", new Binary(Binary.Kind.ADD, x, y)));
    var asked = new ArrayList<String>();
    Reference.evaluate(
        b.build(),
        parameter -> {
          asked.add(parameter.value().name());
          return Tensor.ofDoubles(F32X2, 1, 2);
        },
        Precision.DECLARED);
    assertEquals(List.of("x"), asked);
  }

  @Test
  void namesAnInputThatIsMissingOrOfAnotherType() {
    var b = new FunctionBuilder("f");
    b.returns(b.add("y", new Unary(Unary.Kind.NEGATE, b.input("x", F32X2))));
    var missing =
        assertThrows(
            EvaluationException.class,
            () -> Reference.evaluate(b.build(), Inputs.of(Map.of()), Precision.DOUBLE));
    assertEquals(Code.RUN_INPUT, missing.code());
    assertEquals("%x: input 'x': is missing", missing.getMessage());
    var scalar = Tensor.ofDoubles(TensorType.of(ElementType.F32), 1);
    var wrong =
        assertThrows(
            EvaluationException.class,
            () -> Reference.evaluate(b.build(), Inputs.of(Map.of("x", scalar)), Precision.DOUBLE));
    assertEquals("%x: input 'x': is f32[], expected f32[2]", wrong.getMessage());
  }

  @Test
  void kernelsKeepTheirInnerValuesToThemselves() {
    Value x = new Value("x", F32X2);
    Value inner = new Value("t", F32X2);
    Value a = new Value("a", F32X2);
    Value b = new Value("b", F32X2);
    var parameter = Parameter.input(x);
    // Both kernels call an inner value %t, with another meaning.
    Kernel first =
        kernel(
            List.of(
                instruction(inner, new Unary(Unary.Kind.NEGATE, x)),
                instruction(a, new Binary(Binary.Kind.ADD, inner, inner))),
            a);
    Kernel second =
        kernel(
            List.of(
                instruction(inner, new Unary(Unary.Kind.SQUARE, a)),
                instruction(b, new Binary(Binary.Kind.SUBTRACT, inner, x))),
            b);
    var schedule =
        new Schedule(
            "f",
            Target.GOLDEN,
            List.of(parameter),
            List.of(first),
            List.of(second),
            List.of(b),
            List.of());
    assertEquals(
        List.of(Tensor.ofDoubles(F32X2, 3, 39)),
        Reference.evaluate(
                schedule, Inputs.of(Map.of("x", Tensor.ofDoubles(F32X2, 1, -3))), Precision.DOUBLE)
            .results());
  }

  private static Instruction instruction(Value result, Op op) {
    return new Instruction(result, op, Place.NONE);
  }

  private static Kernel kernel(List<Instruction> body, Value output) {
    return new Kernel("loop", body, List.of(output), 0, Place.NONE);
  }
}
