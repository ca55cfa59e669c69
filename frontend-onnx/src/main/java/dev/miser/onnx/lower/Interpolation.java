package dev.miser.onnx.lower;

import dev.miser.onnx.graph.NodeFailure;

/**
 * Which elements make up one between them, and with what weights.
 *
 * @param mode the kind of curve through the elements
 * @param coefficient of cubic curves: how steep they are
 * @param excludeOutside whether elements before the first and after the last have no weight, rather
 *     than being equal to these
 * @param antialias whether curves are stretched where an axis becomes smaller
 */
record Interpolation(Mode mode, double coefficient, boolean excludeOutside, boolean antialias) {
  /** The kind of curve. */
  enum Mode {
    NEAREST,
    LINEAR,
    CUBIC;

    static Mode of(String name) {
      return switch (name) {
        case "nearest" -> NEAREST;
        case "linear", "bilinear" -> LINEAR;
        case "cubic", "bicubic" -> CUBIC;
        default -> throw new NodeFailure("mode is '%s', expected nearest, linear or cubic", name);
      };
    }

    /** Returns beyond what distance an element has no weight. */
    int reach() {
      return this == CUBIC ? 2 : 1;
    }
  }

  /** Far above any image: so many weights are worked out for one axis. */
  private static final int MOST_WEIGHTS = 1 << 22;

  /** Returns what makes up each element of an axis. */
  Taps taps(Coordinates coordinates, Coordinates.Axis axis) {
    double shrink = antialias ? Math.min(axis.scale(), 1) : 1;
    double reach = mode.reach() / shrink;
    if (reach * 2 * Math.max(axis.to(), 1) > MOST_WEIGHTS) {
      throw new NodeFailure("an axis of %d cannot become %d", axis.from(), axis.to());
    }
    int count = 2 * (int) Math.ceil(reach);
    int to = (int) axis.to();
    var taps = new Taps(count, to);
    long last = axis.from() - 1;
    for (int i = 0; i < to; i++) {
      double at = coordinates.original(axis, i);
      double first = Math.floor(at) - (count / 2 - 1);
      for (int t = 0; t < count; t++) {
        double place = first + t;
        boolean isOutside = excludeOutside && (place < 0 || place > last);
        double weight = isOutside ? 0 : weight((place - at) * shrink);
        taps.set(t, i, (int) Math.clamp((long) place, 0, last), weight);
      }
      if (excludeOutside || antialias) {
        taps.normalize(i);
      }
    }
    return taps;
  }

  /** Returns the weight of an element at a distance. */
  double weight(double distance) {
    double x = Math.abs(distance);
    return switch (mode) {
      case NEAREST -> throw new IllegalStateException("the nearest element has no curve");
      case LINEAR -> Math.max(0, 1 - x);
      case CUBIC -> x < 1 ? near(x) : x < 2 ? far(x) : 0;
    };
  }

  private double near(double x) {
    return ((coefficient + 2) * x - (coefficient + 3)) * x * x + 1;
  }

  private double far(double x) {
    return coefficient * (((x - 5) * x + 8) * x - 4);
  }
}
