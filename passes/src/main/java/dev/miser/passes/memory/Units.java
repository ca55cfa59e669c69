package dev.miser.passes.memory;

import dev.miser.ir.plan.Buffer;
import dev.miser.ir.plan.Buffers;
import dev.miser.ir.plan.Plan.InPlace;
import dev.miser.passes.memory.LiveBytes.Share;
import dev.miser.passes.memory.packing.Item;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Buffers that lie at fixed distances from each other, because one takes over bytes of the other:
 * one shape each for whoever places them.
 *
 * @param shapes what each unit needs
 * @param members for each buffer of the schedule, in order, where it lies
 * @param shares which buffers have lines in common
 */
record Units(List<Shape> shapes, List<Member> members, List<Share> shares, List<InPlace> inPlace) {
  /** The unit that a buffer belongs to, and its first byte in it. */
  record Member(int unit, long offset) {}

  Units {
    shapes = List.copyOf(shapes);
    members = List.copyOf(members);
    shares = List.copyOf(shares);
    inPlace = List.copyOf(inPlace);
  }

  /** Returns units of one buffer each: nothing is taken over. */
  static Units apart(Buffers buffers) {
    var shapes = new ArrayList<Shape>();
    var members = new ArrayList<Member>();
    for (Buffer buffer : buffers.all()) {
      members.add(new Member(shapes.size(), 0));
      shapes.add(Shape.of(buffer.name(), buffers.extents(buffer)));
    }
    return new Units(shapes, members, List.of(), List.of());
  }

  /** Returns whether every unit's lines are all alive at the same times. */
  boolean areRectangles() {
    return shapes.stream().allMatch(s -> s.extents().size() <= 1);
  }

  /** Returns what the units need if all their lines live as long as the unit. */
  List<Item> items() {
    return shapes.stream().map(Shape::item).toList();
  }

  /**
   * Returns the largest number of bytes alive at one time, what buffers have in common counted
   * once: no arena for these units can be smaller.
   */
  long loadBound(Buffers buffers) {
    return Arrays.stream(LiveBytes.of(buffers, shares)).max().orElse(0);
  }
}
