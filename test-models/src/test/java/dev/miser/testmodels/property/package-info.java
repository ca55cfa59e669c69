/** Programs made by chance or by enumeration, run by compiled kernels. */
@NullMarked
package dev.miser.testmodels.property;

import org.jspecify.annotations.NullMarked;
