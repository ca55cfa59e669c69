/** Attention as one kernel, which never holds all scores at once. */
@NullMarked
package dev.miser.codegen.attention;

import org.jspecify.annotations.NullMarked;
