package dev.miser.ir.eval;

/** In which float arithmetic a program is evaluated. Integers are the same in both. */
public enum Precision {
  /** Every result is rounded to its declared element type; sums inside an operation are double. */
  DECLARED,
  /** All floats are double throughout, whatever the declared type. */
  DOUBLE
}
