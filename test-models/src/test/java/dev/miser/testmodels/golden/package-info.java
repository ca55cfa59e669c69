/** The golden files' runner: text files that say what must come out, and what came out. */
@NullMarked
package dev.miser.testmodels.golden;

import org.jspecify.annotations.NullMarked;
