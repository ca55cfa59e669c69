package dev.miser.testmodels.models;

import dev.miser.ir.func.Initialiser;
import java.util.Collections;
import java.util.List;
import java.util.stream.LongStream;

/** What a convolution layer is told; the lists run over the spatial axes. */
public record Conv(
    long outputs,
    List<Long> window,
    List<Long> stride,
    List<Long> padding,
    List<Long> dilation,
    long groups,
    Input input) {
  /** What the layer reads, which decides how large its seeded weights are. */
  public enum Input {
    RECTIFIED,
    LINEAR
  }

  /** Returns a convolution with this window, of as many axes, stride 1 and no padding. */
  public static Conv window(long outputs, long... window) {
    List<Long> sizes = LongStream.of(window).boxed().toList();
    List<Long> ones = Collections.nCopies(sizes.size(), 1L);
    List<Long> zeros = Collections.nCopies(sizes.size(), 0L);
    return new Conv(outputs, sizes, ones, zeros, ones, 1, Input.RECTIFIED);
  }

  /** Returns a convolution of images with a square window. */
  public static Conv square(long outputs, long window) {
    return window(outputs, window, window);
  }

  /** Returns a convolution of images that looks at one pixel. */
  public static Conv pointwise(long outputs) {
    return square(outputs, 1);
  }

  /** Returns a convolution of images that looks at one channel. */
  public static Conv depthwise(long channels, long window) {
    return square(channels, window).padding(window / 2).groups(channels);
  }

  public Conv stride(long step) {
    return new Conv(outputs, window, each(step), padding, dilation, groups, input);
  }

  public Conv padding(long size) {
    return new Conv(outputs, window, stride, each(size), dilation, groups, input);
  }

  /** Returns this convolution padded so that stride 1 keeps the size of every axis. */
  public Conv samePadding() {
    List<Long> halves = window.stream().map(size -> size / 2).toList();
    return new Conv(outputs, window, stride, halves, dilation, groups, input);
  }

  public Conv dilation(long distance) {
    return new Conv(outputs, window, stride, padding, each(distance), groups, input);
  }

  public Conv groups(long count) {
    return new Conv(outputs, window, stride, padding, dilation, count, input);
  }

  /** Returns this convolution reading values that no rectifier has cut. */
  public Conv linearInput() {
    return new Conv(outputs, window, stride, padding, dilation, groups, Input.LINEAR);
  }

  /** Returns the initialiser of weights that read {@code channels} channels. */
  Initialiser weights(long channels) {
    long fanIn = channels / groups * window.stream().reduce(1L, (a, b) -> a * b);
    return switch (input) {
      case RECTIFIED -> new Initialiser.FanIn();
      case LINEAR -> Initial.linear(fanIn);
    };
  }

  private List<Long> each(long value) {
    return Collections.nCopies(window.size(), value);
  }
}
