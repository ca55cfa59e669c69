package dev.miser.testmodels.numerics;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.miser.codegen.CodegenCatalog;
import dev.miser.compiler.Miser;
import dev.miser.compiler.Options;
import dev.miser.ir.eval.Tensor;
import dev.miser.ir.func.Instruction;
import dev.miser.ir.op.Attention;
import dev.miser.ir.op.Contraction;
import dev.miser.ir.op.Elementwise;
import dev.miser.ir.op.Indexing;
import dev.miser.ir.op.Layout;
import dev.miser.ir.op.Normalization;
import dev.miser.ir.op.Ordering;
import dev.miser.ir.op.Reduction;
import dev.miser.ir.op.Source;
import dev.miser.ir.op.Value;
import dev.miser.ir.op.Windowed;
import dev.miser.ir.plan.Target;
import dev.miser.ir.type.ElementType;
import dev.miser.runtime.Instance;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Compiled kernels against every number recorded with PyTorch: within the bounds, and with the same
 * bits at every vector width and number of threads.
 */
class KernelNumericsTest {
  /** How many cases share one program: few enough to name what fails, many enough to be quick. */
  private static final int BATCH = 24;

  /** One way to run a program. */
  private record Way(int vectorBits, int threads) {}

  private static final List<Way> ALL_WAYS =
      List.of(new Way(128, 1), new Way(256, 2), new Way(512, 2), new Way(512, 1));

  private static final List<Way> TWO_WAYS = List.of(new Way(128, 1), new Way(512, 2));

  @ParameterizedTest
  @EnumSource(names = {"F32", "F64", "F16", "BF16"})
  void kernelsStayWithinTheirBounds(ElementType real) {
    List<OpCase> cases =
        OpCases.all(real).stream().filter(opCase -> withoutKernel(opCase).isEmpty()).toList();
    List<Way> ways = real == ElementType.F32 ? ALL_WAYS : TWO_WAYS;
    var complaints = new ArrayList<String>();
    for (int from = 0; from < cases.size(); from += BATCH) {
      List<OpCase> some = cases.subList(from, Math.min(from + BATCH, cases.size()));
      check(OpCaseJoin.join("cases_" + from, some), ways, complaints);
    }
    assertEquals(List.of(), complaints);
  }

  /** Holds that nothing was left out above. */
  @ParameterizedTest
  @EnumSource(names = {"F32", "F64", "F16", "BF16"})
  void everyCaseHasKernels(ElementType real) {
    var missing = new TreeSet<String>();
    OpCases.all(real).forEach(opCase -> missing.addAll(withoutKernel(opCase)));
    assertEquals(Set.of(), missing);
  }

  /** Returns the operations of a case that the catalogue has no kernel for. */
  private static Set<String> withoutKernel(OpCase opCase) {
    var missing = new TreeSet<String>();
    for (Instruction instruction : opCase.function().body()) {
      boolean moves =
          switch (instruction.op()) {
            case Layout layout -> true;
            case Source source -> true;
            case Elementwise elementwise -> false;
            case Indexing indexing -> false;
            case Contraction contraction -> false;
            case Reduction reduction -> false;
            case Ordering ordering -> false;
            case Windowed windowed -> false;
            case Normalization normalization -> false;
            case Attention attention -> false;
          };
      // What only moves may be a view or a part of another kernel.
      if (!moves
          && CodegenCatalog.DEFAULT
              .algorithms(List.of(instruction), List.of(instruction.result()), Target.of(256, 2))
              .isEmpty()) {
        missing.add(instruction.op().mnemonic());
      }
    }
    return missing;
  }

  private static void check(OpCase opCase, List<Way> ways, List<String> complaints) {
    List<Tensor> first = run(opCase, ways.getFirst());
    for (int i = 0; i < first.size(); i++) {
      String complaint = opCase.bounds().get(i).complaint(opCase.expected().get(i), first.get(i));
      if (complaint != null) {
        complaints.add(opCase.function().results().get(i) + " " + complaint);
      }
    }
    for (Way way : ways.subList(1, ways.size())) {
      List<Tensor> other = run(opCase, way);
      for (int i = 0; i < first.size(); i++) {
        if (!other.get(i).equals(first.get(i))) {
          complaints.add(
              opCase.function().results().get(i)
                  + " has other bits at "
                  + way
                  + " than at "
                  + ways.getFirst());
        }
      }
    }
  }

  private static List<Tensor> run(OpCase opCase, Way way) {
    Instance instance =
        Miser.compile(opCase.function())
            .target(Target.of(way.vectorBits, 2))
            .threads(way.threads)
            .with(options -> options.withCache(Options.CachePolicy.IGNORE))
            .build()
            .instantiate();
    opCase.inputs().forEach((name, tensor) -> tensor.writeTo(instance.input(name)));
    instance.step();
    var results = new ArrayList<Tensor>();
    for (Value result : opCase.function().results()) {
      results.add(Tensor.read(result.type(), instance.result(results.size())));
    }
    return results;
  }
}
