/**
 * In which order to run the nodes of a graph so that few bytes are alive at once: exact search with
 * a proof, heuristics with a bound. Knows nothing of programs: bytes and who touches them.
 */
@NullMarked
package dev.miser.passes.memory.ordering;

import org.jspecify.annotations.NullMarked;
