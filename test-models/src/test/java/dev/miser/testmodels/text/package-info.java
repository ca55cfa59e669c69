/** Texts of programs: every form reads back, and what is no program is refused. */
@NullMarked
package dev.miser.testmodels.text;

import org.jspecify.annotations.NullMarked;
