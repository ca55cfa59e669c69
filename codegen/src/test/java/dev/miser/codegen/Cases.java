package dev.miser.codegen;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.miser.codegen.compile.ProgramLoader;
import dev.miser.codegen.compile.SourceCompiler;
import dev.miser.ir.diag.Place;
import dev.miser.ir.eval.Precision;
import dev.miser.ir.eval.Reference;
import dev.miser.ir.eval.Tensor;
import dev.miser.ir.func.Function;
import dev.miser.ir.func.FunctionBuilder;
import dev.miser.ir.func.Instruction;
import dev.miser.ir.op.Op;
import dev.miser.ir.op.Value;
import dev.miser.ir.plan.Algorithm;
import dev.miser.ir.plan.Kernel;
import dev.miser.ir.plan.KernelCatalog.Packing;
import dev.miser.ir.plan.Plan;
import dev.miser.ir.plan.Schedule;
import dev.miser.ir.plan.Step;
import dev.miser.ir.plan.Target;
import dev.miser.ir.type.TensorType;
import dev.miser.runtime.Instance;
import dev.miser.runtime.Program;
import dev.miser.runtime.Slot;
import dev.miser.runtime.WorkerPool;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;

/**
 * Many kernels in one program, each compared with the reference evaluator, and with itself at other
 * vector widths and numbers of threads.
 */
public final class Cases {
  private static final WorkerPool POOL = new WorkerPool(2);

  /** One kernel: instructions, and how far its results may be from the reference. */
  private record Case(int from, int to, List<Value> outputs, double tolerance) {}

  private final FunctionBuilder builder = new FunctionBuilder("cases");
  private final List<Case> cases = new ArrayList<>();
  private final Map<String, Tensor> inputs = new HashMap<>();
  private final List<Value> results = new ArrayList<>();
  private int names;

  /** Returns an input of seeded numbers: normal floats, integers of all sizes. */
  public Value input(TensorType type) {
    String name = "x" + names++;
    Value value = builder.input(name, type);
    inputs.put(name, numbers(type, names));
    return value;
  }

  private static Tensor numbers(TensorType type, long seed) {
    var random = new Random(seed);
    int count = Math.toIntExact(type.elementCount());
    if (type.element().isFloat()) {
      double[] values = new double[count];
      java.util.Arrays.setAll(values, i -> (float) random.nextGaussian());
      return Tensor.ofDoubles(type, values).rounded();
    }
    long[] values = new long[count];
    int bits = 8 * type.element().bytes();
    long sign = type.element().isUnsigned() ? 0 : 1L << (bits - 1);
    long mask = bits == 64 ? -1 : (1L << bits) - 1;
    java.util.Arrays.setAll(
        values, i -> bits == 64 ? random.nextLong() : (random.nextLong() & mask) - sign);
    return Tensor.ofLongs(type, values);
  }

  /** Adds an instruction to the kernel that is being made. */
  public Value add(Op op) {
    return builder.add("v" + names++, op);
  }

  /** Ends a kernel whose results differ by at most {@code tolerance} from the reference. */
  public void kernel(double tolerance, Value... outputs) {
    int from = cases.isEmpty() ? 0 : cases.getLast().to;
    results.addAll(List.of(outputs));
    builder.returns(outputs);
    int to = builder.build().body().size();
    cases.add(new Case(from, to, List.of(outputs), tolerance));
  }

  /** The program for a Target, with operands packed or not. */
  private final class Prepared {
    final Map<String, Tensor> given = new HashMap<>(inputs);
    final FunctionBuilder signature = new FunctionBuilder("cases");
    final Plan plan;

    Prepared(Target target, boolean packs) {
      Function function = builder.build();
      function.parameters().forEach(p -> signature.input(p.value().name(), p.value().type()));
      var steps = new ArrayList<Step>();
      for (Case one : cases) {
        List<Instruction> body = function.body().subList(one.from, one.to);
        Kernel kernel = kernel(body, one.outputs, target);
        if (packs) {
          for (Packing packing : CodegenCatalog.DEFAULT.packings(kernel, target)) {
            kernel = kernel(packed(kernel.body(), packing), one.outputs, target);
          }
        }
        steps.add(kernel);
      }
      signature.returns(signature.build().parameters().getFirst().value());
      plan =
          KernelRun.plan(
              new Schedule(
                  "cases",
                  target,
                  signature.build().parameters(),
                  List.of(),
                  steps,
                  results,
                  List.of()));
    }

