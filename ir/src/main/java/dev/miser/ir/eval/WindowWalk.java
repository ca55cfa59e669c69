package dev.miser.ir.eval;

import dev.miser.ir.type.Shape;
import java.util.List;
import java.util.stream.IntStream;

/**
 * A window sliding over the spatial axes of an image: which element of the image each entry of the
 * window meets at each position. Up to three axes; missing ones have size 1.
 */
final class WindowWalk {
  private static final int AXES = 3;

  /** Takes one entry of the window at a row of positions that meet neighbours in the image. */
  interface Row {
    /**
     * Takes {@code count} positions from {@code position} on; the first meets the image at {@code
     * element}, each further one {@code step} elements later.
     */
    void take(int entry, int position, int element, int step, int count);
  }

  private final int[] image;
  private final int[] window;
  private final int[] positions;
  private final int[] stride;
  private final int[] low;
  private final int[] dilation;

  /**
   * @param image shape [n, c, spatial...] of what the window slides over
   * @param window sizes of the window
   * @param positions shape [n, c, spatial...] whose spatial part counts the positions
   */
  WindowWalk(
      Shape image,
      List<Long> window,
      Shape positions,
      List<Long> stride,
      List<Long> low,
      List<Long> dilation) {
    this.image = axes(spatial(image), 1);
    this.window = axes(window, 1);
    this.positions = axes(spatial(positions), 1);
    this.stride = axes(stride, 1);
    this.low = axes(low, 0);
    this.dilation = axes(dilation, 1);
  }

  static List<Long> spatial(Shape shape) {
    return shape.dims().subList(2, shape.rank());
  }

  private static int[] axes(List<Long> sizes, int missing) {
    int absent = AXES - sizes.size();
    return IntStream.range(0, AXES)
        .map(i -> i < absent ? missing : Math.toIntExact(sizes.get(i - absent)))
        .toArray();
  }

  /** Returns how many elements the image has in its spatial axes. */
  int imageSize() {
    return image[0] * image[1] * image[2];
  }

  /** Returns how many entries the window has. */
  int windowSize() {
    return window[0] * window[1] * window[2];
  }

  /** Returns how many positions there are. */
  int positionCount() {
    return positions[0] * positions[1] * positions[2];
  }

  /** Calls {@code row} for each entry of the window, in row-major order, at all its positions. */
  void forEach(Row row) {
    for (int wz = 0; wz < window[0]; wz++) {
      for (int wy = 0; wy < window[1]; wy++) {
        for (int wx = 0; wx < window[2]; wx++) {
          int entry = (wz * window[1] + wy) * window[2] + wx;
          entry(row, entry, wz * dilation[0], wy * dilation[1], wx * dilation[2]);
        }
      }
    }
  }

  private void entry(Row row, int entry, int dz, int dy, int dx) {
    // Positions p of the innermost axis with 0 <= p * stride - low + dx < size.
    int first = Math.max(0, Math.ceilDiv(low[2] - dx, stride[2]));
    int end = Math.min(positions[2], Math.ceilDiv(image[2] + low[2] - dx, stride[2]));
    if (end <= first) {
      return;
    }
    for (int pz = 0; pz < positions[0]; pz++) {
      int z = pz * stride[0] - low[0] + dz;
      for (int py = 0; py < positions[1] && z >= 0 && z < image[0]; py++) {
        int y = py * stride[1] - low[1] + dy;
        if (y >= 0 && y < image[1]) {
          int position = (pz * positions[1] + py) * positions[2] + first;
          int x = first * stride[2] - low[2] + dx;
          row.take(entry, position, (z * image[1] + y) * image[2] + x, stride[2], end - first);
        }
      }
    }
  }
}
