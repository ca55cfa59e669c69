/** Whole programs, from function to results: against the reference, and in several ways. */
@NullMarked
package dev.miser.testmodels.e2e;

import org.jspecify.annotations.NullMarked;
