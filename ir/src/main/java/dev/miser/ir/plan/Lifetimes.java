package dev.miser.ir.plan;

import dev.miser.ir.func.Parameter;
import dev.miser.ir.func.StateUpdate;
import dev.miser.ir.op.Value;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * When each buffer of a schedule has to be there, as the plan checker understands it: from the set
 * of all times at which any byte of it is written or read.
 */
final class Lifetimes {
  private final Schedule schedule;
  private final Aliases aliases;
  private final int initEnd;
  private final int end;
  private final Map<Value, Integer> definitions = new HashMap<>();
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
      Step step = timeline.get(time);
      for (Value value : step.inputs()) {
        touch(value, time);
      }
      for (Value value : step.outputs()) {
        definitions.put(value, time);
        touch(value, time);
      }
      if (step instanceof Kernel kernel && kernel.workspaceBytes() > 0) {
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
    touches.computeIfAbsent(aliases.of(value).root(), r -> new TreeSet<>()).add(time);
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

  /** Returns the largest sum of buffers alive at one time, bytes taken over counted once. */
  long loadBound(List<Plan.InPlace> pairs) {
    long[] change = new long[end + 2];
    for (Buffer buffer : all()) {
      if (buffer.start() < buffer.end()) {
        change[buffer.start()] += buffer.alignedBytes();
        change[buffer.end()] -= buffer.alignedBytes();
      }
    }
    Set<List<Value>> counted = new HashSet<>();
    for (Plan.InPlace pair : pairs) {
      Value output = aliases.of(pair.output()).root();
      Value input = aliases.of(pair.input()).root();
      Buffer heir = buffers.get(output);
      Buffer giver = buffers.get(input);
      int time = definition(pair.output());
      if (heir != null && giver != null && time >= 0 && counted.add(List.of(output, input))) {
        long shared = Math.min(heir.alignedBytes(), giver.alignedBytes());
        change[time] -= shared;
        change[time + 1] += shared;
      }
    }
    long live = 0;
    long bound = 0;
    for (long c : change) {
      live += c;
      bound = Math.max(bound, live);
    }
    return bound;
  }
}
