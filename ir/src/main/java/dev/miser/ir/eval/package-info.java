/** What each operation means, in plain loops meant to be read. */
@NullMarked
package dev.miser.ir.eval;

import org.jspecify.annotations.NullMarked;
