/** Tests of schedules and plans as text: what their checkers refuse, and that they read back. */
@NullMarked
package dev.miser.testmodels.plan;

import org.jspecify.annotations.NullMarked;
