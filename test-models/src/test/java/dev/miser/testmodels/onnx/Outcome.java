package dev.miser.testmodels.onnx;

import dev.miser.frontend.weights.Elements;
import dev.miser.frontend.weights.Tensor;
import dev.miser.ir.diag.DiagnosticException;
import dev.miser.ir.eval.Evaluation;
import dev.miser.ir.eval.EvaluationException;
import dev.miser.ir.eval.Inputs;
import dev.miser.ir.eval.Precision;
import dev.miser.ir.eval.Reference;
import dev.miser.onnx.ImportOptions;
import dev.miser.onnx.ImportedModel;
import dev.miser.onnx.OnnxImporter;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * What became of a case.
 *
 * @param why empty if it passed
 */
public record Outcome(Kind kind, String why) {
  /** Passed, wrong numbers, or refused by the importer. */
  public enum Kind {
    PASSED,
    FAILED,
    NOT_TAKEN;

    String text() {
      return name().toLowerCase(Locale.ROOT).replace('_', ' ');
    }
  }

  static final Outcome PASSED = new Outcome(Kind.PASSED, "");

  @Override
  public String toString() {
    return kind.text() + (why.isEmpty() ? "" : ": " + why);
  }

  /** Evaluates the imported model with the reference evaluator, and compares. */
  public static Outcome of(BackendCase backendCase) throws IOException {
    Map<String, Tensor> inputs = backendCase.inputs();
    ImportedModel imported;
    try {
      imported = OnnxImporter.read(backendCase.model(), options(backendCase, inputs));
    } catch (DiagnosticException refused) {
      String text = String.valueOf(refused.getMessage()).replace(backendCase.model() + ": ", "");
      return new Outcome(Kind.NOT_TAKEN, text.lines().findFirst().orElse(""));
    }
    Evaluation evaluation;
    try {
      evaluation =
          Reference.evaluate(imported.function(), elements(imported, inputs), Precision.DECLARED);
    } catch (EvaluationException failed) {
      return new Outcome(Kind.FAILED, String.valueOf(failed.getMessage()));
    }
    return compare(evaluation.results(), backendCase.outputs());
  }

  /** Returns what the importer must be told: inputs that decide shapes, and all shapes. */
  public static ImportOptions options(BackendCase backendCase, Map<String, Tensor> inputs) {
    var shapes = new LinkedHashMap<String, List<Long>>();
    var values = new LinkedHashMap<String, Elements>();
    List<String> names = List.copyOf(inputs.keySet());
    for (int i = 0; i < names.size(); i++) {
      Tensor tensor = inputs.get(names.get(i));
      if (tensor == null) {
        throw new IllegalStateException(names.get(i));
      }
      if (backendCase.constants().contains(i)) {
        values.put(names.get(i), tensor);
      } else {
        shapes.put(names.get(i), tensor.type().shape().dims());
      }
    }
    return new ImportOptions(shapes, values);
  }

  private static Inputs elements(ImportedModel imported, Map<String, Tensor> inputs) {
    return parameter -> {
      String name = parameter.value().name();
      Tensor found = inputs.getOrDefault(name, imported.weights().tensors().get(name));
      if (found == null) {
        throw new IllegalStateException("no elements for " + name);
      }
      return dev.miser.ir.eval.Tensor.read(found.type(), found.bytes());
    };
  }

  /** Compares as the suite's own runner does: 1e-3 of the number expected, and 1e-7. */
  public static Outcome compare(List<dev.miser.ir.eval.Tensor> found, List<Tensor> expected) {
    var problems = new ArrayList<String>();
    if (found.size() != expected.size()) {
      problems.add(found.size() + " outputs, expected " + expected.size());
    }
    for (int i = 0; i < Math.min(found.size(), expected.size()); i++) {
      Tensor want = expected.get(i);
      String problem =
          problem(found.get(i), dev.miser.ir.eval.Tensor.read(want.type(), want.bytes()));
      if (!problem.isEmpty()) {
        problems.add("output " + i + ": " + problem);
      }
    }
    return problems.isEmpty() ? PASSED : new Outcome(Kind.FAILED, String.join("; ", problems));
  }

  private static String problem(dev.miser.ir.eval.Tensor got, dev.miser.ir.eval.Tensor want) {
    if (!got.type().equals(want.type())) {
      return "is " + got.type() + ", expected " + want.type();
    }
    for (int i = 0; i < want.type().elementCount(); i++) {
      if (want.type().element().isFloat()) {
        double a = got.doubles()[i];
        double b = want.doubles()[i];
        boolean close =
            Double.compare(a, b) == 0 || a == b || Math.abs(a - b) <= 1e-7 + 1e-3 * Math.abs(b);
        if (!close) {
          return "element " + i + " is " + a + ", expected " + b;
        }
      } else if (got.longs()[i] != want.longs()[i]) {
        return "element " + i + " is " + got.longs()[i] + ", expected " + want.longs()[i];
      }
    }
    return "";
  }

  /** Prints what became of the cases whose names contain a text, and how many passed. */
  public static void main(String[] arguments) throws IOException {
    String wanted = arguments.length > 0 ? arguments[0] : "";
    boolean all = arguments.length > 1;
    Map<String, Integer> counts = new java.util.TreeMap<>();
    for (BackendCase one : BackendCase.all()) {
      if (one.name().contains(wanted) && !one.isLight()) {
        Outcome outcome = of(one);
        counts.merge("tier " + one.tier() + " " + outcome.kind(), 1, Integer::sum);
        if (all || outcome.kind() != Kind.PASSED) {
          System.out.println(one.name() + ": " + outcome.kind() + " " + outcome.why());
        }
      }
    }
    System.out.println(counts);
  }
}
