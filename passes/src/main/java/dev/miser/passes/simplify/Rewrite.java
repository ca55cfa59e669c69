package dev.miser.passes.simplify;

import dev.miser.ir.op.Op;
import dev.miser.ir.op.Value;

/** What a rule says about an operation. */
sealed interface Rewrite {
  /** Nothing to do. */
  record Keep() implements Rewrite {}

  /** The result is equal to a value that exists already. */
  record Use(Value value) implements Rewrite {}

  /** Another operation computes the same. */
  record Become(Op op) implements Rewrite {}

  Rewrite KEEP = new Keep();

  static Rewrite use(Value value) {
    return new Use(value);
  }

  static Rewrite become(Op op) {
    return new Become(op);
  }
}
