/** Element types, shapes and tensor types. */
@NullMarked
package dev.miser.ir.type;

import org.jspecify.annotations.NullMarked;
