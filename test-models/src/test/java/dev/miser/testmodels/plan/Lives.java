package dev.miser.testmodels.plan;

import dev.miser.ir.func.Parameter.Role;
import dev.miser.ir.func.StateUpdate;
import dev.miser.ir.op.Value;
import dev.miser.ir.plan.Buffer;
import dev.miser.ir.plan.Kernel;
import dev.miser.ir.plan.Schedule;
import dev.miser.ir.plan.Step;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Which buffers a schedule needs, and which of their lines of 64 bytes hold something when, found
 * by looking at every time for every value.
 */
final class Lives {
  /** When one line of a buffer is alive: half open. */
  private record Life(int start, int end) {}

  private final Map<Value, Role> roles = new LinkedHashMap<>();
  private final List<Buffer> buffers = new ArrayList<>();
  private final Map<Buffer, List<Life>> lives = new HashMap<>();
  private final Schedule schedule;
  private final List<Step> timeline;
  private final List<List<Value>> inputs;
  private final Placed placed;

  Lives(Schedule schedule, Placed placed) {
    this.schedule = schedule;
    this.placed = placed;
    schedule.parameters().forEach(p -> roles.put(p.value(), p.role()));
    this.timeline = schedule.timeline();
    this.inputs = timeline.stream().map(Step::inputs).toList();
    int end = timeline.size();
    Set<Value> values = new LinkedHashSet<>(roles.keySet());
    timeline.forEach(step -> values.addAll(step.outputs()));
    Map<Value, List<Value>> parts = new LinkedHashMap<>();
    for (Value value : values) {
      Value holder = placed.outermost(value).holder();
      parts.computeIfAbsent(holder, h -> new ArrayList<>()).add(value);
    }
    parts.forEach((holder, inside) -> {
      var times = new ArrayList<Integer>();
      for (int time = 0; time < end; time++) {
        if (timeline.get(time) instanceof Kernel kernel) {
          var touched = new ArrayList<>(inputs.get(time));
          touched.addAll(kernel.outputs());
          if (!Collections.disjoint(touched, inside)) {
            times.add(time);
          }
        }
      }
      boolean isResult = !Collections.disjoint(schedule.results(), inside);
      boolean isNext = false;
      for (StateUpdate update : schedule.updates()) {
        isNext |= inside.contains(update.next());
      }
      if (isResult || isNext) {
        times.add(end);
      }
      Buffer buffer = buffer(holder, times, isResult, schedule.init().size(), end);
      if (buffer != null) {
        buffers.add(buffer);
        var lines = new ArrayList<Life>();
        for (long line = 0; line < buffer.bytes(); line += 64) {
          lines.add(life(buffer, line, inside));
        }
        lives.put(buffer, lines);
      }
    });
    for (int time = 0; time < end; time++) {
      if (timeline.get(time) instanceof Kernel kernel && kernel.workspaceBytes() > 0) {
        String name = kernel.outputs().getFirst().name() + ".workspace";
        buffers.add(
            new Buffer(name, Buffer.Kind.WORKSPACE, kernel.workspaceBytes(), time, time + 1));
      }
    }
  }

  private @Nullable Buffer buffer(
      Value holder, List<Integer> times, boolean isResult, int initEnd, int end) {
    int first = times.stream().mapToInt(t -> t).min().orElse(initEnd);
    int last = times.stream().mapToInt(t -> t).max().orElse(initEnd);
    Buffer.Kind kind;
    int start = first;
    int stop = Math.min(last + 1, end);
    Role role = roles.get(holder);
    if (role == Role.INPUT) {
      kind = Buffer.Kind.INPUT;
      start = initEnd;
      stop = Math.max(initEnd + 1, stop);
    } else if (role == Role.STATE) {
      kind = Buffer.Kind.STATE;
      start = Math.min(first, initEnd);
      stop = end;
    } else if (role == Role.PARAM) {
      if (times.isEmpty()) {
        return null;
      }
      kind = Buffer.Kind.PARAMETER;
      start = Math.min(first, initEnd);
      stop = last < initEnd ? last + 1 : end;
    } else if (first >= initEnd) {
      kind = isResult ? Buffer.Kind.OUTPUT : Buffer.Kind.TRANSIENT;
    } else {
      // What init makes and a step reads stays for all steps.
      kind = last < initEnd ? Buffer.Kind.TRANSIENT : Buffer.Kind.PERSISTENT;
      stop = last < initEnd ? last + 1 : end;
    }
    return new Buffer(holder.name(), kind, holder.type().byteCount(), start, stop);
  }

  /** Returns when the line that begins at this byte is alive. */
  private Life life(Buffer buffer, long line, List<Value> inside) {
    int start = Integer.MAX_VALUE;
    int stop = buffer.start() + 1;
    for (int time = 0; time < timeline.size(); time++) {
      if (timeline.get(time) instanceof Kernel kernel) {
        for (Value value : inside) {
          boolean written = kernel.outputs().contains(value);
          if ((written || inputs.get(time).contains(value)) && covers(value, line)) {
            // What init alone reads is loaded when it is first read.
            start = written || isForInit(buffer) ? Math.min(start, time) : start;
            stop = Math.max(stop, time + 1);
          }
        }
      }
    }
    for (Value value : inside) {
      boolean isNext = schedule.updates().stream().anyMatch(u -> u.next().equals(value));
      if ((isNext || schedule.results().contains(value)) && covers(value, line)) {
        stop = buffer.end();
      }
    }
    if (isForInit(buffer) && start == Integer.MAX_VALUE) {
      return new Life(0, 0);
    }
    boolean whole =
        switch (buffer.kind()) {
          case STATE, PERSISTENT, WORKSPACE -> true;
          case PARAMETER -> !isForInit(buffer);
          case INPUT, OUTPUT, TRANSIENT -> false;
        };
    return new Life(
        start == Integer.MAX_VALUE ? buffer.start() : start,
        whole ? buffer.end() : Math.min(stop, buffer.end()));
  }

  /** Returns whether no step needs a parameter. */
  boolean isForInit(Value parameter) {
    return buffers.stream()
        .anyMatch(buffer -> buffer.name().equals(parameter.name()) && isForInit(buffer));
  }

  private boolean isForInit(Buffer buffer) {
    return buffer.kind() == Buffer.Kind.PARAMETER && buffer.end() <= schedule.init().size();
  }

  private boolean covers(Value value, long line) {
    long at = placed.outermost(value).at();
    return at < line + 64 && line < at + value.type().byteCount();
  }

  /** Returns whether the line that begins at this byte of a buffer holds something. */
  boolean isAlive(Buffer buffer, long line, int time) {
    List<Life> lines = lives.get(buffer);
    if (lines == null) {
      return buffer.start() <= time && time < buffer.end();
    }
    Life life = lines.get((int) (line / 64));
    return life.start <= time && time < life.end;
  }

  /** Returns whether the line begins, or ends, at a time. */
  boolean begins(Buffer buffer, long line, int time) {
    return isAlive(buffer, line, time) && !isAlive(buffer, line, time - 1);
  }

  boolean ends(Buffer buffer, long line, int time) {
    return isAlive(buffer, line, time) && !isAlive(buffer, line, time + 1);
  }

  List<Buffer> buffers() {
    return List.copyOf(buffers);
  }

  @Nullable Role role(Value value) {
    return roles.get(value);
  }

  List<Value> parameters(Role role) {
    return roles.keySet().stream().filter(value -> roles.get(value) == role).toList();
  }
}
