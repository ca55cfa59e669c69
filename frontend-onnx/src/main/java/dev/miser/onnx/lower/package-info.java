/** What each ONNX operator means in operations of ours, one family a class. */
@NullMarked
package dev.miser.onnx.lower;

import org.jspecify.annotations.NullMarked;
