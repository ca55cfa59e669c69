/** A plan to Java source to a class. */
@NullMarked
package dev.miser.codegen;

import org.jspecify.annotations.NullMarked;
