/** Analyses: facts about a program that passes and reports ask for. */
@NullMarked
package dev.miser.passes.analysis;

import org.jspecify.annotations.NullMarked;
