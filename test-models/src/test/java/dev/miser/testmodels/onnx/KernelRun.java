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

/** A function in emitted kernels, to be run for some inputs. */
record KernelRun(Function function, Instance instance) {
  static KernelRun of(Function function, NamedTensors weights) {
    Instance instance =
        Miser.compile(function)
            .target(Target.of(256, 2))
            .weights(weights)
            .with(options -> options.withCache(Options.CachePolicy.IGNORE))
            .build()
            .instantiate();
    return new KernelRun(function, instance);
  }

  /** Returns the results of one step of a function. */
  static List<dev.miser.ir.eval.Tensor> run(
      Function function, NamedTensors weights, Map<String, Tensor> inputs) {
    return of(function, weights).step(inputs);
  }

  /** Returns the results of a step with these inputs, by name; others are left as they are. */
  List<dev.miser.ir.eval.Tensor> step(Map<String, Tensor> inputs) {
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
