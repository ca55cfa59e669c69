package dev.miser.testmodels.property;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.miser.compiler.Options;
import dev.miser.ir.diag.Place;
import dev.miser.ir.eval.EvaluationException;
import dev.miser.ir.eval.Precision;
import dev.miser.ir.eval.Reference;
import dev.miser.ir.eval.Tensor;
import dev.miser.ir.func.Function;
import dev.miser.ir.func.Instruction;
import dev.miser.ir.func.Parameter;
import dev.miser.ir.op.OpSchema;
import dev.miser.ir.op.Value;
import dev.miser.passes.Pipeline;
import dev.miser.testmodels.e2e.Compiled;
import dev.miser.testmodels.e2e.Values;
import dev.miser.testmodels.e2e.Way;
import dev.miser.testmodels.property.OperationTypes.Case;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** Every operation has a kernel for every element type that it admits; none is excepted. */
class OperationTypesTest {
  /** How many cases share one program: one compilation is cheaper than many. */
  private static final int BATCH = 150;

  private static final List<Way> WAYS =
      List.of(
          new Way(128, Way.Layout.PLANNED, Way.Fusion.NONE),
          new Way(256, Way.Layout.PLANNED, Way.Fusion.NONE),
          new Way(512, Way.Layout.PLANNED, Way.Fusion.NONE));

  @Test
  void everyOperationHasCases() {
    Set<String> found = new TreeSet<>();
    OperationTypes.all().values().forEach(c -> found.add(c.instruction().op().mnemonic()));
    assertEquals(new TreeSet<>(OpSchema.mnemonics()), found);
  }

  @Test
  void kernelsDoAsTheReference() {
    var complaints = new ArrayList<String>();
    var evaluated = new LinkedHashMap<Case, Tensor>();
    for (Case one : OperationTypes.all().values()) {
      try {
        Map<Value, Tensor> operands = new HashMap<>();
        for (int i = 0; i < one.operands().size(); i++) {
          operands.put(one.instruction().operands().get(i), one.operands().get(i));
        }
        evaluated.put(one, Reference.evaluate(one.instruction(), operands, Precision.DECLARED));
      } catch (EvaluationException e) {
        complaints.add(one.name() + ": the example fails at this type: " + e);
      }
    }
    List<Case> cases = List.copyOf(evaluated.keySet());
    for (int from = 0; from < cases.size(); from += BATCH) {
      check(cases.subList(from, Math.min(from + BATCH, cases.size())), evaluated, complaints);
    }
    assertEquals(List.of(), complaints);
  }

  private static void check(
      List<Case> cases, Map<Case, Tensor> evaluated, List<String> complaints) {
    List<Tensor> first = List.of();
    for (Way way : WAYS) {
      List<Tensor> found;
      try {
        found = run(cases, way);
      } catch (IllegalStateException e) {
        findCulprits(cases, complaints, e);
        return;
      }
      if (first.isEmpty()) {
        first = found;
      }
      for (int i = 0; i < cases.size(); i++) {
        Case one = cases.get(i);
        String complaint =
            first.get(i).equals(found.get(i))
                ? InstructionBound.complaint(
                    one.instruction(),
                    one.operands(),
                    Objects.requireNonNull(evaluated.get(one)),
                    found.get(i))
                : "other bits than at " + WAYS.getFirst();
        if (complaint != null) {
          complaints.add(one.name() + " at " + way.vectorBits() + ": " + complaint);
        }
      }
    }
  }

  private static void findCulprits(
      List<Case> cases, List<String> complaints, IllegalStateException together) {
    int before = complaints.size();
    for (Case one : cases) {
      try {
        run(List.of(one), WAYS.getFirst());
      } catch (IllegalStateException e) {
        complaints.add(one.name() + ": " + e.getMessage());
      }
    }
    if (complaints.size() == before) {
      throw together;
    }
  }

  /** Runs cases as one program, each over inputs of its own. */
  private static List<Tensor> run(List<Case> cases, Way way) {
    var parameters = new ArrayList<Parameter>();
    var body = new ArrayList<Instruction>();
    var results = new ArrayList<Value>();
    var tensors = new HashMap<String, Tensor>();
    for (Case one : cases) {
      String prefix = "case" + results.size();
      var operands = new ArrayList<Value>();
      for (Tensor tensor : one.operands()) {
        Value operand = new Value(prefix + ".operand" + operands.size(), tensor.type());
        parameters.add(Parameter.input(operand));
        tensors.put(operand.name(), tensor);
        operands.add(operand);
      }
      Value result = new Value(prefix + ".result", one.instruction().type());
      body.add(new Instruction(result, one.instruction().op().withOperands(operands), Place.NONE));
      results.add(result);
    }
    var function = new Function("cases", parameters, body, results, List.of(), Place.NONE);
    return Compiled.of(function, way, OperationTypesTest::withoutPasses)
        .run(Values.of(tensors), 2, 1);
  }

  private static Options withoutPasses(Options options) {
    return options.withPipeline(new Pipeline(List.of(), List.of()));
  }
}
