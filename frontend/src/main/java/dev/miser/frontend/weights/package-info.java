/** Bytes of parameters and inputs: safetensors and .npy files, and seeded random numbers. */
@NullMarked
package dev.miser.frontend.weights;

import org.jspecify.annotations.NullMarked;
