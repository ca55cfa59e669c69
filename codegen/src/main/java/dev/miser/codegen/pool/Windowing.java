package dev.miser.codegen.pool;

import dev.miser.ir.op.Convolution;
import dev.miser.ir.op.Pool;
import dev.miser.ir.type.Shape;
import java.util.ArrayList;
import java.util.List;

/** How a window slides over each plane of an image: depth, rows and columns. */
public record Windowing(WindowAxis z, WindowAxis y, WindowAxis x) {
  /** Returns how the window of a pool slides. */
  public static Windowing of(Pool pool) {
    return of(
        pool.x().type().shape(),
        pool.window(),
        pool.inferType().shape(),
        List.of(pool.stride(), pool.low(), pool.dilation()));
  }

  /** Returns how the window of a convolution slides. */
  public static Windowing of(Convolution convolution) {
    Shape weights = convolution.weights().type().shape();
    return of(
        convolution.x().type().shape(),
        weights.dims().subList(2, weights.rank()),
        convolution.inferType().shape(),
        List.of(convolution.stride(), convolution.low(), convolution.dilation()));
  }

  /**
   * @param lists stride, low padding and dilation
   */
  private static Windowing of(
      Shape image, List<Long> window, Shape positions, List<List<Long>> lists) {
    var axes = new ArrayList<WindowAxis>(List.of(WindowAxis.NONE, WindowAxis.NONE));
    for (int i = 0; i < window.size(); i++) {
      axes.add(
          new WindowAxis(
              image.dim(i + 2),
              window.get(i),
              lists.get(0).get(i),
              lists.get(1).get(i),
              lists.get(2).get(i),
              positions.dim(i + 2)));
    }
    int last = axes.size() - 1;
    return new Windowing(axes.get(last - 2), axes.get(last - 1), axes.get(last));
  }

  /** Returns the number of positions in a plane. */
  long positions() {
    return z.positions() * y.positions() * x.positions();
  }

  /** Returns the number of entries of the window. */
  public long entries() {
    return z.window() * y.window() * x.window();
  }

  /** Returns whether every window lies inside the image. */
  boolean isInside() {
    return z.isInside() && y.isInside() && x.isInside();
  }
}
