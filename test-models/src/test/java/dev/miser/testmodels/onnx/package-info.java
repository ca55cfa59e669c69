/** The cases of the ONNX backend suite, run against what the importer makes of them. */
@NullMarked
package dev.miser.testmodels.onnx;

import org.jspecify.annotations.NullMarked;
