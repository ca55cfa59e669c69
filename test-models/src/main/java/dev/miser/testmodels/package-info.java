/** The models Miser is tested with, and what writes their texts. */
@NullMarked
package dev.miser.testmodels;

import org.jspecify.annotations.NullMarked;
