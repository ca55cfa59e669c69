/** Matrix products: micro-kernels, panels, and what happens to a tile before it is stored. */
@NullMarked
package dev.miser.codegen.matrix;

import org.jspecify.annotations.NullMarked;
