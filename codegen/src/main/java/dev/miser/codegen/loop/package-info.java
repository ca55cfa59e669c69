/** Elementwise loops over affine leaves. */
@NullMarked
package dev.miser.codegen.loop;

import org.jspecify.annotations.NullMarked;
