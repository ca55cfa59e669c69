package dev.miser.ir.plan;

import dev.miser.ir.op.Value;
import java.util.HashMap;
import java.util.Map;

/** Where a plan puts each value and each workspace, as the plan checker understands it. */
final class Places {
  /**
   * The bytes of a value in the arena.
   *
   * @param root the value whose buffer it lies in
   * @param from the byte of {@code root} at which it begins
   */
  record Place(Value value, long address, long length, Value root, long from) {
    boolean overlaps(Place other) {
      return overlaps(other.address, other.length);
    }

    boolean overlaps(long at, long bytes) {
      return length > 0 && bytes > 0 && address < at + bytes && at < address + length;
    }
  }

  /** The scratch memory of a kernel. */
  record Workspace(String name, long address, long length) {}

  private final Aliases aliases;
  private final Map<String, Long> offsets = new HashMap<>();
  private final Map<Integer, Workspace> workspaces = new HashMap<>();
  private final Map<Value, Place> places = new HashMap<>();

  Places(Aliases aliases) {
    this.aliases = aliases;
  }

  /** Notes where a buffer lies. */
  void put(Buffer buffer, long offset) {
    if (buffer.kind() == Buffer.Kind.WORKSPACE) {
      workspaces.put(buffer.start(), new Workspace(buffer.name(), offset, buffer.bytes()));
    } else {
      offsets.put(buffer.name(), offset);
    }
  }

  /** Returns whether a value lies in a buffer. */
  boolean has(Value value) {
    return offsets.containsKey(aliases.of(value).root().name());
  }

  /** Returns the bytes of a value that lies in a buffer. */
  Place of(Value value) {
    Place known = places.get(value);
    if (known == null) {
      Aliases.Bytes bytes = aliases.of(value);
      Long offset = offsets.get(bytes.root().name());
      if (offset == null) {
        throw new IllegalArgumentException(value + " has no buffer");
      }
      known =
          new Place(value, offset + bytes.offset(), bytes.length(), bytes.root(), bytes.offset());
      places.put(value, known);
    }
    return known;
  }

  /** Returns the workspace of the kernel at a time; of no length if it has none. */
  Workspace workspace(int time) {
    return workspaces.getOrDefault(time, new Workspace("", 0, 0));
  }
}
