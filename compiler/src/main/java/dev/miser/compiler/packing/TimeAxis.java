package dev.miser.compiler.packing;

import dev.miser.passes.memory.packing.Item;
import dev.miser.passes.memory.packing.Problem;
import java.util.Arrays;
import java.util.List;
import java.util.stream.LongStream;

/**
 * Where times stand in a picture. True to scale, unless most buffers would then be too narrow to
 * see, and the moments at which buffers begin and end, evenly spaced, show them better.
 */
final class TimeAxis {
  private static final double INVISIBLE = 0.5;
  private static final int TICKS = 10;

  /** A time that is marked. */
  record Tick(double x, long time) {}

  private final long[] moments;
  private final Scale times;
  private final Scale ranks;
  private final boolean isTrueToScale;

  TimeAxis(Problem problem, double start, double end) {
    moments =
        problem.items().stream()
            .flatMap(item -> item.lives().stream())
            .mapMultiToLong((life, sink) -> {
              sink.accept(life.lower());
              sink.accept(life.upper());
            })
            .sorted()
            .distinct()
            .toArray();
    long first = moments.length == 0 ? 0 : moments[0];
    long last = moments.length == 0 ? 1 : moments[moments.length - 1];
    times = new Scale((double) first, (double) last, start, end);
    ranks = new Scale(0, Math.max(1, moments.length - 1), start, end);
    double narrow = medianWidth(problem.items(), true);
    isTrueToScale = narrow >= INVISIBLE || medianWidth(problem.items(), false) < 4 * narrow;
  }

  private double medianWidth(List<Item> items, boolean trueToScale) {
    double[] widths =
        items.stream()
            .mapToDouble(item -> x(item.upper(), trueToScale) - x(item.lower(), trueToScale))
            .sorted()
            .toArray();
    return widths.length == 0 ? 0 : widths[widths.length / 2];
  }

  /** Returns the times at which a buffer begins or ends to live, as the problem ranks them. */
  long moment(int rank) {
    return moments[rank];
  }

  /** Returns where a moment stands. */
  double x(long moment) {
    return x(moment, isTrueToScale);
  }

  private double x(long moment, boolean trueToScale) {
    return trueToScale ? times.at(moment) : ranks.at(Arrays.binarySearch(moments, moment));
  }

  List<Tick> ticks() {
    return isTrueToScale || moments.length == 0
        ? times.ticks(TICKS, 1).stream().map(t -> new Tick(times.at(t), Math.round(t))).toList()
        : LongStream.rangeClosed(0, TICKS)
            .mapToObj(k -> moments[(int) (k * (moments.length - 1) / TICKS)])
            .distinct()
            .map(moment -> new Tick(x(moment), moment))
            .toList();
  }

  String title() {
    return isTrueToScale
        ? "time"
        : "time, not to scale: the moments at which buffers begin or end, evenly spaced";
  }
}
