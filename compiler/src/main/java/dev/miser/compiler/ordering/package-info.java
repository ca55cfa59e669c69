/** Graphs of values as files, for {@code miser order}. */
@NullMarked
package dev.miser.compiler.ordering;

import org.jspecify.annotations.NullMarked;
