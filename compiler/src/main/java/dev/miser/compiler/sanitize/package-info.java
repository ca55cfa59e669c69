/** Runs programs with dead memory poisoned and every write watched. */
@NullMarked
package dev.miser.compiler.sanitize;

import org.jspecify.annotations.NullMarked;
