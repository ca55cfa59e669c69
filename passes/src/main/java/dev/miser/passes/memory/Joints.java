package dev.miser.passes.memory;

import dev.miser.ir.plan.Buffer;
import dev.miser.ir.plan.Buffers;
import dev.miser.ir.plan.Extent;
import dev.miser.ir.plan.Plan.InPlace;
import dev.miser.passes.memory.LiveBytes.Share;
import dev.miser.passes.memory.Takeovers.Candidate;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Joins buffers into units, takeover by takeover. Joined buffers keep their distance from then on,
 * so a takeover happens only where every overlap that it brings about is one that a kernel may
 * make.
 */
final class Joints {
  private final Takeovers takeovers;
  private final Buffers buffers;
  private final List<Buffer> all;
  private final Map<Buffer, Integer> numbers = new HashMap<>();
  private final int[] group;
  // The first byte of each buffer, seen from its group.
  private final long[] offset;
  private final List<List<Integer>> members = new ArrayList<>();
  private final List<Share> shares = new ArrayList<>();
  private final Set<InPlace> pairs = new LinkedHashSet<>();

  private Joints(Takeovers takeovers, Buffers buffers) {
    this.takeovers = takeovers;
    this.buffers = buffers;
    this.all = buffers.all();
    this.group = new int[all.size()];
    this.offset = new long[all.size()];
    for (int i = 0; i < group.length; i++) {
      numbers.put(all.get(i), i);
      group[i] = i;
      members.add(new ArrayList<>(List.of(i)));
    }
  }

  /** Returns units in which these takeovers happen, save those that earlier ones rule out. */
  static Units units(Takeovers takeovers, Buffers buffers, List<Candidate> wanted) {
    var joints = new Joints(takeovers, buffers);
    wanted.forEach(joints::join);
    return joints.units();
  }

  private int number(Buffer buffer) {
    return numbers.getOrDefault(buffer, -1);
  }

  private void join(Candidate candidate) {
    int giver = number(candidate.giver());
    int heir = number(candidate.heir());
    if (group[giver] == group[heir]) {
      return;
    }
    List<Integer> some = members.get(group[giver]);
    List<Integer> others = members.get(group[heir]);
    // Where the heir's group begins, seen from the giver's.
    long shift = offset[giver] + candidate.displacement() - offset[heir];
    var newShares = new ArrayList<Share>();
    var newPairs = new LinkedHashSet<InPlace>();
    for (int a : some) {
      for (int b : others) {
        if (all.get(a).meets(all.get(b))
            && !fits(all.get(a), all.get(b), shift + offset[b] - offset[a], newShares, newPairs)) {
          return;
        }
      }
    }
    shares.addAll(newShares);
    pairs.addAll(newPairs);
    boolean grows = some.size() >= others.size();
    int into = grows ? group[giver] : group[heir];
    for (int moved : List.copyOf(grows ? others : some)) {
      offset[moved] += grows ? shift : -shift;
      group[moved] = into;
      members.get(into).add(moved);
    }
  }

  /** Returns whether {@code b} may begin so many bytes behind {@code a}. */
  private boolean fits(
      Buffer a,
      Buffer b,
      long displacement,
      Collection<Share> newShares,
      Collection<InPlace> newPairs) {
    if (displacement == 0 && (takeovers.isReplaced(a, b) || takeovers.isReplaced(b, a))) {
      newShares.add(new Share(b, a, 0));
      return takeovers.isReplaced(a, b)
          ? takeovers.replaces(b, a, newPairs)
          : takeovers.replaces(a, b, newPairs);
    }
    boolean overlap = false;
    for (Extent own : buffers.extents(b)) {
      Extent behind = own.plus(displacement);
      for (Extent ahead : buffers.extents(a)) {
        if (ahead.from() < behind.to() && behind.from() < ahead.to() && ahead.meets(behind)) {
          overlap = true;
          boolean over =
              ahead.end() == behind.start() + 1
                  && takeovers.dies(a, ahead, behind.start())
                  && takeovers.overwrites(behind.start(), b, a, displacement, newPairs);
          boolean under =
              behind.end() == ahead.start() + 1
                  && takeovers.dies(b, own, ahead.start())
                  && takeovers.overwrites(ahead.start(), a, b, -displacement, newPairs);
          if (!over && !under) {
            return false;
          }
        }
      }
    }
    if (overlap) {
      newShares.add(new Share(b, a, displacement));
    }
    return true;
  }

  private Units units() {
    int[] units = new int[members.size()];
    long[] first = new long[members.size()];
    var shapes = new ArrayList<Shape>();
    for (int g = 0; g < members.size(); g++) {
      int number = g;
      List<Integer> own = members.get(g).stream().filter(i -> group[i] == number).toList();
      if (!own.isEmpty()) {
        units[g] = shapes.size();
        first[g] = own.stream().mapToLong(i -> offset[i]).min().orElse(0);
        var extents = new ArrayList<Extent>();
        for (int i : own) {
          for (Extent extent : buffers.extents(all.get(i))) {
            extents.add(extent.plus(offset[i] - first[g]));
          }
        }
        shapes.add(Shape.of(all.get(own.getFirst()).name(), extents));
      }
    }
    var places = new ArrayList<Units.Member>();
    for (int i = 0; i < group.length; i++) {
      places.add(new Units.Member(units[group[i]], offset[i] - first[group[i]]));
    }
    return new Units(shapes, places, shares, List.copyOf(pairs));
  }
}
