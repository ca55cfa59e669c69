package dev.miser.passes.memory.strips;

import dev.miser.ir.func.Instruction;
import dev.miser.ir.op.Concat;
import dev.miser.ir.op.Op;
import dev.miser.ir.op.Value;
import dev.miser.ir.plan.Algorithm;
import dev.miser.ir.plan.Kernel;
import dev.miser.ir.plan.Schedule;
import dev.miser.ir.plan.Step;
import dev.miser.ir.plan.View;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Writes chains of steps as strips: each runs the whole chain for its part, then all are joined.
 */
final class StripWriter {
  private final Facts facts;
  private final Schedule schedule;
  private final Set<String> taken = new HashSet<>();

  StripWriter(Facts facts) {
    this.facts = facts;
    this.schedule = facts.schedule();
    schedule.parameters().forEach(p -> taken.add(p.value().name()));
    for (Step step : schedule.timeline()) {
      switch (step) {
        case Kernel kernel -> kernel.body().forEach(i -> taken.add(i.result().name()));
        case View(var instruction) -> taken.add(instruction.result().name());
      }
    }
  }

  /** Returns the steps that stand for a chain's, or null if a strip has no kernels. */
  @Nullable List<Step> write(Candidate candidate) {
    Value output = schedule.steps().get(candidate.last()).outputs().getFirst();
    var written = new ArrayList<Step>();
    var strips = new ArrayList<Value>();
    for (int number = 0; number < candidate.count(); number++) {
      Part part = candidate.strip(number, output.type().dim(candidate.axis()));
      var demand = new Demand(facts, candidate.last(), part);
      for (int position = candidate.last(); position >= candidate.first(); position--) {
        if (!demand.takeIn(position)) {
          return null;
        }
      }
      if (number == 0) {
        written.addAll(staying(candidate, demand));
      }
      Value strip = strip(candidate, demand, ".strip" + number, written);
      if (strip == null) {
        return null;
      }
      strips.add(strip);
    }
    Step joined = join(candidate, output, new Concat(strips, candidate.axis()));
    if (joined == null) {
      return null;
    }
    written.add(joined);
    return written;
  }

  private List<Step> staying(Candidate candidate, Demand demand) {
    var steps = new ArrayList<Step>();
    for (int position = candidate.first(); position <= candidate.last(); position++) {
      if (schedule.steps().get(position) instanceof View view && !demand.isCut(position)) {
        steps.add(view);
      }
    }
    return steps;
  }

  /** Writes one strip and returns its part of the output, or null. */
  private @Nullable Value strip(
      Candidate candidate, Demand demand, String suffix, List<Step> written) {
    Map<Value, KernelPart.Strip> strips = new HashMap<>();
    Value made = null;
    for (int position = candidate.first(); position <= candidate.last(); position++) {
      Step step = schedule.steps().get(position);
      if (step instanceof Kernel kernel) {
        Value whole = kernel.outputs().getFirst();
        Part part = demand.part(whole);
        KernelPart cut = KernelPart.of(facts, position, part, strips, name -> fresh(name + suffix));
        if (cut == null) {
          return null;
        }
        written.addAll(cut.views());
        written.add(cut.kernel());
        made = cut.output();
        strips.put(whole, new KernelPart.Strip(made, part));
      } else if (step instanceof View(Instruction instruction) && demand.isCut(position)) {
        Part part = demand.part(instruction.result());
        Op op = PartOfOp.of(instruction.op(), part, new Stripped(strips));
        if (op == null) {
          return null;
        }
        var view = new Value(fresh(instruction.result().name() + suffix), op.inferType());
        written.add(new View(new Instruction(view, op, instruction.place())));
        strips.put(instruction.result(), new KernelPart.Strip(view, part));
      }
    }
    return made;
  }

  private @Nullable Step join(Candidate candidate, Value output, Concat concat) {
    var place = schedule.steps().get(candidate.last()).place();
    var instruction = new Instruction(output, concat, place);
    if (output.type().shape().elementCount(0, candidate.axis()) == 1) {
      return new View(instruction);
    }
    List<Algorithm> algorithms =
        facts.catalog().algorithms(List.of(instruction), List.of(output), schedule.target());
    return algorithms.isEmpty()
        ? null
        : new Kernel(
            algorithms.getFirst().name(),
            List.of(instruction),
            List.of(output),
            algorithms.getFirst().workspaceBytes(),
            place);
  }

  private String fresh(String wanted) {
    String name = wanted;
    for (int i = 1; !taken.add(name); i++) {
      name = wanted + "." + i;
    }
    return name;
  }

  /** Gives views of strips their operand: the strip, whose part is the one they want. */
  private record Stripped(Map<Value, KernelPart.Strip> strips) implements PartOfOp.Operands {
    @Override
    public Value part(Value value, @Nullable Part part) {
      KernelPart.Strip strip = strips.get(value);
      if (strip == null || !strip.part().equals(part)) {
        throw new IllegalStateException("no such strip of " + value + ": " + part);
      }
      return strip.value();
    }

    @Override
    public Value view(Value value, @Nullable Part part) {
      return part(value, part);
    }
  }
}
