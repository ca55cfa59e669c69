/** Benchmarks, and the figures Miser must reach. */
@NullMarked
package dev.miser.bench;

import org.jspecify.annotations.NullMarked;
