package dev.miser.onnx.lower;

import dev.miser.ir.type.ElementType;

/** In which element type operators of several steps compute. */
final class Widths {
  private Widths() {}

  /** Halves are rounded once, at the end: between two steps they would lose most of their bits. */
  static ElementType ofFloat(ElementType element) {
    return element == ElementType.F16 || element == ElementType.BF16 ? ElementType.F32 : element;
  }

  /** Functions of integers that leave the integers are computed as f64. */
  static ElementType ofNumber(ElementType element) {
    return element.isFloat() ? ofFloat(element) : ElementType.F64;
  }
}
