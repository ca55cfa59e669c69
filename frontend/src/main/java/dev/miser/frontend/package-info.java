/** The text of a program to the program, with diagnostics; weights from files. */
@NullMarked
package dev.miser.frontend;

import org.jspecify.annotations.NullMarked;
