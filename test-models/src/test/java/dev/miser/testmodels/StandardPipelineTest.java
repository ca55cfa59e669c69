package dev.miser.testmodels;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.miser.ir.func.Function;
import dev.miser.ir.op.BatchNorm;
import dev.miser.passes.Form;
import dev.miser.passes.PassObserver;
import dev.miser.passes.PassRunner;
import dev.miser.passes.Pipelines;
import dev.miser.passes.RunOptions;
import dev.miser.passes.analysis.Cost;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What the standard pipeline makes of every model. */
class StandardPipelineTest {
  @TempDir Path folder;

  static List<String> models() {
    return ModelZoo.names();
  }

  @ParameterizedTest
  @MethodSource("models")
  void noModelGetsWorseOrKeepsABatchNorm(String name) {
    Function before = ModelZoo.find(name).orElseThrow().build();
    Function after = run(before);
    assertTrue(after.body().stream().noneMatch(i -> i.op() instanceof BatchNorm));
    assertEquals(Cost.of(before).multiplyAdds(), Cost.of(after).multiplyAdds());
    assertEquals(before.parameters(), after.parameters());
    assertEquals(
        before.results().stream().map(r -> r.type()).toList(),
        after.results().stream().map(r -> r.type()).toList());
    // What is left is as simple as the pipeline can make it.
    assertEquals(after.toString(), run(after).toString());
  }

  private Function run(Function function) {
    return new PassRunner<>(
            Form.FUNCTION,
            RunOptions.DEFAULT.withReproducerFolder(folder),
            new PassObserver<Function>() {})
        .run(function, Pipelines.STANDARD.passes())
        .program();
  }
}
