package dev.miser.testmodels.onnx;

import static org.junit.jupiter.api.Assertions.assertNull;

import dev.miser.onnx.ImportOptions;
import dev.miser.onnx.ImportedModel;
import dev.miser.onnx.OnnxImporter;
import dev.miser.testmodels.numerics.Bound;
import dev.miser.testmodels.numerics.Shared;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Six CNNs of full size with weights that discriminate, in emitted kernels only: the reference
 * evaluator would take minutes for each.
 */
class LightModelsTest {
  /**
   * What f32 can do: sums of up to 25,088 products, whose rounding errors grow with the root of
   * their number (2^-24 times 158), in up to 50 layers one after the other.
   */
  private static final double BOUND = 1e-4;

  @TempDir Path folder;

  @ParameterizedTest
  @ValueSource(
      strings = {"bvlc_alexnet", "resnet50", "shufflenet", "squeezenet", "vgg19", "zfnet512"})
  void resultsAreTheRecordedOnes(String name) throws IOException {
    Path suite = Shared.folder("data/onnx");
    var model = LightModels.read(suite.resolve("light-random/light_" + name));
    Path file = model.write(suite, folder);
    ImportedModel imported = OnnxImporter.read(file, ImportOptions.NONE);
    var found =
        KernelRun.run(
            imported.function(), imported.weights(), Map.of(model.inputName(), model.input()));
    for (int output = 0; output < 2; output++) {
      var expected = model.recorded(output, found.get(output).type());
      assertNull(new Bound(BOUND, Double.POSITIVE_INFINITY).complaint(expected, found.get(output)));
    }
  }
}
