package dev.miser.testmodels.onnx;

import dev.miser.compiler.Miser;
import dev.miser.compiler.Options;
import dev.miser.frontend.weights.NamedTensors;
import dev.miser.frontend.weights.Tensor;
import dev.miser.ir.func.Function;
import dev.miser.ir.op.Value;
import dev.miser.ir.plan.Target;
import dev.miser.runtime.Instance;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** One step of a function in emitted kernels. */
final class KernelRun {
  private KernelRun() {}

  /** Returns the results of a step with these inputs, by name; others are left as they are. */
  static List<dev.miser.ir.eval.Tensor> run(
      Function function, NamedTensors weights, Map<String, Tensor> inputs) {
    Instance instance =
        Miser.compile(function)
            .target(Target.of(256, 2))
            .weights(weights)
            .with(options -> options.withCache(Options.CachePolicy.IGNORE))
            .build()
            .instantiate();
    inputs.forEach((name, tensor) -> {
      if (function.parameters().stream().anyMatch(p -> p.value().name().equals(name))) {
        instance.input(name).copyFrom(tensor.bytes());
      }
    });
    instance.step();
    var results = new ArrayList<dev.miser.ir.eval.Tensor>();
    for (Value result : function.results()) {
      results.add(dev.miser.ir.eval.Tensor.read(result.type(), instance.result(results.size())));
    }
    return results;
  }
}
