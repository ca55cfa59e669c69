package dev.miser.ir.type;

/** The type of a value: what its elements are and how many along each axis, stored row-major. */
public record TensorType(ElementType element, Shape shape) {
  public static TensorType of(ElementType element, long... dims) {
    return new TensorType(element, Shape.of(dims));
  }

  public int rank() {
    return shape.rank();
  }

  public long dim(int axis) {
    return shape.dim(axis);
  }

  public long elementCount() {
    return shape.elementCount();
  }

  /** Returns the size in bytes of all elements, without alignment. */
  public long byteCount() {
    return elementCount() * element.bytes();
  }

  public TensorType withShape(Shape other) {
    return new TensorType(element, other);
  }

  public TensorType withShape(long... dims) {
    return new TensorType(element, Shape.of(dims));
  }

  public TensorType withElement(ElementType other) {
    return new TensorType(other, shape);
  }

  /** Returns the text form, such as {@code f32[32,784]}. */
  @Override
  public String toString() {
    return element.text() + shape;
  }
}
