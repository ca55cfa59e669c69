package dev.miser.passes.fuse;

import dev.miser.ir.func.Function;
import dev.miser.ir.func.Instruction;
import dev.miser.ir.func.Printer;
import dev.miser.ir.op.Value;
import dev.miser.ir.plan.Algorithm;
import dev.miser.ir.plan.Kernel;
import dev.miser.ir.plan.KernelCatalog;
import dev.miser.ir.plan.Schedule;
import dev.miser.ir.plan.Step;
import dev.miser.ir.plan.Target;
import dev.miser.ir.plan.View;
import dev.miser.passes.fuse.Draft.Phase;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The step from Function to Schedule: decides what init does, which instructions run as one kernel,
 * what is a view, and which operands init packs. The catalogue says what one kernel can do.
 */
public record Fuse(Target target, KernelCatalog catalog, FuseOptions options) {
  public Fuse(Target target, KernelCatalog catalog) {
    this(target, catalog, FuseOptions.DEFAULT);
  }

  /** Returns a schedule that computes what a legal function computes, to the last bit. */
  public Schedule run(Function given) {
    var names = new FreshNames(given);
    Function original = WideConcats.split(Unpacking.spellOut(given, names), target, catalog, names);
    Set<Value> fixed = Hoist.of(original, Set.of()).fixed();
    Function function = Copies.insert(original, fixed, names);
    // The step makes its results anew each time, even those that are always the same.
    Hoist hoist = Hoist.of(function, returned(function));
    // A group is made before all uses of its values are known. Where no kernel can write all that
    // turns out to be used outside, the group's last instruction has to start anew.
    Set<Value> alone = new HashSet<>();
    while (true) {
      Drafts drafts = Drafts.of(function, hoist, target, catalog, options, alone);
      if (!split(drafts, alone)) {
        var emission = new Emission(drafts, names);
        Schedule schedule =
            new Schedule(
                function.name(),
                target,
                function.parameters(),
                emission.steps(Phase.INIT),
                emission.steps(Phase.STEP),
                function.results(),
                function.updates());
        return new Packer(catalog, options, names).run(schedule);
      }
    }
  }

  private static Set<Value> returned(Function function) {
    Set<Value> returned = new HashSet<>(function.results());
    function.updates().forEach(u -> returned.add(u.next()));
    return returned;
  }

  private boolean split(Drafts drafts, Set<Value> alone) {
    boolean any = false;
    for (Phase phase : Phase.values()) {
      for (Draft draft : drafts.live(phase)) {
        if (!draft.isView()
            && catalog
                .algorithms(
                    Draft.body(draft.clones(), draft.members()), drafts.outputs(draft), target)
                .isEmpty()) {
          if (draft.members().size() == 1) {
            throw new IllegalStateException("no kernel for " + Printer.print(draft.last()));
          }
          alone.add(draft.last().result());
          any = true;
        }
      }
    }
    return any;
  }

  /** Turns drafts into steps. */
  private final class Emission {
    private final Drafts drafts;
    private final FreshNames names;

    Emission(Drafts drafts, FreshNames names) {
      this.drafts = drafts;
      this.names = names;
    }

    /** Returns the steps of a phase; views that init need not make stand before the step. */
    List<Step> steps(Phase phase) {
      var steps = new ArrayList<Step>();
      for (Draft draft : drafts.live(Phase.INIT)) {
        if (drafts.servesStepOnly(draft) == (phase == Phase.STEP)) {
          steps.add(step(draft));
        }
      }
      if (phase == Phase.STEP) {
        drafts.live(Phase.STEP).forEach(d -> steps.add(step(d)));
      }
      return steps;
    }

    private Step step(Draft draft) {
      if (draft.isView()) {
        return new View(draft.last());
      }
      List<Value> outputs = drafts.outputs(draft);
      List<Instruction> body = localised(Draft.body(draft.clones(), draft.members()), draft);
      Algorithm best = catalog.algorithms(body, outputs, target).getFirst();
      return new Kernel(best.name(), body, outputs, best.workspaceBytes(), draft.last().place());
    }

    /** Gives leaves other names where a step defines the same value for all to see. */
    private List<Instruction> localised(List<Instruction> body, Draft draft) {
      Map<Value, Value> renamed = new HashMap<>();
      for (Value leaf : draft.clones().keySet()) {
        if (drafts.isMaterialised(leaf)) {
          renamed.put(leaf, new Value(names.fresh(leaf.name() + ".leaf"), leaf.type()));
        }
      }
      return Bodies.replace(body, renamed);
    }
  }
}
