package dev.miser.ir.plan;

import dev.miser.ir.func.Parameter;
import dev.miser.ir.func.Parameter.Role;
import dev.miser.ir.func.StateUpdate;
import dev.miser.ir.op.Value;
import dev.miser.ir.plan.Places.Place;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;

/**
 * Runs init and two steps symbolically over the bytes of the arena, so that every read sees what
 * was written for it. The second step reads whatever the first leaves behind, and every later one
 * is like it.
 */
final class Replay {
  /** Is told of every read that finds other bytes than it should. */
  @FunctionalInterface
  interface Complaint {
    void read(int time, Value value, String found);
  }

  private static final int STEPS = 2;

  /** What a kernel touches. */
  private record Touch(List<Place> inputs, List<Place> outputs) {}

  private final Schedule schedule;
  private final List<Step> timeline;
  private final Places places;
  private final Lifetimes lifetimes;
  private final Complaint complaint;
  private final Map<Value, Role> parameters = new LinkedHashMap<>();
  private final List<Touch> touches = new ArrayList<>();
  private final Contents contents = new Contents();
  // What is loaded of each parameter that comes in pieces: from, and up to.
  private final Map<Value, NavigableMap<Long, Long>> pieces = new HashMap<>();
  private final Map<Value, Integer> stateEpochs = new HashMap<>();
  private int epoch = 0;

  Replay(Schedule schedule, Places places, Lifetimes lifetimes, Complaint complaint) {
    this.schedule = schedule;
    this.timeline = schedule.timeline();
    this.places = places;
    this.lifetimes = lifetimes;
    this.complaint = complaint;
    schedule.parameters().forEach(p -> parameters.put(p.value(), p.role()));
    for (Step step : timeline) {
      touches.add(
          switch (step) {
            case Kernel kernel -> new Touch(all(kernel.inputs()), all(kernel.outputs()));
            case View view -> new Touch(List.of(), List.of());
          });
    }
  }

  private List<Place> all(List<Value> values) {
    return values.stream().map(places::of).toList();
  }

  void run() {
    init();
    int end = timeline.size();
    List<Place> inputs = given(Role.INPUT);
    List<Place> states = given(Role.STATE);
    for (epoch = 1; epoch <= STEPS; epoch++) {
      inputs.forEach(this::write);
      // The caller may give them in another order.
      inputs.forEach(input -> read(input, end));
      for (int time = schedule.init().size(); time < end; time++) {
        run(time);
      }
      finish(end);
      states.forEach(state -> read(state, end));
    }
  }

  private void init() {
    Set<Value> loaded = new HashSet<>();
    for (int time = 0; time < schedule.init().size(); time++) {
      for (Place input : touches.get(time).inputs) {
        load(input, loaded);
      }
      run(time);
    }
    for (Map.Entry<Value, Role> parameter : parameters.entrySet()) {
      Value value = parameter.getKey();
      boolean kept = parameter.getValue() != Role.INPUT && !lifetimes.isForInitOnly(value);
      if (kept && places.has(value)) {
        load(places.of(value), loaded);
      }
    }
  }

  /**
   * Loads what a kernel of init wants: what steps need too, as a whole before the first kernel that
   * reads any of it; what they do not, byte by byte before the first that reads it.
   */
  private void load(Place wanted, Set<Value> loaded) {
    Value root = wanted.root();
    if (!parameters.containsKey(root)) {
      return;
    }
    if (!lifetimes.isForInitOnly(root)) {
      if (loaded.add(root)) {
        write(places.of(root));
      }
      return;
    }
    NavigableMap<Long, Long> known = pieces.computeIfAbsent(root, r -> new TreeMap<>());
    long end = wanted.from() + wanted.length();
    for (long at = wanted.from(); at < end; ) {
      Map.Entry<Long, Long> before = known.floorEntry(at);
      if (before != null && before.getValue() > at) {
        at = before.getValue();
      } else {
        Long next = known.higherKey(at);
        long to = next == null ? end : Math.min(next, end);
        contents.write(wanted.address() + at - wanted.from(), to - at, root, at, epoch(root));
        known.put(at, to);
        at = to;
      }
    }
  }

  private List<Place> given(Role role) {
    return schedule.parameters().stream()
        .filter(p -> p.role() == role)
        .map(Parameter::value)
        .map(places::of)
        .toList();
  }

  /** Copies next states to states, one after the other; then the caller looks at the results. */
  private void finish(int end) {
    Map<Value, Integer> replaced = new HashMap<>(stateEpochs);
    for (StateUpdate update : schedule.updates()) {
      read(places.of(update.next()), end);
      Place state = places.of(update.state());
      int next = stateEpochs.getOrDefault(update.state(), 0) + 1;
      contents.write(state.address(), state.length(), state.root(), 0, next);
      replaced.put(update.state(), next);
    }
    schedule.results().forEach(result -> read(places.of(result), end));
    stateEpochs.putAll(replaced);
  }

  /** Returns how often the bytes of a root have been made anew so far. */
  private int epoch(Value root) {
    if (parameters.get(root) == Role.STATE) {
      return stateEpochs.getOrDefault(root, 0);
    }
    return lifetimes.isSameForAllSteps(root) ? 0 : epoch;
  }

  private void run(int time) {
    Touch touch = touches.get(time);
    touch.inputs.forEach(input -> read(input, time));
    Places.Workspace workspace = places.workspace(time);
    contents.write(workspace.address(), workspace.length(), null, 0, 0);
    touch.outputs.forEach(this::write);
  }

  private void write(Place place) {
    contents.write(
        place.address(), place.length(), place.root(), place.from(), epoch(place.root()));
  }

  private void read(Place place, int time) {
    String found =
        contents.mismatch(
            place.address(), place.length(), place.root(), place.from(), epoch(place.root()));
    if (found != null) {
      complaint.read(time, place.value(), found);
    }
  }
}
