package dev.miser.testmodels.onnx;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.miser.frontend.weights.Tensor;
import dev.miser.onnx.OnnxImporter;
import dev.miser.testmodels.numerics.Shared;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/**
 * Every case of the ONNX backend suite through the importer, the reference evaluator and emitted
 * kernels. What becomes of them is held in {@code onnx/backend-suite.txt}: how many of each tier
 * pass, and why each other one does not. The command that updates golden files writes it anew.
 */
class BackendSuiteTest {
  private static final Path HELD = Path.of("onnx/backend-suite.txt");

  @Test
  void becomesOfEachCaseWhatIsHeld() throws IOException {
    Shared.folder("data/onnx");
    List<BackendCase> cases = BackendCase.all();
    List<Outcome> outcomes = cases.parallelStream().map(BackendSuiteTest::outcome).toList();
    String found = text(cases, outcomes);
    if ("update".equals(System.getProperty("golden")) && System.getenv("CI") == null) {
      Files.createDirectories(HELD.getParent());
      Files.writeString(HELD, found);
    }
    assertEquals(Files.readString(HELD), found);
  }

  private static Outcome outcome(BackendCase one) {
    try {
      // The reference evaluator takes minutes for networks of full size.
      Outcome reference = one.isLight() ? Outcome.PASSED : Outcome.of(one);
      if (reference.kind() != Outcome.Kind.PASSED) {
        return reference;
      }
      Map<String, Tensor> inputs = one.inputs();
      var imported = OnnxImporter.read(one.model(), Outcome.options(one, inputs));
      var found = KernelRun.run(imported.function(), imported.weights(), inputs);
      return Outcome.compare(found, one.outputs());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String text(List<BackendCase> cases, List<Outcome> outcomes) {
    Map<Integer, Map<Outcome.Kind, Integer>> counts = new TreeMap<>();
    var others = new ArrayList<String>();
    for (int i = 0; i < cases.size(); i++) {
      Outcome outcome = outcomes.get(i);
      counts
          .computeIfAbsent(cases.get(i).tier(), tier -> new TreeMap<>())
          .merge(outcome.kind(), 1, Integer::sum);
      if (outcome.kind() != Outcome.Kind.PASSED) {
        others.add(
            "tier " + cases.get(i).tier() + " " + cases.get(i).name() + ": " + outcome + "\n");
      }
    }
    var text = new StringBuilder();
    counts.forEach((tier, kinds) -> {
      int all = kinds.values().stream().mapToInt(Integer::intValue).sum();
      text.append("tier ").append(tier);
      for (Outcome.Kind kind : Outcome.Kind.values()) {
        text.append(", ").append(kind.text()).append(' ').append(kinds.getOrDefault(kind, 0));
      }
      text.append(", of ").append(all).append('\n');
    });
    others.forEach(text::append);
    return text.toString();
  }
}
