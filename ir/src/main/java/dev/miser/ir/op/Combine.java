package dev.miser.ir.op;

/** How a scatter joins an update with what stands at its place; updates come in index order. */
public enum Combine {
  SET,
  ADD,
  MULTIPLY,
  MINIMUM,
  MAXIMUM
}
