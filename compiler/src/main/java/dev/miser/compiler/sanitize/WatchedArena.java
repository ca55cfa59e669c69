package dev.miser.compiler.sanitize;

import dev.miser.ir.func.Parameter;
import dev.miser.ir.op.Value;
import dev.miser.ir.plan.Buffer;
import dev.miser.ir.plan.Extent;
import dev.miser.ir.plan.Kernel;
import dev.miser.ir.plan.Plan;
import dev.miser.ir.plan.Schedule;
import dev.miser.ir.plan.Step;
import dev.miser.ir.type.ElementType;
import dev.miser.runtime.ArenaMemory;
import dev.miser.runtime.Program;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The arena of a program that is watched. What is dead is poisoned; a copy says what each byte has
 * to be until somebody may write it.
 */
final class WatchedArena {
  /** A byte that somebody wrote who may not: where it is, and what it was and is. */
  record Stray(String buffer, long at, String found, String expected) {}

  private final MemorySegment arena;
  private final MemorySegment copy;
  private final Plan plan;
  private final Plan.Offsets offsets;
  private final int end;
  private final Map<Integer, List<Piece>> births = new HashMap<>();
  private final Map<Integer, List<Piece>> deaths = new HashMap<>();
  private final Set<Piece> alive = new LinkedHashSet<>();
  private long poisonedBytes;

  WatchedArena(MemorySegment arena, Plan plan) {
    this.arena = arena.asSlice(0, plan.arenaBytes());
    this.copy = ArenaMemory.allocate(plan.arenaBytes()).asSlice(0, plan.arenaBytes());
    this.plan = plan;
    this.offsets = plan.offsets();
    this.end = plan.schedule().timeline().size();
    Map<String, ElementType> elements = elements(plan.schedule());
    for (Plan.Allocation allocation : plan.allocations()) {
      Buffer buffer = allocation.buffer();
      ElementType element = elements.getOrDefault(buffer.name(), ElementType.F32);
      for (Extent lines : offsets.buffers().extents(buffer)) {
        long from = allocation.offset() + lines.from();
        long to = Math.min(allocation.offset() + lines.to(), allocation.end());
        var piece = new Piece(buffer, element, from, to, lines.start(), lines.end());
        births.computeIfAbsent(piece.start(), t -> new ArrayList<>()).add(piece);
        deaths.computeIfAbsent(piece.end(), t -> new ArrayList<>()).add(piece);
      }
    }
    poison(0, plan.arenaBytes(), ElementType.F32);
  }

  /** Returns the element type of each value, by name; a workspace's is the usual one. */
  private static Map<String, ElementType> elements(Schedule schedule) {
    Map<String, ElementType> elements = new HashMap<>();
    for (Parameter parameter : schedule.parameters()) {
      elements.put(parameter.value().name(), parameter.value().type().element());
    }
    for (Step step : schedule.timeline()) {
      for (Value output : step.outputs()) {
        elements.put(output.name(), output.type().element());
      }
    }
    return elements;
  }

  long poisonedBytes() {
    return poisonedBytes;
  }

  private void poison(long from, long to, ElementType element) {
    Poison.fill(arena, from, to, element);
    Poison.fill(copy, from, to, element);
    poisonedBytes += to - from;
  }

  /** Returns the bytes of a value. */
  MemorySegment bytes(Value value) {
    return arena.asSlice(offsets.of(value), value.type().byteCount());
  }

  /** Notes that bytes were written by somebody who may. */
  void written(long from, long bytes) {
    MemorySegment.copy(arena, from, copy, from, bytes);
  }

  /** Poisons what no kernel of a step may count on: all that init does not hand to it. */
  void handOver(List<Program.Stretch> kept) {
    long from = 0;
    for (Program.Stretch stretch :
        kept.stream().sorted(Comparator.comparingLong(Program.Stretch::offset)).toList()) {
      if (from < stretch.offset()) {
        poison(from, stretch.offset(), ElementType.F32);
      }
      from = Math.max(from, stretch.offset() + stretch.bytes());
    }
    poison(Math.min(from, plan.arenaBytes()), plan.arenaBytes(), ElementType.F32);
  }

