package dev.miser.driver;

import dev.miser.compiler.Comparison;
import dev.miser.compiler.Compilation;
import dev.miser.compiler.Executable;
import dev.miser.compiler.ReferenceRun;
import dev.miser.ir.eval.Tensor;
import dev.miser.ir.op.Value;
import dev.miser.runtime.Instance;
import java.lang.foreign.MemorySegment;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** {@code miser run --check}: results against the reference evaluator and the unplanned program. */
final class RunCheck {
  private final Console console;
  private final Executable executable;
  private final InputSet inputs;

  RunCheck(Console console, Executable executable, InputSet inputs) {
    this.console = console;
    this.executable = executable;
    this.inputs = inputs;
  }

  /** Checks the results of the instance's last step; returns the exit code. */
  int run(Instance instance) {
    boolean isGood = sameBitsUnplanned(instance);
    isGood &= nearReference(instance);
    return isGood ? Main.GOOD : Main.CHECK_FAILED;
  }

  private boolean sameBitsUnplanned(Instance instance) {
    Instance unplanned = executable.unplanned().instantiate();
    inputs.set(unplanned);
    unplanned.step();
    boolean isGood = true;
    List<Value> results = executable.compilation().results();
    for (int i = 0; i < results.size(); i++) {
      long at = instance.result(i).mismatch(unplanned.result(i));
      if (at >= 0) {
        long element = at / results.get(i).type().element().bytes();
        say(
            "check failed: "
                + results.get(i)
                + " differs from the unplanned program"
                + " from element "
                + element
                + " on");
        isGood = false;
      }
    }
    if (isGood) {
      say("check: same bits as the unplanned program");
    }
    return isGood;
  }

  private boolean nearReference(Instance instance) {
    Compilation compilation = executable.compilation();
    Map<String, MemorySegment> given = new LinkedHashMap<>();
    inputs.tensors().forEach((name, tensor) -> given.put(name, tensor.bytes()));
    List<Tensor> expected = ReferenceRun.evaluate(compilation, executable.weights(), given);
    double bound = ReferenceRun.bound(compilation.schedule());
    boolean isGood = true;
    for (int i = 0; i < expected.size(); i++) {
      Value value = compilation.results().get(i);
      Tensor found = Tensor.read(value.type(), instance.result(i));
      Comparison comparison = Comparison.of(value.toString(), found, expected.get(i), bound);
      say(
          (comparison.isGood() ? "check: " : "check failed: ")
              + "against the reference, "
              + comparison);
      isGood &= comparison.isGood();
    }
    return isGood;
  }

  private void say(String line) {
    console.err().println(line);
  }
}
