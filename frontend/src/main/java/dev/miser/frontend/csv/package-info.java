/** Reading comma-separated values, with the place of every field. */
@NullMarked
package dev.miser.frontend.csv;

import org.jspecify.annotations.NullMarked;
