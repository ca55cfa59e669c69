/** From Function to Schedule: what init does, which instructions run as one kernel, packing. */
@NullMarked
package dev.miser.passes.fuse;

import org.jspecify.annotations.NullMarked;
