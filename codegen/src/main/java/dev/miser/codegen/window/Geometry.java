package dev.miser.codegen.window;

import dev.miser.ir.op.Contraction;
import dev.miser.ir.op.Convolution;
import dev.miser.ir.op.Dot;
import dev.miser.ir.op.TransposedConvolution;
import dev.miser.ir.op.Value;
import dev.miser.ir.type.Shape;
import java.util.ArrayList;
import java.util.List;

/**
 * A convolution over three spatial axes, to which fewer are filled up in front.
 *
 * <p>A transposed convolution is one of stride 1 over an image with zeros put between its elements,
 * whose window is turned round.
 *
 * @param channels of the input, in one group
 * @param outputs channels of the result, in one group
 * @param turned whether the window's entries meet the image in reverse
 */
record Geometry(
    Value x,
    Value weights,
    long images,
    long groups,
    long channels,
    long outputs,
    boolean turned,
    List<Axis> axes) {
  /**
   * One spatial axis.
   *
   * @param size of the image
   * @param result of the result
   * @param spread one more than the zeros between elements of the image
   */
  record Axis(
      long size, long result, long window, long stride, long spread, long low, long dilation) {
    static final Axis NONE = new Axis(1, 1, 1, 1, 1, 0, 1);

    /**
     * Returns how many positions modulo the stride the window's entries meet: an image is copied
     * apart into as many phases, in each of which neighbouring results read neighbours.
     */
    long phases() {
      return Math.min(window, period());
    }

    /** Returns after how many entries of the window the phases repeat. */
    long period() {
      long a = stride;
      long b = dilation;
      while (b != 0) {
        long rest = a % b;
        a = b;
        b = rest;
      }
      return stride / a;
    }

    /** Returns how many places of a phase one result's window spans. */
    long span() {
      return (window - 1) * dilation / stride + 1;
    }

    boolean isPointwise() {
      return window == 1 && stride == 1 && spread == 1 && low == 0 && size == result;
    }
  }

  Geometry {
    axes = List.copyOf(axes);
  }

  static Geometry of(Contraction contraction) {
    return switch (contraction) {
      case Convolution op -> {
        Shape result = op.inferType().shape();
        yield new Geometry(
            op.x(),
            op.weights(),
            result.dim(0),
            op.groups(),
            op.weights().type().dim(1),
            result.dim(1) / op.groups(),
            false,
            fill(
                result.rank() - 2,
                i ->
                    new Axis(
                        op.x().type().dim(i + 2),
                        result.dim(i + 2),
                        op.weights().type().dim(i + 2),
                        op.stride().get(i),
                        1,
                        op.low().get(i),
                        op.dilation().get(i))));
      }
      case TransposedConvolution op -> {
        Shape result = op.inferType().shape();
        yield new Geometry(
            op.x(),
            op.weights(),
            result.dim(0),
            op.groups(),
            op.x().type().dim(1) / op.groups(),
            result.dim(1) / op.groups(),
            true,
            fill(
                result.rank() - 2,
                i -> {
                  long window = op.weights().type().dim(i + 2);
                  long dilation = op.dilation().get(i);
                  return new Axis(
                      op.x().type().dim(i + 2),
                      result.dim(i + 2),
                      window,
                      1,
                      op.stride().get(i),
                      (window - 1) * dilation - op.low().get(i),
                      dilation);
                }));
      }
      case Dot dot -> throw new IllegalArgumentException("no convolution: " + dot);
    };
  }

  private static List<Axis> fill(int spatial, java.util.function.IntFunction<Axis> axis) {
    var axes = new ArrayList<Axis>();
    for (int i = spatial; i < 3; i++) {
      axes.add(Axis.NONE);
    }
    for (int i = 0; i < spatial; i++) {
      axes.add(axis.apply(i));
    }
    return axes;
  }

  /** Returns the number of spatial axes that the program wrote. */
  int spatial() {
    return x.type().rank() - 2;
  }

  /** Returns the results of one channel of one image. */
  long pixels() {
    return axes.stream().mapToLong(Axis::result).reduce(1, (a, b) -> a * b);
  }

  /** Returns the entries of the window. */
  long taps() {
    return axes.stream().mapToLong(Axis::window).reduce(1, (a, b) -> a * b);
  }

  /** Returns the products in one result. */
  long inner() {
    return channels * taps();
  }

  boolean isPointwise() {
    return !turned && axes.stream().allMatch(Axis::isPointwise);
  }
}
