package dev.miser.passes.memory;

import dev.miser.ir.func.Instruction;
import dev.miser.ir.op.Concat;
import dev.miser.ir.op.PackPanels;
import dev.miser.ir.op.Slice;
import dev.miser.ir.op.Value;
import dev.miser.ir.plan.Algorithm;
import dev.miser.ir.plan.Kernel;
import dev.miser.ir.plan.KernelCatalog;
import dev.miser.ir.plan.Schedule;
import dev.miser.ir.plan.Step;
import dev.miser.ir.plan.View;
import dev.miser.ir.type.Shape;
import dev.miser.passes.Pass;
import dev.miser.passes.PassContext;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Lets init pack weights a few panels at a time where it would otherwise need more bytes than the
 * step: what is packed lies where the whole wants it, and raw rows are loaded only when their turn
 * comes. Weights that are packed from their columns stay whole: their panels are no slices.
 *
 * @param most into how many pieces weights may be cut
 */
public record PackInPieces(int most) implements Pass<Schedule> {
  public static final PackInPieces DEFAULT = new PackInPieces(32);

  enum Stat {
    WEIGHTS_CUT,
    PIECES
  }

  /** A schedule with some weights cut, and what it comes to. */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  private record Trial(Schedule schedule, long[] live, int cuts, int pieces) {
    static Trial of(Schedule schedule, KernelCatalog catalog, int cuts, int pieces) {
      return new Trial(schedule, StepBytes.of(schedule, catalog), cuts, pieces);
    }

    /** Returns the time at which init needs most, or -1 if the step needs as much. */
    int peakOfInit() {
      int initEnd = schedule.init().size();
      long most = Arrays.stream(live, initEnd, live.length).max().orElse(0);
      int at = -1;
      for (int time = 0; time < initEnd; time++) {
        if (live[time] > most) {
          most = live[time];
          at = time;
        }
      }
      return at;
    }

    long peak() {
      return Arrays.stream(live).max().orElse(0);
    }

    /** Returns by how much init needs more than the step at a time. */
    long excess(int time) {
      return live[time] - Arrays.stream(live, schedule.init().size(), live.length).max().orElse(0);
    }
  }

  @Override
  public Schedule run(Schedule schedule, PassContext context) {
    Trial best = Trial.of(schedule, context.catalog(), 0, 0);
    var tried = new HashSet<Value>();
    Trial last = best;
    for (int at = last.peakOfInit(); at >= 0; at = last.peakOfInit()) {
      PackPanels pack = packOfRows(last.schedule.init().get(at));
      if (pack == null || !tried.add(last.schedule.init().get(at).outputs().getFirst())) {
        break;
      }
      last = cut(last, at, pack, context.catalog());
      if (last.peak() < best.peak()) {
        best = last;
      }
    }
    if (best.cuts == 0) {
      return schedule;
    }
    context.count(Stat.WEIGHTS_CUT, best.cuts);
    context.count(Stat.PIECES, best.pieces);
    return best.schedule;
  }

  /** Returns what the kernel packs if that is all it does and its panels are made of rows. */
  private static @Nullable PackPanels packOfRows(Step step) {
    return step instanceof Kernel kernel
            && kernel.body().size() == 1
            && kernel.body().getFirst().op() instanceof PackPanels pack
            && pack.transpose()
            && pack.x().type().shape().elementCount(0, pack.x().type().rank() - 2) == 1
        ? pack
        : null;
  }

  /** Returns how many panels a piece may have so that init needs no more than the step. */
  private long panelsOfPiece(PackPanels pack, long panels, long excess) {
    // All of the raw weights counts at the peak; of pieces one does.
    long raw = pack.x().type().byteCount();
    long wanted = Math.max(0, raw - excess) / Math.max(1, raw / panels);
    return Math.max(Math.max(wanted, 1), (panels + most - 1) / most);
  }

  private Trial cut(Trial trial, int at, PackPanels pack, KernelCatalog catalog) {
    Schedule schedule = trial.schedule;
    Kernel kernel = (Kernel) schedule.init().get(at);
    Instruction whole = kernel.body().getFirst();
    Set<String> names = names(schedule);
    int rows = pack.x().type().rank() - 2;
    int panelAxis = whole.result().type().rank() - 3;
    long panels = whole.result().type().dim(panelAxis);
    var steps = new ArrayList<Step>(schedule.init().subList(0, at));
    var packed = new ArrayList<Value>();
    long of = panelsOfPiece(pack, panels, trial.excess(at));
    for (long panel = 0; panel < panels; panel += of) {
      long end = Math.min((panel + of) * pack.width(), pack.x().type().dim(rows));
      String suffix = ".piece" + packed.size();
      Slice slice = rows(pack.x(), rows, panel * pack.width(), end);
      var raw = new Value(fresh(pack.x().name() + suffix, names), slice.inferType());
      steps.add(new View(new Instruction(raw, slice, whole.place())));
      var piece = new PackPanels(raw, pack.width(), true);
      var result = new Value(fresh(whole.result().name() + suffix, names), piece.inferType());
      List<Instruction> body = List.of(new Instruction(result, piece, whole.place()));
      List<Algorithm> algorithms = catalog.algorithms(body, List.of(result), schedule.target());
      if (algorithms.isEmpty()) {
        return trial;
      }
      Algorithm best = algorithms.getFirst();
      steps.add(
          new Kernel(best.name(), body, List.of(result), best.workspaceBytes(), kernel.place()));
      packed.add(result);
    }
    if (packed.size() < 2) {
      return trial;
    }
    steps.add(new View(whole.withOp(new Concat(packed, panelAxis))));
    steps.addAll(schedule.init().subList(at + 1, schedule.init().size()));
    return Trial.of(
        schedule.withSteps(steps, schedule.steps()),
        catalog,
        trial.cuts + 1,
        trial.pieces + packed.size());
  }

  private static Slice rows(Value x, int axis, long first, long end) {
    Shape shape = x.type().shape();
    var start = new ArrayList<Long>();
    var limit = new ArrayList<Long>();
    for (int i = 0; i < shape.rank(); i++) {
      start.add(i == axis ? first : 0L);
      limit.add(i == axis ? end : shape.dim(i));
    }
    return new Slice(x, start, limit, List.of());
  }

  private static Set<String> names(Schedule schedule) {
    var names = new HashSet<String>();
    schedule.parameters().forEach(p -> names.add(p.value().name()));
    for (Step step : schedule.timeline()) {
      step.outputs().forEach(v -> names.add(v.name()));
      if (step instanceof Kernel kernel) {
        kernel.body().forEach(i -> names.add(i.result().name()));
      }
    }
    return names;
  }

  private static String fresh(String wanted, Set<String> names) {
    String name = wanted;
    for (int i = 1; !names.add(name); i++) {
      name = wanted + "." + i;
    }
    return name;
  }
}
