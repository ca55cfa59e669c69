package dev.miser.ir.plan;

import dev.miser.ir.func.Parameter;
import dev.miser.ir.func.StateUpdate;
import dev.miser.ir.op.Value;
import dev.miser.ir.plan.Aliases.Bytes;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.NavigableSet;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * When each buffer of a schedule has to be there, as the plan checker understands it: from the set
 * of all times at which any byte of it is written or read.
 */
final class Lifetimes {
  /** Some bytes, and when a kernel writes or reads them. */
  private record Use(Bytes bytes, int time) {}

  private final Schedule schedule;
  private final Aliases aliases;
  private final int initEnd;
  private final int end;
  private final Map<Value, Integer> definitions = new HashMap<>();
  private final Map<Value, List<Use>> births = new HashMap<>();
  private final Map<Value, List<Use>> uses = new HashMap<>();
  private final Map<Value, NavigableSet<Integer>> touches = new LinkedHashMap<>();
  private final Map<Value, Parameter> parameters = new LinkedHashMap<>();
  private final Set<Value> returned = new HashSet<>();
  private final Map<Value, Buffer> buffers = new LinkedHashMap<>();
  private final Map<Buffer, Value> roots = new HashMap<>();
  private final List<Buffer> workspaces = new ArrayList<>();

  Lifetimes(Schedule schedule, Aliases aliases) {
    this.schedule = schedule;
    this.aliases = aliases;
    this.initEnd = schedule.init().size();
    this.end = initEnd + schedule.steps().size();
    touch();
    touches.forEach(this::buffer);
  }

  private void touch() {
    for (Parameter parameter : schedule.parameters()) {
      parameters.put(parameter.value(), parameter);
      touches.put(parameter.value(), new TreeSet<>());
    }
    List<Step> timeline = schedule.timeline();
    for (int time = 0; time < end; time++) {
      for (Value value : timeline.get(time).outputs()) {
        definitions.put(value, time);
      }
      if (!(timeline.get(time) instanceof Kernel kernel)) {
        continue;
      }
      for (Value value : kernel.inputs()) {
        touch(value, time);
      }
      for (Value value : kernel.outputs()) {
        touch(value, time);
        births
            .computeIfAbsent(aliases.of(value).root(), r -> new ArrayList<>())
            .add(new Use(aliases.of(value), time));
      }
      if (kernel.workspaceBytes() > 0) {
        String name = kernel.outputs().getFirst().name() + ".workspace";
        workspaces.add(
            new Buffer(name, Buffer.Kind.WORKSPACE, kernel.workspaceBytes(), time, time + 1));
      }
    }
    for (Value result : schedule.results()) {
      touch(result, end);
      returned.add(aliases.of(result).root());
    }
    for (StateUpdate update : schedule.updates()) {
      touch(update.next(), end);
    }
  }

  private void touch(Value value, int time) {
    Bytes bytes = aliases.of(value);
    touches.computeIfAbsent(bytes.root(), r -> new TreeSet<>()).add(time);
    uses.computeIfAbsent(bytes.root(), r -> new ArrayList<>()).add(new Use(bytes, time));
  }

  private void buffer(Value root, NavigableSet<Integer> times) {
    long bytes = root.type().byteCount();
    Parameter parameter = parameters.get(root);
    if (parameter != null) {
      switch (parameter.role()) {
        case INPUT -> {
          int stop = times.isEmpty() ? initEnd + 1 : Math.min(times.getLast() + 1, end);
          put(root, Buffer.Kind.INPUT, bytes, initEnd, Math.max(stop, initEnd + 1));
        }
        case STATE -> {
          int start = times.isEmpty() ? initEnd : Math.min(times.getFirst(), initEnd);
          put(root, Buffer.Kind.STATE, bytes, start, end);
        }
        case PARAM -> {
          if (!times.isEmpty()) {
            boolean initOnly = times.getLast() < initEnd;
            put(
                root,
                Buffer.Kind.PARAMETER,
                bytes,
                Math.min(times.getFirst(), initEnd),
                initOnly ? times.getLast() + 1 : end);
          }
        }
      }
    } else if (times.getFirst() >= initEnd) {
      Buffer.Kind kind = returned.contains(root) ? Buffer.Kind.OUTPUT : Buffer.Kind.TRANSIENT;
      put(root, kind, bytes, times.getFirst(), Math.min(times.getLast() + 1, end));
    } else if (times.getLast() < initEnd) {
      put(root, Buffer.Kind.TRANSIENT, bytes, times.getFirst(), times.getLast() + 1);
    } else {
      put(root, Buffer.Kind.PERSISTENT, bytes, times.getFirst(), end);
    }
  }

