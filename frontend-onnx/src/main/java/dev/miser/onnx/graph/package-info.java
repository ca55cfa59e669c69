/**
 * What stands between a file's graph and a function: names, nodes, and the function as it grows.
 */
@NullMarked
package dev.miser.onnx.graph;

import org.jspecify.annotations.NullMarked;
