/**
 * Packing: an offset for each of a list of buffers, so that no two alive at once overlap. Knows
 * nothing of programs, and can be used alone.
 */
@NullMarked
package dev.miser.passes.memory.packing;

import org.jspecify.annotations.NullMarked;
