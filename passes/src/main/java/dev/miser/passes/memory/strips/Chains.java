package dev.miser.passes.memory.strips;

import dev.miser.ir.op.Value;
import dev.miser.ir.plan.Cut;
import dev.miser.ir.plan.Kernel;
import dev.miser.ir.plan.Step;
import dev.miser.ir.plan.View;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Finds the chains of adjacent steps that could run in strips, and foretells what that brings. */
final class Chains {
  private static final List<Integer> COUNTS = List.of(2, 3, 4, 6, 8, 12, 16, 24, 32, 64);

  private final Facts facts;
  private final List<Step> steps;
  private final Strips options;
  private final Map<Integer, List<Candidate>> byLast = new HashMap<>();

  Chains(Facts facts, Strips options) {
    this.facts = facts;
    this.steps = facts.schedule().steps();
    this.options = options;
  }

  /** Returns all ways to cut a chain that holds the step at a position. */
  List<Candidate> through(int position) {
    var found = new ArrayList<Candidate>();
    int end = Math.min(steps.size(), position + options.longest());
    for (int last = position; last < end; last++) {
      for (Candidate candidate : byLast.computeIfAbsent(last, this::endingAt)) {
        if (candidate.first() <= position) {
          found.add(candidate);
        }
      }
    }
    return found;
  }

  private List<Candidate> endingAt(int last) {
    if (!(steps.get(last) instanceof Kernel kernel) || kernel.outputs().size() != 1) {
      return List.of();
    }
    var found = new ArrayList<Candidate>();
    Value output = kernel.outputs().getFirst();
    for (Cut cut : facts.cuts(last)) {
      long elements = output.type().dim(cut.axis());
      long units = Math.ceilDiv(elements, cut.multiple());
      long before = Long.MAX_VALUE;
      for (int wanted : COUNTS) {
        if (wanted > Math.min(options.most(), units)) {
          break;
        }
        long size = Math.ceilDiv(units, wanted) * cut.multiple();
        if (size < before && size < elements) {
          new Walk(last, cut.axis(), size, elements).run(found);
        }
        before = size;
      }
    }
    return found;
  }

  /** A step of a chain, cut. */
  private record Link(int position, Value output, long bytes, long workspaceBytes) {}

  /** Goes back from the last step of a chain, with a strip from its middle. */
  private final class Walk {
    private final int last;
    private final int axis;
    private final long size;
    private final int count;
    private final Demand demand;
    private final List<Link> links = new ArrayList<>();
    private double seconds;

    Walk(int last, int axis, long size, long elements) {
      this.last = last;
      this.axis = axis;
      this.size = size;
      this.count = Math.toIntExact(Math.ceilDiv(elements, size));
      // Halos reach to both sides of a strip in the middle.
      long from = (count - 1) / 2 * size;
      this.demand = new Demand(facts, last, new Part(axis, from, from + size));
    }

    void run(List<Candidate> found) {
      for (int position = last; position >= 0 && position > last - options.longest(); position--) {
        if (!demand.takeIn(position)) {
          return;
        }
        if (steps.get(position) instanceof Kernel kernel) {
          add(kernel, position);
          if (links.size() > 1) {
            found.add(candidate(position));
          }
        }
      }
    }

    private void add(Kernel kernel, int position) {
      KernelPart cut = demand.cut(position);
      if (cut == null) {
        throw new IllegalStateException("not taken in: " + kernel);
      }
      seconds += count * cut.seconds() - facts.seconds(position);
      links.add(
          new Link(
              position,
              kernel.outputs().getFirst(),
              Liveness.aligned(cut.output().type().byteCount()),
              Liveness.aligned(cut.kernel().workspaceBytes())));
    }

    private Candidate candidate(int first) {
      Set<Value> between = new LinkedHashSet<>();
      links.subList(1, links.size()).forEach(l -> between.add(l.output()));
      long peak = 0;
      for (Link running : links) {
        long bytes = running.workspaceBytes();
        for (Link link : links.subList(1, links.size())) {
          boolean isAlive =
              link.position() <= running.position()
                  && running.position() <= lastUse(link.output(), first);
          bytes += isAlive ? link.bytes() : 0;
        }
        peak = Math.max(peak, bytes);
      }
      peak += facts.liveness().bytesBeside(first, last, between);
      double more = seconds;
      Value output = links.getFirst().output();
      if (output.type().shape().elementCount(0, axis) != 1) {
        // Strips that do not lie in the output one after the other are copied there.
        peak += Liveness.aligned(output.type().byteCount());
        more += Speed.copy(output.type().byteCount());
      }
      return new Candidate(first, last, axis, size, count, peak, Math.max(0, more));
    }

    /** Returns the last position at which a strip of the value is read, by itself or as a view. */
    private int lastUse(Value value, int first) {
      int latest = facts.liveness().lastUse(value);
      for (int position = first; position <= last; position++) {
        if (steps.get(position) instanceof View(var instruction)
            && instruction.operands().contains(value)) {
          latest = Math.max(latest, lastUse(instruction.result(), position));
        }
      }
      return latest;
    }
  }
}
