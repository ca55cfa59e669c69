package dev.miser.ir.eval;

import dev.miser.ir.type.Shape;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/**
 * A window sliding over the spatial axes of an image: which element of the image each entry of the
 * window meets at each position. Up to three axes; missing ones have size 1.
 */
final class WindowWalk {
  private static final int AXES = 3;

  /**
   * One entry of the window at {@code count} neighbouring positions from {@code position} on: the
   * first meets the image at {@code element}, each further one {@link #step()} elements later.
   */
  record Row(int entry, int position, int element, int count) {}

  private final int[] image;
  private final int[] window;
  private final int[] positions;
  private final int[] stride;
  private final int[] low;
  private final int[] dilation;
  private final List<Row> rows = new ArrayList<>();

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
    for (int entry = 0; entry < windowSize(); entry++) {
      addRows(entry);
    }
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

  /** Returns how far apart in the image the elements of a row are. */
  int step() {
    return stride[2];
  }

  /** Returns what meets what, in row-major order of the window's entries. */
  List<Row> rows() {
    return rows;
  }

  private void addRows(int entry) {
    int dz = entry / (window[1] * window[2]) * dilation[0] - low[0];
    int dy = entry / window[2] % window[1] * dilation[1] - low[1];
    int dx = entry % window[2] * dilation[2] - low[2];
    // Positions p of the innermost axis with 0 <= p * stride + dx < size.
    int first = Math.max(0, Math.ceilDiv(-dx, stride[2]));
    int end = Math.min(positions[2], Math.ceilDiv(image[2] - dx, stride[2]));
    if (end <= first) {
      return;
    }
    for (int pz = 0; pz < positions[0]; pz++) {
      int z = pz * stride[0] + dz;
      for (int py = 0; py < positions[1]; py++) {
        int y = py * stride[1] + dy;
        if (z >= 0 && z < image[0] && y >= 0 && y < image[1]) {
          int position = (pz * positions[1] + py) * positions[2] + first;
          int element = (z * image[1] + y) * image[2] + first * stride[2] + dx;
          addRow(new Row(entry, position, element, end - first));
        }
      }
    }
  }

  /** Adds a row, or lengthens the last one where the new one continues it. */
  private void addRow(Row row) {
    if (!rows.isEmpty()) {
      Row last = rows.getLast();
      if (last.entry == row.entry
          && last.position + last.count == row.position
          && last.element + last.count * step() == row.element) {
        rows.removeLast();
        rows.add(new Row(last.entry, last.position, last.element, last.count + row.count));
        return;
      }
    }
    rows.add(row);
  }
}
