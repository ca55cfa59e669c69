package dev.miser.frontend.weights;

import dev.miser.ir.type.ElementType;
import dev.miser.ir.type.Shape;

/** The elements of a tensor as somebody gave them: of a type already, or as plain numbers. */
public sealed interface Elements permits Tensor, Numbers {
  Shape shape();

  /**
   * Returns the elements as a tensor: numbers take this element type, a tensor keeps its own.
   *
   * @throws dev.miser.ir.diag.DiagnosticException naming each number that the type cannot hold
   */
  Tensor typed(ElementType element);
}
