package dev.miser.ir.plan;

import dev.miser.ir.func.StateUpdate;
import dev.miser.ir.op.Value;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Which states a plan replaces before the step ends, as the plan checker understands it: by the
 * next value, in the state's very place, once no kernel reads the state any more and none may fail
 * that is still to come. A kernel that reads the state at that time has to allow it.
 */
final class Replacements {
  private final Map<Value, Value> next = new HashMap<>();
  private final Map<Value, Integer> lastReads = new HashMap<>();
  private int lastFailure = -1;

  Replacements(Schedule schedule, Places places) {
    for (StateUpdate update : schedule.updates()) {
      Places.Place to = places.of(update.state());
      Places.Place from = places.of(update.next());
      boolean whole = from.from() == 0 && from.length() == from.root().type().byteCount();
      if (whole && from.address() == to.address()) {
        next.put(to.root(), from.root());
      }
    }
    List<Step> timeline = schedule.timeline();
    for (int time = 0; time < timeline.size(); time++) {
      if (timeline.get(time) instanceof Kernel kernel) {
        for (Value input : kernel.inputs()) {
          lastReads.put(places.of(input).root(), time);
        }
        if (Failing.mayFail(kernel)) {
          lastFailure = time;
        }
      }
    }
  }

  /** Returns whether lines of a state may be replaced from a time on. */
  boolean isReplaced(Value state, Value by, int time) {
    return by.equals(next.get(state))
        && lastReads.getOrDefault(state, -1) <= time
        && lastFailure < time;
  }
}
