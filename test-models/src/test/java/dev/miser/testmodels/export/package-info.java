/** Exported models, judged by ONNX Runtime. */
@NullMarked
package dev.miser.testmodels.export;

import org.jspecify.annotations.NullMarked;
