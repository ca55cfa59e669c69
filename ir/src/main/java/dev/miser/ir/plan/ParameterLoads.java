package dev.miser.ir.plan;

import dev.miser.ir.func.Parameter;
import dev.miser.ir.op.Value;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;

/**
 * When the bytes of parameters and of state are loaded. A parameter that only init reads is loaded
 * piece by piece: each byte right before the first kernel of init that reads it; a byte that no
 * kernel reads is never loaded. Whatever the step needs is loaded in one piece, right before the
 * first kernel of init that reads any of it, or after init.
 */
public final class ParameterLoads {
  /** Bytes {@code [from, to)} of a parameter, loaded right before the step at a time. */
  public record Load(int time, long from, long to) {}

  private ParameterLoads() {}

  /** Returns the loads of each parameter and state that needs memory, in order of time. */
  public static Map<Value, List<Load>> of(Schedule schedule, Buffers buffers) {
    Map<Value, List<Load>> loads = new LinkedHashMap<>();
    Map<Buffer, Value> pieces = new HashMap<>();
    for (Parameter parameter : schedule.parameters()) {
      Buffers.Placement placement = buffers.find(parameter.value());
      if (placement == null || parameter.role() == Parameter.Role.INPUT) {
        continue;
      }
      var own = new ArrayList<Load>();
      loads.put(parameter.value(), own);
      if (placement.buffer().end() <= buffers.initEnd()) {
        pieces.put(placement.buffer(), parameter.value());
      } else {
        int time = Math.min(placement.buffer().start(), buffers.initEnd());
        own.add(new Load(time, 0, parameter.value().type().byteCount()));
      }
    }
    inPieces(schedule, buffers, pieces, loads);
    return loads;
  }

  private static void inPieces(
      Schedule schedule,
      Buffers buffers,
      Map<Buffer, Value> parameters,
      Map<Value, List<Load>> loads) {
    Map<Value, NavigableMap<Long, Long>> loaded = new HashMap<>();
    for (int time = 0; time < schedule.init().size(); time++) {
      if (schedule.init().get(time) instanceof Kernel kernel) {
        for (Value input : kernel.inputs()) {
          Buffers.Placement placement = buffers.of(input);
          Value parameter = parameters.get(placement.buffer());
          if (parameter != null) {
            var known = loaded.computeIfAbsent(parameter, p -> new TreeMap<>());
            long to = placement.offset() + input.type().byteCount();
            add(time, placement.offset(), to, known, loads.getOrDefault(parameter, List.of()));
          }
        }
      }
    }
  }

  /** Loads what is not loaded yet of {@code [from, to)}. */
  private static void add(
      int time, long from, long to, NavigableMap<Long, Long> loaded, List<Load> loads) {
    long at = from;
    while (at < to) {
      Map.Entry<Long, Long> before = loaded.floorEntry(at);
      if (before != null && before.getValue() > at) {
        at = before.getValue();
        continue;
      }
      Long next = loaded.higherKey(at);
      long end = next == null ? to : Math.min(next, to);
      loads.add(new Load(time, at, end));
      loaded.put(at, end);
      at = end;
    }
  }
}
