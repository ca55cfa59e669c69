/** ONNX models: files to functions with their weights, and functions to files. */
@NullMarked
package dev.miser.onnx;

import org.jspecify.annotations.NullMarked;
