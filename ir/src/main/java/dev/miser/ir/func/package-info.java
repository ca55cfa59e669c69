/** The Function form: an immutable ordered list of SSA instructions, its printer and verifier. */
@NullMarked
package dev.miser.ir.func;

import org.jspecify.annotations.NullMarked;
