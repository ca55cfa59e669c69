package dev.miser.bench;

import dev.miser.bench.Figure.Verdict;
import dev.miser.bench.PackingInstances.Challenge;
import dev.miser.passes.memory.packing.Outcome;
import dev.miser.passes.memory.packing.Problem;
import dev.miser.passes.memory.packing.Strategies;
import dev.miser.passes.memory.packing.Strategy;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.function.Consumer;

/** The portfolio on the challenging instances: at their capacity, and for the smallest peak. */
final class PackingSearch {
  private static final Strategy PORTFOLIO =
      Objects.requireNonNull(Strategies.find("portfolio"), "portfolio");

  private final Effort effort;
  private final PackingInstances instances;
  private final Consumer<Figure> report;

  PackingSearch(Effort effort, Path models, Consumer<Figure> report) {
    this.effort = effort;
    this.report = report;
    instances = new PackingInstances(models);
  }

  /** All of them one after the other in one thread, cold. */
  void run() {
    List<Challenge> challenges = instances.challenges();
    if (challenges.isEmpty()) {
      String none = "there are none beside the checkout";
      report.accept(new Figure("challenging instances", "", "-", none, Verdict.RECORD));
      return;
    }
    if (effort.divisor() > 1) {
      challenges = challenges.subList(0, 1);
    }
    atCapacity(challenges);
    challenges.forEach(this::smallestPeak);
  }

  private void atCapacity(List<Challenge> challenges) {
    double seconds = 0;
    double published = 0;
    boolean all = true;
    for (Challenge challenge : challenges) {
      Outcome outcome = pack(challenge, challenge.capacity());
      double its = outcome.cpuNanos() / 1e9;
      seconds += its;
      published += challenge.miniMalloc();
      all &= outcome.peak() <= challenge.capacity();
      report.accept(
          new Figure(
              challenge.name() + " within " + challenge.capacity() + " bytes",
              "",
              String.format(Locale.ROOT, "%.2f s", its),
              String.format(
                  Locale.ROOT,
                  "peak %d, %d nodes; MiniMalloc %.2f s",
                  outcome.peak(),
                  outcome.nodes(),
                  challenge.miniMalloc()),
              Verdict.RECORD));
    }
    report.accept(
        new Figure(
            challenges.size() + " challenging instances within their capacity",
            String.format(Locale.ROOT, "< %.1f s", published),
            String.format(Locale.ROOT, "%.2f s", seconds),
            all ? "all solved" : "NOT all solved",
            Verdict.of(all && seconds < published)));
  }

  private void smallestPeak(Challenge challenge) {
    Outcome outcome = pack(challenge, 0);
    boolean known = challenge.bestKnown() == instances.problem(challenge).loadBound();
    report.accept(
        new Figure(
            challenge.name() + ", smallest peak in 60 s: above the lower bound",
            known ? "certified" : "",
            String.format(Locale.ROOT, "%.2f %%", 100 * outcome.gap()),
            String.format(
                Locale.ROOT,
                "peak %d by %s, bound %d by %s, best known %d, %d nodes, %.2f s",
                outcome.peak(),
                outcome.foundBy(),
                outcome.lowerBound(),
                outcome.provedBy(),
                challenge.bestKnown(),
                outcome.nodes(),
                outcome.cpuNanos() / 1e9),
            known ? Verdict.of(outcome.isOptimal()) : Verdict.RECORD));
  }

  private Outcome pack(Challenge challenge, long capacity) {
    Problem problem = instances.problem(challenge);
    Duration limit = Duration.ofSeconds(60).dividedBy(effort.divisor());
    return PackingInstances.checked(
        PORTFOLIO,
        problem,
        new dev.miser.passes.memory.packing.Effort(Long.MAX_VALUE, limit, capacity));
  }
}
