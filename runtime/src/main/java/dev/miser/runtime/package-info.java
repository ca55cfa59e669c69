/** What an emitted program runs on: the arena, the store, the workers. */
@NullMarked
package dev.miser.runtime;

import org.jspecify.annotations.NullMarked;
