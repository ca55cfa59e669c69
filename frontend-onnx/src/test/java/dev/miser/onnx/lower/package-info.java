/** Operators in small models, against numbers worked out by hand or by plain loops. */
@NullMarked
package dev.miser.onnx.lower;

import org.jspecify.annotations.NullMarked;
