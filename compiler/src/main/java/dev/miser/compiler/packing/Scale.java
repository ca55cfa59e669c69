package dev.miser.compiler.packing;

import java.util.ArrayList;
import java.util.List;

/** Maps numbers {@code [from, to]} to places {@code [start, end]} of a picture. */
record Scale(double from, double to, double start, double end) {
  double at(double value) {
    return from == to ? start : start + (value - from) / (to - from) * (end - start);
  }

  /** As {@link #at(double)}; a picture needs no more digits than a double has. */
  double at(long value) {
    return at((double) value);
  }

  /**
   * Returns round numbers at most {@code most} in number, all multiples of one step: 1, 2 or 5
   * times a power of ten times {@code unit}; a unit of 1 is not divided.
   */
  List<Double> ticks(int most, double unit) {
    double least = Math.max((to - from) / unit / most, unit == 1 ? 1 : 0);
    double power = Math.pow(10, Math.floor(Math.log10(Math.max(least, 1e-3))));
    double step = power;
    for (double factor : new double[] {1, 2, 5, 10}) {
      step = factor * power * unit;
      if (step >= least * unit) {
        break;
      }
    }
    var ticks = new ArrayList<Double>();
    for (double k = Math.ceil(from / step); k * step <= to && ticks.size() <= most + 1; k++) {
      ticks.add(k * step);
    }
    return ticks;
  }
}
