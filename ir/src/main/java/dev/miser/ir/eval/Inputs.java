package dev.miser.ir.eval;

import dev.miser.ir.diag.Code;
import dev.miser.ir.func.Parameter;
import java.util.Map;

/** What the parameters of a program hold; each is asked for right before its first use. */
@FunctionalInterface
public interface Inputs {
  /** Returns the elements of a parameter, of its type. */
  Tensor of(Parameter parameter);

  /** Returns inputs by parameter name. */
  static Inputs of(Map<String, Tensor> tensors) {
    return parameter -> {
      Tensor tensor = tensors.get(parameter.value().name());
      if (tensor == null) {
        throw new EvaluationException(
            Code.RUN_INPUT, parameter.value(), parameter.value().name(), "is missing");
      }
      return tensor;
    };
  }
}
