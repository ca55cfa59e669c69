/** Straight-line code for lanes, scalar and vector: the only place that names the Vector API. */
@NullMarked
package dev.miser.codegen.vector;

import org.jspecify.annotations.NullMarked;
