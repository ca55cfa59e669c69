/**
 * What can be told of a plan: facts of every buffer and step, why the peak is, and what changed.
 */
@NullMarked
package dev.miser.passes.memory.report;

import org.jspecify.annotations.NullMarked;
