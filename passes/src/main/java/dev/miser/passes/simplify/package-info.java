/** Passes over a Function that make it smaller or simpler without changing what it computes. */
@NullMarked
package dev.miser.passes.simplify;

import org.jspecify.annotations.NullMarked;
