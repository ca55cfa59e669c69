package dev.miser.ir.op;

/** An operation that makes a value without reading a tensor (save a random key). */
public sealed interface Source extends Op permits Constant, Iota, Random {}
