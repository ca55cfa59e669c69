package dev.miser.codegen.pool;

/**
 * One spatial axis along which a window slides.
 *
 * @param size elements of the image
 * @param window entries of the window, {@code dilation} elements apart
 * @param stride elements between neighbouring positions
 * @param low padding before the image
 * @param positions how many positions there are
 */
record WindowAxis(long size, long window, long stride, long low, long dilation, long positions) {
  /** An axis that is not there. */
  static final WindowAxis NONE = new WindowAxis(1, 1, 1, 0, 1, 1);

  /** Returns how many elements the windows at {@code count} neighbouring positions span. */
  long extent(long count) {
    return (count - 1) * stride + (window - 1) * dilation + 1;
  }

  /** Returns how many columns of one phase the window reaches beyond its first. */
  long reach() {
    return (window - 1) * dilation / stride;
  }

  /** Returns whether every window lies inside the image. */
  boolean isInside() {
    return low == 0 && extent(positions) <= size;
  }
}
