/** Convolutions: by panels of gathered pixels and the matrix micro-kernel, or in plain loops. */
@NullMarked
package dev.miser.codegen.window;

import org.jspecify.annotations.NullMarked;
