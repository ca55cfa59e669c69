/** The Schedule and Plan forms: ordered steps, buffers with offsets, and their checkers. */
@NullMarked
package dev.miser.ir.plan;

import org.jspecify.annotations.NullMarked;