  private void put(Value root, Buffer.Kind kind, long bytes, int start, int stop) {
    var buffer = new Buffer(root.name(), kind, bytes, start, stop);
    buffers.put(root, buffer);
    roots.put(buffer, root);
  }

  /** Returns every buffer, workspaces last. */
  List<Buffer> all() {
    var all = new ArrayList<>(buffers.values());
    all.addAll(workspaces);
    return all;
  }

  /** Returns the value whose buffer it is, or null for a workspace. */
  @Nullable Value root(Buffer buffer) {
    return roots.get(buffer);
  }

  /** Returns the time of the step that defines a value, or -1. */
  int definition(Value value) {
    return definitions.getOrDefault(value, -1);
  }

  /** Returns whether init makes the root, or a file holds it: it is the same for all steps. */
  boolean isSameForAllSteps(Value root) {
    Parameter parameter = parameters.get(root);
    return parameter == null
        ? definition(root) < initEnd
        : parameter.role() == Parameter.Role.PARAM;
  }

  long naiveBytes() {
    return all().stream().mapToLong(Buffer::alignedBytes).sum();
  }

  /** Returns when each line of a buffer is alive. */
  List<Extent> extents(Buffer buffer) {
    Value root = roots.get(buffer);
    return root == null
        ? List.of(new Extent(0, buffer.alignedBytes(), buffer.start(), buffer.end()))
        : extents(root, buffer);
  }

  private List<Extent> extents(Value root, Buffer buffer) {
    boolean whole =
        switch (buffer.kind()) {
          case STATE, PERSISTENT, WORKSPACE -> true;
          case PARAMETER -> !isForInitOnly(root);
          case INPUT, OUTPUT, TRANSIENT -> false;
        };
    List<Use> reads = uses.getOrDefault(root, List.of());
    boolean isLoaded = isForInitOnly(root);
    var starts = new Times(isLoaded ? reads : births.getOrDefault(root, List.of()));
    var stops = new Times(whole ? List.of() : reads);
    var borders = new TreeSet<Long>(List.of(0L, buffer.alignedBytes()));
    borders.addAll(starts.changes.keySet());
    borders.addAll(stops.changes.keySet());
    var found = new ArrayList<Extent>();
    for (long line : borders.headSet(buffer.alignedBytes(), false)) {
      int start = starts.at(line).first(isLoaded ? end : buffer.start());
      int stop = stops.at(line).last(whole ? end : buffer.start()) + 1;
      long to = Objects.requireNonNull(borders.higher(line));
      if (start < stop) {
        found.add(new Extent(line, to, start, Math.min(stop, buffer.end())));
      }
    }
    return found;
  }

  /** Returns whether a parameter is gone when steps begin. Its bytes come as init asks for them. */
  boolean isForInitOnly(Value root) {
    Parameter parameter = parameters.get(root);
    Buffer buffer = buffers.get(root);
    return parameter != null
        && parameter.role() == Parameter.Role.PARAM
        && buffer != null
        && buffer.end() <= initEnd;
  }

  /** The times of uses of a line, for lines in ascending order. */
  private static final class Times {
    /** By the line at which it begins to count, a time; or its complement where it ceases to. */
    private final NavigableMap<Long, List<Integer>> changes = new TreeMap<>();

    private final NavigableMap<Integer, Integer> counts = new TreeMap<>();
    private long position = -1;

    Times(List<Use> uses) {
      for (Use use : uses) {
        long from = use.bytes.offset();
        long to = from + use.bytes.length();
        if (from < to) {
          change(from / Buffer.ALIGNMENT, use.time);
          change(Math.ceilDiv(to, Buffer.ALIGNMENT), ~use.time);
        }
      }
    }

    private void change(long line, int time) {
      changes.computeIfAbsent(line * Buffer.ALIGNMENT, l -> new ArrayList<>()).add(time);
    }

    Times at(long line) {
      for (List<Integer> some : changes.subMap(position, false, line, true).values()) {
        for (int time : some) {
          if (time >= 0) {
            counts.merge(time, 1, Integer::sum);
          } else {
            counts.computeIfPresent(~time, (t, count) -> count == 1 ? null : count - 1);
          }
        }
      }
      position = line;
      return this;
    }

    int first(int otherwise) {
      return counts.isEmpty() ? otherwise : counts.firstKey();
    }

    int last(int otherwise) {
      return counts.isEmpty() ? otherwise : counts.lastKey();
    }
  }
}
