/** Adjacent kernels run a part at a time, so that what lies between them never exists whole. */
@NullMarked
package dev.miser.passes.memory.strips;

import org.jspecify.annotations.NullMarked;
