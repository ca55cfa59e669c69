package dev.miser.testmodels.numerics;

import dev.miser.ir.eval.Tensor;
import dev.miser.ir.func.Function;
import java.util.List;
import java.util.Map;

/**
 * A function, its inputs, and what it must compute: one expected tensor and one bound a result.
 * Expected floats are f64, whatever the function's element type.
 */
public record OpCase(
    String name,
    Function function,
    Map<String, Tensor> inputs,
    List<Tensor> expected,
    List<Bound> bounds) {}
