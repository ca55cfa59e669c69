/** Convolutions whose every output channel reads one input channel. */
@NullMarked
package dev.miser.codegen.depthwise;

import org.jspecify.annotations.NullMarked;
