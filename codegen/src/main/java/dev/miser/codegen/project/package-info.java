/** Programs written out as projects of their own, which a stock JDK compiles and runs. */
@NullMarked
package dev.miser.codegen.project;

import org.jspecify.annotations.NullMarked;
