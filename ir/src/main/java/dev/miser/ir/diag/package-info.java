/** Places in source, diagnostics and the catalogue of diagnostic codes. */
@NullMarked
package dev.miser.ir.diag;

import org.jspecify.annotations.NullMarked;
