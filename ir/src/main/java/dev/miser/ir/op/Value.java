package dev.miser.ir.op;

import dev.miser.ir.type.TensorType;

/**
 * The result of an instruction or a parameter: a name, unique within its program, and a type. It
 * does not link to its definition.
 */
public record Value(String name, TensorType type) {
  /**
   * The name alone, whose hash a string keeps: maps are asked for values more than for all else.
   */
  @Override
  public int hashCode() {
    return name.hashCode();
  }

  /** Returns the name as written in text, quoted where its spelling asks for it. */
  @Override
  public String toString() {
    return Names.reference(name);
  }
}
