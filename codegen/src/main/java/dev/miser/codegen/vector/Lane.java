package dev.miser.codegen.vector;

import com.palantir.javapoet.CodeBlock;
import dev.miser.ir.type.ElementType;

/**
 * One value in emitted straight-line code: a local variable or a literal, holding one element or,
 * in vector code, one element a lane.
 *
 * @param type what it holds; sixteen-bit floats are held as float, small integers as int
 */
public record Lane(ElementType type, CodeBlock code) {}
