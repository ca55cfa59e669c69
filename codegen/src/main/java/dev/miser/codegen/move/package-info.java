/**
 * Kernels that move elements: concatenation, padding, packing, gathers and scatters, orderings,
 * running sums, and constants.
 */
@NullMarked
package dev.miser.codegen.move;

import org.jspecify.annotations.NullMarked;
