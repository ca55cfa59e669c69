package dev.miser.codegen.rows;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.fail;

import dev.miser.codegen.CodegenCatalog;
import dev.miser.codegen.KernelRun;
import dev.miser.ir.diag.Place;
import dev.miser.ir.eval.Precision;
import dev.miser.ir.eval.Tensor;
import dev.miser.ir.func.Function;
import dev.miser.ir.func.FunctionBuilder;
import dev.miser.ir.func.Instruction;
import dev.miser.ir.op.Value;
import dev.miser.ir.plan.Algorithm;
import dev.miser.ir.plan.Kernel;
import dev.miser.ir.plan.Plan;
import dev.miser.ir.plan.Schedule;
import dev.miser.ir.plan.Step;
import dev.miser.ir.plan.Target;
import dev.miser.ir.type.ElementType;
import dev.miser.ir.type.TensorType;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/**
 * Many kernels in one program, so that they are compiled in one go: checked against the reference,
 * and for equal bits at every vector width and with one worker and two.
 */
final class KernelBatch {
  /** Writes the body of one kernel and returns its outputs. */
  interface Body {
    List<Value> write(FunctionBuilder builder);
  }

  private record Part(int from, int to, List<Value> outputs) {}

  private final FunctionBuilder builder = new FunctionBuilder("batch");
  private final Map<String, Tensor> inputs = new LinkedHashMap<>();
  private final List<Part> parts = new ArrayList<>();
  private final List<Value> outputs = new ArrayList<>();
  private final Random random = new Random(20260711);

  /** Adds an input of random elements: floats normal, integers over all they can be. */
  Value input(TensorType type) {
    return input(type, 1);
  }

  /** Adds an input of random elements, floats scaled. */
  Value input(TensorType type, double scale) {
    int count = Math.toIntExact(type.elementCount());
    if (type.element().isFloat()) {
      double[] values = new double[count];
      java.util.Arrays.setAll(values, i -> scale * random.nextGaussian());
      return input(Tensor.ofDoubles(type, values).rounded());
    }
    long[] values = new long[count];
    int bits = type.element().isBoolean() ? 1 : 8 * type.element().bytes();
    boolean signed = !type.element().isUnsigned() && !type.element().isBoolean();
    java.util.Arrays.setAll(
        values,
        i -> {
          long raw = random.nextLong();
          return bits == 64 ? raw : signed ? raw >> (64 - bits) : raw >>> (64 - bits);
        });
    return input(Tensor.ofLongs(type, values));
  }

  Value input(Tensor tensor) {
    Value value = builder.input("x" + inputs.size(), tensor.type());
    inputs.put(value.name(), tensor);
    return value;
  }

  Value input(double... values) {
    return input(Tensor.ofDoubles(TensorType.of(ElementType.F32, values.length), values));
  }

  void kernel(Body body) {
    int from = builder.build().body().size();
    List<Value> written = body.write(builder);
    parts.add(new Part(from, builder.build().body().size(), written));
    outputs.addAll(written);
  }

  Schedule schedule(Target target) {
    Function function = function();
    var steps = new ArrayList<Step>();
    for (Part part : parts) {
      List<Instruction> body = function.body().subList(part.from, part.to);
      List<Algorithm> algorithms = CodegenCatalog.DEFAULT.algorithms(body, part.outputs, target);
      if (algorithms.isEmpty()) {
        throw new AssertionError("no kernel for " + body);
      }
      Algorithm first = algorithms.getFirst();
      steps.add(new Kernel(first.name(), body, part.outputs, first.workspaceBytes(), Place.NONE));
    }
    return new Schedule(
        "batch", target, function.parameters(), List.of(), steps, outputs, List.of());
  }

  Function function() {
    Function function = builder.build();
    return new Function(
        function.name(),
        function.parameters(),
        function.body(),
        outputs,
        function.updates(),
        function.place());
  }

  /** Returns the outputs of all kernels so far. */
  List<Value> outputs() {
    return outputs;
  }

  Map<String, Tensor> inputs() {
    return inputs;
  }

  /** Runs all kernels everywhere and compares. */
  void check() {
    List<Tensor> expected = KernelRun.reference(function(), inputs, Precision.DECLARED);
    List<Tensor> first = run(Target.of(128, 2));
    for (int i = 0; i < outputs.size(); i++) {
      compare(outputs.get(i), expected.get(i), first.get(i));
    }
    for (Target target : List.of(Target.of(256, 1), Target.of(512, 2))) {
      List<Tensor> found = run(target);
      for (int i = 0; i < outputs.size(); i++) {
        assertEquals(
            first.get(i), found.get(i), "other bits than with 128 at " + target + about(i));
      }
    }
  }

  /** Runs with an output in the place of an input, and compares with what it gives apart. */
  void checkInPlace(Value output, Value input) {
    Target target = Target.of(256, 2);
    Plan plan = KernelRun.plan(schedule(target));
    List<Tensor> apart = KernelRun.run(plan, inputs);
    var allocations = new ArrayList<Plan.Allocation>();
    long place = plan.offsets().of(input);
    long own = plan.offsets().of(output);
    for (Plan.Allocation a : plan.allocations()) {
      allocations.add(new Plan.Allocation(a.buffer(), a.offset() == own ? place : a.offset()));
    }
    Plan over =
        new Plan(
            plan.schedule(),
            allocations,
            List.of(new Plan.InPlace(output, input)),
            plan.arenaBytes(),
            plan.certificate());
    assertEquals(apart, KernelRun.run(over, inputs), output + " over " + input);
  }

  private String about(int output) {
    for (Part part : parts) {
      if (part.outputs.contains(outputs.get(output))) {
        return "\n" + function().body().subList(part.from, part.to);
      }
    }
    return "";
  }

  List<Tensor> run(Target target) {
    Plan plan = KernelRun.plan(schedule(target));
    return KernelRun.run(plan, inputs);
  }

  private void compare(Value value, Tensor expected, Tensor found) {
    if (!expected.type().element().isFloat()) {
      assertEquals(expected, found, () -> about(outputs.indexOf(value)));
      return;
    }
    double tolerance = tolerance(value.type().element());
    for (int i = 0; i < expected.doubles().length; i++) {
      double wanted = expected.doubles()[i];
      double is = found.doubles()[i];
      boolean same = Double.compare(wanted, is) == 0 || wanted == is;
      if (!same && !(Math.abs(wanted - is) <= tolerance * (1 + Math.abs(wanted)))) {
        fail(
            value
                + " at "
                + i
                + ": expected "
                + wanted
                + ", found "
                + is
                + about(outputs.indexOf(value)));
      }
    }
  }

  /** Some units in the last place of what was summed or normalized. */
  private static double tolerance(ElementType type) {
    return switch (type) {
      case F32 -> 1e-5;
      case F64 -> 1e-12;
      case F16 -> 2e-3;
      case BF16 -> 1.6e-2;
      case I64, I32, I16, I8, U64, U32, U16, U8, BOOL -> 0;
    };
  }

  /** Returns whether an output may be written exactly over an input. */
  static boolean mayOverwrite(Kernel kernel, Value output, Value input) {
    return CodegenCatalog.DEFAULT.overwrite(kernel, output, input, Target.of(256, 2)).admits(0);
  }
}