    private Kernel kernel(List<Instruction> body, List<Value> outputs, Target target) {
      List<Algorithm> algorithms = CodegenCatalog.DEFAULT.algorithms(body, outputs, target);
      assertTrue(!algorithms.isEmpty(), () -> "no kernel for " + body);
      Algorithm best = algorithms.getFirst();
      return new Kernel(best.name(), body, outputs, best.workspaceBytes(), Place.NONE);
    }

    /** Packs an operand before the step, and reads it packed. */
    private List<Instruction> packed(List<Instruction> body, Packing packing) {
      Map<Value, Tensor> values = new HashMap<>();
      values.put(packing.operand(), Objects.requireNonNull(given.get(packing.operand().name())));
      for (Instruction pack : packing.pack()) {
        values.put(pack.result(), Reference.evaluate(pack, values, Precision.DECLARED));
      }
      String name = packing.packed().name();
      if (given.put(name, Objects.requireNonNull(values.get(packing.packed()))) == null) {
        signature.input(name, packing.packed().type());
      }
      var all = new ArrayList<>(packing.unpack());
      for (Instruction instruction : body) {
        all.add(
            instruction.withOp(
                instruction
                    .op()
                    .withOperands(
                        instruction.operands().stream()
                            .map(v -> v.equals(packing.operand()) ? packing.unpacked() : v)
                            .toList())));
      }
      return all;
    }

    List<Tensor> run(int threads) {
      Program program =
          ProgramLoader.load(SourceCompiler.compile(Emitter.emit(plan, CodegenCatalog.DEFAULT)));
      Instance instance = Instance.start(program, (slot, from, bytes) -> {}, POOL, threads);
      for (Slot slot : instance.slots(Slot.Role.INPUT)) {
        Objects.requireNonNull(given.get(slot.name())).writeTo(instance.bytes(slot));
      }
      instance.step();
      var tensors = new ArrayList<Tensor>();
      for (int i = 0; i < results.size(); i++) {
        tensors.add(Tensor.read(results.get(i).type(), instance.result(i)));
      }
      return tensors;
    }
  }

  /** Compares everything: with the reference, over widths, threads, and with packed operands. */
  public void check() {
    List<Tensor> expected = KernelRun.reference(builder.build(), inputs, Precision.DECLARED);
    List<Tensor> first = new Prepared(Target.of(256, 1), false).run(1);
    compare(expected, first);
    for (int bits : List.of(128, 256, 512)) {
      sameBits(first, new Prepared(Target.of(bits, 2), false).run(2), bits + " bits");
    }
    for (int bits : List.of(128, 512)) {
      sameBits(first, new Prepared(Target.of(bits, 2), true).run(2), bits + " bits, packed");
    }
  }

  private void sameBits(List<Tensor> expected, List<Tensor> actual, String what) {
    for (int i = 0; i < expected.size(); i++) {
      int index = i;
      assertEquals(expected.get(i), actual.get(i), () -> what + ": " + definition(index));
    }
  }

  private String definition(int result) {
    Value value = results.get(result);
    return builder.build().body().stream()
        .filter(i -> i.result().equals(value))
        .findFirst()
        .map(Instruction::toString)
        .orElseThrow();
  }

  private void compare(List<Tensor> expected, List<Tensor> actual) {
    int result = 0;
    for (Case one : cases) {
      for (int i = 0; i < one.outputs.size(); i++, result++) {
        if (!one.outputs.get(i).type().element().isFloat()) {
          int index = result;
          assertEquals(expected.get(result), actual.get(result), () -> definition(index));
          continue;
        }
        double[] wanted = expected.get(result).doubles();
        double[] found = actual.get(result).doubles();
        for (int e = 0; e < wanted.length; e++) {
          int index = result;
          int element = e;
          boolean same = Double.compare(wanted[e], found[e]) == 0 || wanted[e] == found[e];
          assertTrue(
              same || Math.abs(wanted[e] - found[e]) <= one.tolerance,
              () ->
                  definition(index)
                      + "\nelement "
                      + element
                      + ": expected "
                      + wanted[element]
                      + ", found "
                      + found[element]);
        }
      }
    }
  }
}
