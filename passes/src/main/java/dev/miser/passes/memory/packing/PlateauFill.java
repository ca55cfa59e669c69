package dev.miser.passes.memory.packing;

import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Fills the arena from the bottom: again and again looks at the lowest plateau of what is placed
 * and places a buffer on it that lives within it; if there is none, raises it to its lower
 * neighbour. This is the best fit for strips of Burke, Kendall, Whitwell (2004), in n log n as by
 * Imahori, Yagiura (2010), with lives, which cannot move, in place of widths. Of the buffers that
 * live within the plateau it takes one of the first class, of these the one born first. Several
 * ways to class are tried, and the smallest arena counts.
 *
 * <p>A buffer of several lives takes its place in the pauses, too. Each pinned buffer is looked at
 * for each that is placed.
 */
record PlateauFill() implements Heuristic {
  /**
   * How buffers are put into classes: by the logarithm of a product of powers of life and size, the
   * greatest first.
   *
   * @param perOctave how many classes there are to a factor of two
   */
  private record Classing(double life, double size, double perOctave) {
    int of(Problem problem, int item) {
      double logarithm =
          life * Math.log((double) problem.end(item) - problem.start(item))
              + size * Math.log((double) problem.size(item));
      return (int) -Math.rint(perOctave * logarithm / Math.log(2));
    }
  }

  private static final List<Classing> CLASSINGS =
      List.of(
          new Classing(1, 0, 2),
          new Classing(1, 0.5, 1),
          new Classing(1, 1, 1),
          new Classing(0, 1, 1));

  @Override
  public String name() {
    return "plateau-fill";
  }

  @Override
  public String description() {
    return "fills the lowest plateau, in n log n for millions of buffers (Burke et al. 2004)";
  }

  @Override
  public long[] offsets(Problem problem) {
    long bound = LowerBounds.best(problem).bytes();
    long[] best = new long[0];
    long peak = Long.MAX_VALUE;
    for (Classing classing : CLASSINGS) {
      long[] offsets = new Filling(problem, classing).fill();
      long reached = Packing.of(problem, offsets).peak();
      if (reached < peak) {
        best = offsets;
        peak = reached;
      }
      if (peak <= bound) {
        break;
      }
    }
    return best;
  }

  private static final class Filling {
    private final Problem problem;
    private final int[] pins;

    /** The buffers to be placed, in the order of the shelf of all. */
    private final int[] items;

    /** For each buffer, its place on that shelf. */
    private final int[] place;

    private final Shelf all;
    private final Shelf[] classes;

    Filling(Problem problem, Classing classing) {
      this.problem = problem;
      int n = problem.count();
      pins = filled(problem).filter(i -> problem.items().get(i).isPinned()).toArray();
      int[] starts = IntStream.range(0, n).map(problem::start).toArray();
      int[] ends = IntStream.range(0, n).map(problem::end).toArray();
      items =
          filled(problem)
              .filter(i -> !problem.items().get(i).isPinned())
              .boxed()
              .sorted(
                  Comparator.<Integer>comparingInt(i -> starts[i])
                      .thenComparingInt(i -> -ends[i])
                      .thenComparingLong(i -> -problem.size(i)))
              .mapToInt(Integer::intValue)
              .toArray();
      place = new int[n];
      for (int i = 0; i < items.length; i++) {
        place[items[i]] = i;
      }
      all = new Shelf(items, starts, ends);
      int[] kinds = Arrays.stream(items).map(i -> classing.of(problem, i)).toArray();
      classes =
          Arrays.stream(kinds)
              .sorted()
              .distinct()
              .mapToObj(kind ->
                  IntStream.range(0, items.length)
                      .filter(i -> kinds[i] == kind)
                      .map(i -> items[i])
                      .toArray())
              .map(members -> new Shelf(members, starts, ends))
              .toArray(Shelf[]::new);
    }

    private static IntStream filled(Problem problem) {
      return IntStream.range(0, problem.count()).filter(i -> problem.size(i) > 0);
    }

    long[] fill() {
      long[] offsets = Pins.offsets(problem);
      if (items.length == 0) {
        return offsets;
      }
      var terrain = new Terrain(problem.times());
      for (int left = items.length; left > 0; ) {
        int from = terrain.lowest();
        int to = terrain.end(from);
        if (all.find(from, to) < 0) {
          terrain.raise(from);
          continue;
        }
        int item = take(from, to);
        left--;
        offsets[item] = abovePins(item, terrain.height(from));
        terrain.raise(
            from, problem.start(item), problem.end(item), offsets[item] + problem.size(item));
      }
      return offsets;
    }

    /** Takes a buffer that lives in [from, to), of which there is one. */
    private int take(int from, int to) {
      for (Shelf shelf : classes) {
        int found = shelf.find(from, to);
        if (found >= 0) {
          shelf.take(found);
          all.take(place[shelf.item(found)]);
          return shelf.item(found);
        }
      }
      throw new IllegalStateException("on the shelf of all and on none of a class");
    }

    /** Returns the lowest offset from one on that is aligned and clear of pinned buffers. */
    private long abovePins(int item, long from) {
      long alignment = problem.items().get(item).alignment();
      long at = Math.ceilDiv(from, alignment) * alignment;
      for (boolean moved = true; moved; ) {
        moved = false;
        for (int pin : pins) {
          long begin = problem.items().get(pin).pinned();
          long end = begin + problem.size(pin);
          if (begin < at + problem.size(item)
              && at < end
              && problem.start(pin) < problem.end(item)
              && problem.start(item) < problem.end(pin)) {
            at = Math.ceilDiv(end, alignment) * alignment;
            moved = true;
          }
        }
      }
      return at;
    }
  }
}
