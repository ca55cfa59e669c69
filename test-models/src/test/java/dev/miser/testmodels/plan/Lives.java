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
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Which buffers a schedule needs and when, found by looking at every time for every value. */
final class Lives {
  private final Map<Value, Role> roles = new LinkedHashMap<>();
  private final List<Buffer> buffers = new ArrayList<>();

  Lives(Schedule schedule, Placed placed) {
    schedule.parameters().forEach(p -> roles.put(p.value(), p.role()));
    List<Step> timeline = schedule.timeline();
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
        var touched = new ArrayList<>(timeline.get(time).inputs());
        touched.addAll(timeline.get(time).outputs());
        if (!Collections.disjoint(touched, inside)) {
          times.add(time);
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
