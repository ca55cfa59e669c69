/** A function as an ONNX model: its operations as ONNX operators, its weights as initializers. */
@NullMarked
package dev.miser.onnx.export;

import org.jspecify.annotations.NullMarked;
