package dev.miser.passes.memory.strips;

import dev.miser.ir.plan.Kernel;
import dev.miser.ir.plan.KernelCatalog;
import dev.miser.ir.plan.Schedule;
import dev.miser.ir.plan.Step;
import dev.miser.passes.Pass;
import dev.miser.passes.PassContext;
import dev.miser.passes.memory.StepBytes;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Lets chains of adjacent kernels at the peak produce and consume a part at a time, so that what
 * lies between them never exists whole. Every strip computes its elements as the whole would: the
 * bits stay. Parts of the last result lie in it where they belong, or are copied there where they
 * do not lie one after the other.
 *
 * @param bytes stop where no step needs more; 0 to get as low as {@code overhead} allows
 * @param overhead how much longer a step may take for it, predicted, as a share
 * @param longest the most steps of a chain
 * @param most the most strips of a chain
 */
public record Strips(long bytes, double overhead, int longest, int most) implements Pass<Schedule> {
  public static final Strips DEFAULT = new Strips(0, 0.03, 8, 32);

  /** Returns strips that stop at so many bytes, whatever they cost up to a share of the time. */
  public Strips within(long newBytes, double newOverhead) {
    return new Strips(newBytes, newOverhead, longest, most);
  }

  enum Stat {
    CHAINS,
    STRIPS
  }

  @Override
  public Schedule run(Schedule schedule, PassContext context) {
    KernelCatalog catalog = context.catalog();
    long[] steps = stepBytes(schedule, catalog);
    long peak = Arrays.stream(steps).max().orElse(0);
    if (peak <= bytes) {
      return schedule;
    }
    var facts = new Facts(schedule, catalog);
    Set<Candidate> candidates = candidates(steps, bytes, new Chains(facts, this));
    double allowed = overhead * seconds(facts);
    var writer = new StripWriter(facts);
    while (true) {
      List<Candidate> cuts = choose(steps, bytes, candidates, allowed);
      if (cuts.isEmpty()) {
        return schedule;
      }
      Schedule cut = write(schedule, cuts, writer, candidates);
      if (cut != null) {
        if (Arrays.stream(stepBytes(cut, catalog)).max().orElse(0) >= peak) {
          return schedule;
        }
        context.count(Stat.CHAINS, cuts.size());
        context.count(Stat.STRIPS, cuts.stream().mapToInt(Candidate::count).sum());
        return cut;
      }
    }
  }

  /** Returns the bytes alive at each step; init is no concern of strips. */
  private static long[] stepBytes(Schedule schedule, KernelCatalog catalog) {
    long[] live = StepBytes.of(schedule, catalog);
    return Arrays.copyOfRange(live, schedule.init().size(), live.length);
  }

  private static double seconds(Facts facts) {
    List<Step> steps = facts.schedule().steps();
    return IntStream.range(0, steps.size())
        .filter(i -> steps.get(i) instanceof Kernel)
        .mapToDouble(facts::seconds)
        .sum();
  }

  /**
   * Returns how chains may be cut that hold a step which needs more than so many bytes; from the
   * largest step down, as long as a step needs more than one before will in any case.
   */
  private static Set<Candidate> candidates(long[] live, long bytes, Chains chains) {
    Set<Candidate> all = new HashSet<>();
    long least = bytes;
    List<Integer> largestFirst =
        IntStream.range(0, live.length)
            .boxed()
            .sorted(Comparator.comparingLong(i -> -live[i]))
            .toList();
    for (int position : largestFirst) {
      if (live[position] <= least) {
        break;
      }
      long best = live[position];
      for (Candidate candidate : chains.through(position)) {
        all.add(candidate);
        best = Math.min(best, candidate.peakBytes());
      }
      least = Math.max(least, best);
    }
    return all;
  }

  /** Returns what to cut so that the largest step is as small as the allowed time lets it be. */
  private static List<Candidate> choose(
      long[] live, long bytes, Set<Candidate> candidates, double allowed) {
    var ordered = new ArrayList<>(candidates);
    ordered.sort(
        Comparator.comparingInt(Candidate::first)
            .thenComparingInt(Candidate::last)
            .thenComparingInt(Candidate::axis)
            .thenComparingInt(Candidate::count));
    var selection = new Selection(live, ordered);
    var limits = new TreeSet<Long>(List.of(bytes));
    Arrays.stream(live).filter(b -> b > bytes).forEach(limits::add);
    ordered.stream().map(Candidate::peakBytes).filter(b -> b > bytes).forEach(limits::add);
    List<Long> peaks = List.copyOf(limits);
    List<Candidate> best = List.of();
    int low = 0;
    int high = peaks.size() - 1;
    while (low <= high) {
      int middle = (low + high) >>> 1;
      Selection.@Nullable Choice choice = selection.cheapest(peaks.get(middle));
      if (choice != null && choice.seconds() <= allowed) {
        best = choice.cuts();
        high = middle - 1;
      } else {
        low = middle + 1;
      }
    }
    return best;
  }

  /** Returns the schedule with chains cut, or null with a candidate less if one has no kernels. */
  private static @Nullable Schedule write(
      Schedule schedule, List<Candidate> cuts, StripWriter writer, Set<Candidate> candidates) {
    var steps = new ArrayList<Step>();
    int next = 0;
    for (Candidate cut : cuts) {
      steps.addAll(schedule.steps().subList(next, cut.first()));
      List<Step> written = writer.write(cut);
      if (written == null) {
        candidates.remove(cut);
        return null;
      }
      steps.addAll(written);
      next = cut.last() + 1;
    }
    steps.addAll(schedule.steps().subList(next, schedule.steps().size()));
    return schedule.withSteps(schedule.init(), steps);
  }
}