  /** Before a time: what begins there holds poison of its own type, save what it takes over. */
  void begin(int time) {
    List<Piece> born = births.getOrDefault(time, List.of());
    // A parameter may be given and taken over at one time.
    born.stream().filter(Piece::isGiven).forEach(alive::add);
    for (Piece piece : born) {
      if (!piece.isGiven()) {
        poison(piece);
      }
    }
    alive.addAll(born);
  }

  /** After a time: what nobody needs any more holds poison. */
  void end(int time) {
    if (time + 1 < end) {
      List<Piece> dead = deaths.getOrDefault(time + 1, List.of());
      dead.forEach(alive::remove);
      dead.forEach(this::poison);
    }
  }

  /** After a step: what the next one does not find holds poison. */
  void endStep() {
    List<Piece> dead = alive.stream().filter(piece -> !piece.isKept()).toList();
    dead.forEach(alive::remove);
    dead.forEach(this::poison);
  }

  /** Poisons the bytes of a piece that no living one has. */
  private void poison(Piece piece) {
    for (Piece.Stretch stretch : piece.without(alive)) {
      poison(stretch.from(), stretch.to(), piece.element());
    }
  }

  /**
   * Looks at every byte that the kernel at a time may not write. Returns the first that is not what
   * it was, or null; what the kernel may write counts as written.
   */
  @Nullable Stray stray(int time, Kernel kernel) {
    var allowed = new ArrayList<Piece.Stretch>();
    for (Value output : kernel.outputs()) {
      long from = offsets.of(output);
      allowed.add(new Piece.Stretch(from, from + output.type().byteCount()));
    }
    long workspace = offsets.workspace(time);
    allowed.add(new Piece.Stretch(workspace, workspace + kernel.workspaceBytes()));
    allowed.sort(Comparator.comparingLong(Piece.Stretch::from));
    long from = 0;
    for (Piece.Stretch stretch : allowed) {
      Stray stray = stray(from, stretch.from());
      if (stray != null) {
        return stray;
      }
      written(stretch.from(), stretch.to() - stretch.from());
      from = Math.max(from, stretch.to());
    }
    return stray(from, plan.arenaBytes());
  }

  private @Nullable Stray stray(long from, long to) {
    if (from >= to) {
      return null;
    }
    long at = MemorySegment.mismatch(arena, from, to, copy, from, to);
    return at < 0 ? null : at(from + at);
  }

  private Stray at(long address) {
    String found = Elements.hex(ElementType.U8, arena, address);
    String expected = Elements.hex(ElementType.U8, copy, address);
    for (Piece piece : alive) {
      if (piece.from() <= address && address < piece.to()) {
        long start = offset(piece.buffer());
        return new Stray("%" + piece.buffer().name(), address - start, found, expected);
      }
    }
    String nearest = "what is behind the arena's start";
    long behind = 0;
    for (Plan.Allocation allocation : plan.allocations()) {
      String name = "%" + allocation.buffer().name();
      if (allocation.offset() <= address && address < allocation.end()) {
        return new Stray(name + ", which is dead", address - allocation.offset(), found, expected);
      }
      if (allocation.end() <= address && allocation.end() >= behind) {
        nearest = "what is behind " + name;
        behind = allocation.end();
      }
    }
    return new Stray(nearest, address - behind, found, expected);
  }

  private long offset(Buffer buffer) {
    for (Plan.Allocation allocation : plan.allocations()) {
      if (allocation.buffer().equals(buffer)) {
        return allocation.offset();
      }
    }
    throw new IllegalArgumentException("not in the plan: " + buffer);
  }
}
