/** Buffer lists as files: read from CSV, packed, written as CSV and drawn as SVG. */
@NullMarked
package dev.miser.compiler.packing;

import org.jspecify.annotations.NullMarked;
