package dev.miser.passes.analysis;

import dev.miser.ir.func.Function;
import dev.miser.ir.func.Parameter;
import java.util.function.Predicate;

/** How many numbers a program's parameters and state hold, and in how many bytes. */
public record ParameterCount(long elements, long bytes) {
  /** Counts all parameters and state. */
  public static ParameterCount of(Function function) {
    return of(function, parameter -> true);
  }

  /**
   * Counts the parameters and state that {@code counted} holds for; publications leave out running
   * statistics, which only names tell apart from weights.
   */
  public static ParameterCount of(Function function, Predicate<Parameter> counted) {
    long elements = 0;
    long bytes = 0;
    for (Parameter parameter : function.parameters()) {
      if (parameter.role() != Parameter.Role.INPUT && counted.test(parameter)) {
        elements += parameter.value().type().elementCount();
        bytes += parameter.value().type().byteCount();
      }
    }
    return new ParameterCount(elements, bytes);
  }
}
