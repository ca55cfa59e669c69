/** From Schedule to Plan: in-place, layout in the arena, budgets, and the memory report. */
@NullMarked
package dev.miser.passes.memory;

import org.jspecify.annotations.NullMarked;
