/** From Java source to loaded classes: compiler, size check, loader, cache. */
@NullMarked
package dev.miser.codegen.compile;

import org.jspecify.annotations.NullMarked;
