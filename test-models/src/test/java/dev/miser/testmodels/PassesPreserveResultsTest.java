package dev.miser.testmodels;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import dev.miser.ir.eval.Evaluation;
import dev.miser.ir.eval.Inputs;
import dev.miser.ir.eval.Precision;
import dev.miser.ir.eval.Reference;
import dev.miser.ir.eval.Tensor;
import dev.miser.ir.func.Function;
import dev.miser.ir.func.Verifier;
import dev.miser.passes.Form;
import dev.miser.passes.Pass;
import dev.miser.passes.PassContext;
import dev.miser.passes.PassFailure;
import dev.miser.passes.PassObserver;
import dev.miser.passes.PassRunner;
import dev.miser.passes.Passes;
import dev.miser.passes.Pipelines;
import dev.miser.passes.RunOptions;
import dev.miser.passes.simplify.BatchNormFolding;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Random programs compute the same before and after each pass, bit by bit but for folded norms. */
class PassesPreserveResultsTest {
  private static final int PROGRAMS = Boolean.getBoolean("miser.full") ? 5000 : 300;
  @TempDir Path folder;

  static List<Pass<Function>> passes() {
    return Passes.FUNCTION;
  }

  @ParameterizedTest
  @MethodSource("passes")
  void alone(Pass<Function> pass) {
    check(List.of(pass), RandomTensors.Kind.AWKWARD);
  }

  @Test
  void inTheStandardPipeline() {
    check(Pipelines.STANDARD.passes(), RandomTensors.Kind.ORDINARY);
  }

  @ParameterizedTest
  @MethodSource("passes")
  void twiceIsOnce(Pass<Function> pass) {
    for (long seed = 0; seed < PROGRAMS; seed++) {
      Function once = pass.run(RandomPrograms.function(seed, 12), new PassContext());
      Function twice = pass.run(once, new PassContext());
      assertSame(once, twice, "seed " + seed);
    }
  }

  private void check(List<Pass<Function>> passes, RandomTensors.Kind kind) {
    boolean changed = false;
    for (long seed = 0; seed < PROGRAMS; seed++) {
      Function function = RandomPrograms.function(seed, 12);
      assertEquals(List.of(), Verifier.verify(function));
      long inputs = seed;
      if (fails(function, passes, inputs, kind)) {
        Function small = Shrinker.shrink(function, f -> fails(f, passes, inputs, kind));
        run(small, passes, inputs, kind);
        fail("seed " + seed + " fails no more after shrinking:\n" + small);
      }
      changed |= !run(function, passes, inputs, kind).equals(function);
    }
    assertTrue(changed, "no program was changed: the test sees nothing");
  }

  private boolean fails(
      Function function, List<Pass<Function>> passes, long seed, RandomTensors.Kind kind) {
    try {
      run(function, passes, seed, kind);
      return false;
    } catch (PassFailure failure) {
      return true;
    }
  }

  private Function run(
      Function function, List<Pass<Function>> passes, long seed, RandomTensors.Kind kind) {
    var comparing =
        new PassObserver<Function>() {
          @Override
          public void changed(Pass<Function> pass, Function before, Function after) {
            boolean exact = !(pass instanceof BatchNormFolding);
            var values = exact ? kind : RandomTensors.Kind.ORDINARY;
            Map<String, Tensor> inputs = RandomTensors.of(before, seed, values);
            compare(before, after, inputs, exact);
          }
        };
    return new PassRunner<>(
            Form.FUNCTION, RunOptions.DEFAULT.withReproducerFolder(folder), comparing)
        .run(function, passes)
        .program();
  }

  private static void compare(
      Function before, Function after, Map<String, Tensor> inputs, boolean exact) {
    // Bits of what is declared; where rounding differs, the numbers behind it.
    Precision precision = exact ? Precision.DECLARED : Precision.DOUBLE;
    Evaluation expected = Reference.evaluate(before, Inputs.of(inputs), precision);
    Evaluation found = Reference.evaluate(after, Inputs.of(inputs), precision);
    for (int i = 0; i < expected.results().size(); i++) {
      Tensor e = expected.results().get(i);
      Tensor f = found.results().get(i);
      if (exact ? !e.equals(f) : !isNear(e, f)) {
        throw new AssertionError(
            "result "
                + i
                + " was\n"
                + e
                + "\nis\n"
                + f
                + "\nbefore\n"
                + before
                + "after\n"
                + after);
      }
    }
  }

  private static boolean isNear(Tensor e, Tensor f) {
    if (!e.type().element().isFloat()) {
      // An integer made of a float may land on the other side of a half.
      return e.type().equals(f.type());
    }
    for (int i = 0; i < e.doubles().length; i++) {
      double x = e.doubles()[i];
      double y = f.doubles()[i];
      boolean same = Double.compare(x, y) == 0 || x == y;
      if (!same && !(Math.abs(x - y) <= 1e-6 * (1 + Math.abs(x)))) {
        return false;
      }
    }
    return true;
  }
}
