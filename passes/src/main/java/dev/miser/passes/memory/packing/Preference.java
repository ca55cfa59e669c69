package dev.miser.passes.memory.packing;

import java.util.Arrays;
import java.util.Comparator;
import java.util.List;

/**
 * Which buffer the search tries first at an offset: lists of measures, the largest first. Different
 * problems want different ones, so they take turns, as in MiniMalloc (ASPLOS 2023).
 */
enum Preference {
  WIDTH_AREA_TOTAL,
  TOTAL_AREA_WIDTH,
  TOTAL_WIDTH_AREA,
  AREA_WIDTH_TOTAL,
  SIZE_WIDTH_TOTAL;

  private enum Measure {
    /** How many sections it is alive in. */
    WIDTH,
    SIZE,
    AREA,
    /** The load of the fullest section it is alive in. */
    TOTAL
  }

  private List<Measure> measures() {
    return switch (this) {
      case WIDTH_AREA_TOTAL -> List.of(Measure.WIDTH, Measure.AREA, Measure.TOTAL);
      case TOTAL_AREA_WIDTH -> List.of(Measure.TOTAL, Measure.AREA, Measure.WIDTH);
      case TOTAL_WIDTH_AREA -> List.of(Measure.TOTAL, Measure.WIDTH, Measure.AREA);
      case AREA_WIDTH_TOTAL -> List.of(Measure.AREA, Measure.WIDTH, Measure.TOTAL);
      case SIZE_WIDTH_TOTAL -> List.of(Measure.SIZE, Measure.WIDTH, Measure.TOTAL);
    };
  }

  /** Returns the buffers of a space in the order of preference. */
  int[] sort(SearchSpace space) {
    Integer[] order = new Integer[space.count];
    Arrays.setAll(order, b -> b);
    Comparator<Integer> comparator = (_, _) -> 0;
    for (Measure measure : measures()) {
      double[] values = values(measure, space);
      comparator = comparator.thenComparingDouble(b -> -values[b]);
    }
    Arrays.sort(order, comparator);
    return Arrays.stream(order).mapToInt(Integer::intValue).toArray();
  }

  private static double[] values(Measure measure, SearchSpace space) {
    double[] values = new double[space.count];
    for (int b = 0; b < space.count; b++) {
      int width = space.sectionsOf[b].length;
      values[b] =
          switch (measure) {
            case WIDTH -> width;
            case SIZE -> space.size[b];
            case AREA -> (double) space.size[b] * width;
            case TOTAL -> {
              long most = 0;
              for (int s : space.sectionsOf[b]) {
                most = Math.max(most, space.load(s));
              }
              yield most;
            }
          };
    }
    return values;
  }
}
