/**
 * Kernels that slide a window over planes: pooling, and what depthwise convolution shares with it.
 */
@NullMarked
package dev.miser.codegen.pool;

import org.jspecify.annotations.NullMarked;
