/** Passes: functions from a program to an equivalent program, and what runs them. */
@NullMarked
package dev.miser.passes;

import org.jspecify.annotations.NullMarked;
