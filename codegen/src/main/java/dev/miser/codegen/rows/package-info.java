/** Kernels over rows and columns: reductions, normalizations and attention. */
@NullMarked
package dev.miser.codegen.rows;

import org.jspecify.annotations.NullMarked;
