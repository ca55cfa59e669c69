/** The architectures Miser is tested with, each a builder over layers named as in PyTorch. */
@NullMarked
package dev.miser.testmodels.models;

import org.jspecify.annotations.NullMarked;
