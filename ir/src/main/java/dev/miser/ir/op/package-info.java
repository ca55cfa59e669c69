/** The sealed operation hierarchy: every operation is declared once, as a record. */
@NullMarked
package dev.miser.ir.op;

import org.jspecify.annotations.NullMarked;
