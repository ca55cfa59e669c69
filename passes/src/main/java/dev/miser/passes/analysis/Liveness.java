package dev.miser.passes.analysis;

import dev.miser.ir.func.Function;
import dev.miser.ir.func.Instruction;
import dev.miser.ir.func.Parameter;
import dev.miser.ir.func.StateUpdate;
import dev.miser.ir.op.Value;
import dev.miser.passes.Analysis;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * When each value of a function is alive, were it run instruction by instruction: from the one that
 * defines it to the last that uses it. Parameters and state live throughout; results to the end.
 */
public final class Liveness {
  public static final Analysis<Function, Liveness> OF = Liveness::new;

  /** The instructions at which a value is alive: [start, end). */
  public record Interval(int start, int end) {
    boolean contains(int position) {
      return start <= position && position < end;
    }
  }

  private final Map<Value, Interval> intervals = new LinkedHashMap<>();
  private final long[] bytes;

  private Liveness(Function function) {
    int end = function.body().size();
    var last = new LinkedHashMap<Value, Integer>();
    for (int i = 0; i < end; i++) {
      for (Value operand : function.body().get(i).operands()) {
        last.put(operand, i);
      }
    }
    function.results().forEach(result -> last.put(result, end - 1));
    for (StateUpdate update : function.updates()) {
      last.put(update.next(), end - 1);
    }
    for (Parameter parameter : function.parameters()) {
      boolean input = parameter.role() == Parameter.Role.INPUT;
      int until = input ? last.getOrDefault(parameter.value(), -1) + 1 : end;
      intervals.put(parameter.value(), new Interval(0, until));
    }
    for (int i = 0; i < end; i++) {
      Instruction instruction = function.body().get(i);
      int until = last.getOrDefault(instruction.result(), i) + 1;
      intervals.put(instruction.result(), new Interval(i, until));
    }
    bytes = new long[end];
    intervals.forEach((value, interval) -> {
      for (int i = interval.start(); i < interval.end(); i++) {
        bytes[i] += value.type().byteCount();
      }
    });
  }

  /** Returns when a value is alive. */
  public Interval interval(Value value) {
    Interval found = intervals.get(value);
    if (found == null) {
      throw new IllegalArgumentException("no value " + value);
    }
    return found;
  }

  /** Returns the bytes of all values alive at an instruction, its operands and result included. */
  public long bytesAt(int position) {
    return bytes[position];
  }

  /** Returns the largest number of bytes alive at one instruction; 0 for an empty body. */
  public long peakBytes() {
    return Arrays.stream(bytes).max().orElse(0);
  }

  /** Returns the first instruction at which the peak is reached; 0 for an empty body. */
  public int peakPosition() {
    int best = 0;
    for (int i = 1; i < bytes.length; i++) {
      best = bytes[i] > bytes[best] ? i : best;
    }
    return best;
  }

  /** Returns the values alive at an instruction, in order of definition. */
  public List<Value> aliveAt(int position) {
    var alive = new ArrayList<Value>();
    intervals.forEach((value, interval) -> {
      if (interval.contains(position)) {
        alive.add(value);
      }
    });
    return alive;
  }
}
