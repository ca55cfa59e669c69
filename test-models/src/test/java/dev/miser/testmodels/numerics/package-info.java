/** Operations against the recorded numbers of {@code ../shared/numerics}. */
@NullMarked
package dev.miser.testmodels.numerics;

import org.jspecify.annotations.NullMarked;
