/** The front door of the library: text in; a plan, source or running program out. */
@NullMarked
package dev.miser.compiler;

import org.jspecify.annotations.NullMarked;
