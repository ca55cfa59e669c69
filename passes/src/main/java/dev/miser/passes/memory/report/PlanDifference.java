package dev.miser.passes.memory.report;

import dev.miser.ir.plan.Buffer;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What changed from one plan to another: its measures, and the tensors and steps that differ, the
 * largest difference first; of equal ones by name.
 */
public record PlanDifference(
    List<MeasureChange> measures, List<TensorChange> tensors, List<StepChange> steps) {
  /** A measure in both plans, changed or not. */
  public record MeasureChange(PlanSummary.Measure measure, long before, long after) {
    /** Returns by how many bytes the measure grew. */
    public long growth() {
      return after - before;
    }
  }

  /** How a tensor or a step differs. */
  public enum Change {
    NEW,
    GONE,
    GROWN,
    SHRUNK,
    /** It lives at other steps, or is of another kind, in as many bytes. */
    MOVED
  }

  /** A tensor that differs; null where it does not exist. */
  public record TensorChange(
      String name,
      Change change,
      PlanSummary.@Nullable Tensor before,
      PlanSummary.@Nullable Tensor after) {
    /** Returns by how many bytes the tensor grew. */
    public long growth() {
      return (after == null ? 0 : after.bytes()) - (before == null ? 0 : before.bytes());
    }
  }

  /** A step at which other bytes are alive; 0 where it does not exist. */
  public record StepChange(String name, Change change, long before, long after) {
    /** Returns by how many bytes the step grew. */
    public long growth() {
      return after - before;
    }
  }

  /** Tells a workspace from a value of the same name. */
  private record Key(String name, boolean workspace) {}

  public PlanDifference {
    measures = List.copyOf(measures);
    tensors = List.copyOf(tensors);
    steps = List.copyOf(steps);
  }

  /** Compares two plans. */
  public static PlanDifference of(PlanSummary before, PlanSummary after) {
    var measures = new ArrayList<MeasureChange>();
    for (PlanSummary.Measure measure : PlanSummary.Measure.values()) {
      measures.add(new MeasureChange(measure, before.bytes(measure), after.bytes(measure)));
    }
    return new PlanDifference(measures, tensors(before, after), steps(before, after));
  }

  /** Returns the change of a measure. */
  public MeasureChange of(PlanSummary.Measure measure) {
    return measures.stream().filter(change -> change.measure == measure).findFirst().orElseThrow();
  }

  private static List<TensorChange> tensors(PlanSummary before, PlanSummary after) {
    Map<Key, PlanSummary.Tensor> old = byKey(before);
    Map<Key, PlanSummary.Tensor> fresh = byKey(after);
    var changes = new ArrayList<TensorChange>();
    old.forEach((key, tensor) -> {
      PlanSummary.Tensor now = fresh.get(key);
      if (now == null) {
        changes.add(new TensorChange(key.name, Change.GONE, tensor, null));
      } else if (!now.equals(tensor)) {
        changes.add(new TensorChange(key.name, change(tensor.bytes(), now.bytes()), tensor, now));
      }
    });
    fresh.forEach((key, tensor) -> {
      if (!old.containsKey(key)) {
        changes.add(new TensorChange(key.name, Change.NEW, null, tensor));
      }
    });
    changes.sort(
        Comparator.comparingLong((TensorChange change) -> -Math.abs(change.growth()))
            .thenComparingLong(change -> -bytes(change))
            .thenComparing(TensorChange::name)
            .thenComparing(TensorChange::change));
    return changes;
  }

  private static long bytes(TensorChange change) {
    PlanSummary.Tensor before = change.before();
    PlanSummary.Tensor after = change.after();
    return Math.max(before == null ? 0 : before.bytes(), after == null ? 0 : after.bytes());
  }

  private static Map<Key, PlanSummary.Tensor> byKey(PlanSummary summary) {
    Map<Key, PlanSummary.Tensor> tensors = new LinkedHashMap<>();
    for (PlanSummary.Tensor tensor : summary.tensors()) {
      tensors.put(new Key(tensor.name(), tensor.kind() == Buffer.Kind.WORKSPACE), tensor);
    }
    return tensors;
  }

  private static Change change(long before, long after) {
    return after > before ? Change.GROWN : after < before ? Change.SHRUNK : Change.MOVED;
  }

  private static List<StepChange> steps(PlanSummary before, PlanSummary after) {
    Map<String, Long> old = new LinkedHashMap<>();
    before.steps().forEach(step -> old.put(step.name(), step.liveBytes()));
    Map<String, Long> fresh = new LinkedHashMap<>();
    after.steps().forEach(step -> fresh.put(step.name(), step.liveBytes()));
    var changes = new ArrayList<StepChange>();
    old.forEach((name, bytes) -> {
      Long now = fresh.get(name);
      if (now == null) {
        changes.add(new StepChange(name, Change.GONE, bytes, 0));
      } else if (!now.equals(bytes)) {
        changes.add(new StepChange(name, change(bytes, now), bytes, now));
      }
    });
    fresh.forEach((name, bytes) -> {
      if (!old.containsKey(name)) {
        changes.add(new StepChange(name, Change.NEW, 0, bytes));
      }
    });
    changes.sort(
        Comparator.comparingLong((StepChange change) -> -Math.abs(change.growth()))
            .thenComparing(StepChange::name)
            .thenComparing(StepChange::change));
    return changes;
  }
}
