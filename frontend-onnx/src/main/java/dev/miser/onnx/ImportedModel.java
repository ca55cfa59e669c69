package dev.miser.onnx;

import dev.miser.frontend.weights.NamedTensors;
import dev.miser.ir.func.Function;

/** A model as a function, the elements of its parameters, and where it comes from. */
public record ImportedModel(Function function, NamedTensors weights, Origin origin) {}
