/** The command {@code miser}, a thin skin on the compiler. */
@NullMarked
package dev.miser.driver;

import org.jspecify.annotations.NullMarked;
