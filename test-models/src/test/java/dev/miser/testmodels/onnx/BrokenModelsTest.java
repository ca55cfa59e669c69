package dev.miser.testmodels.onnx;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import dev.miser.ir.diag.DiagnosticException;
import dev.miser.onnx.ImportOptions;
import dev.miser.onnx.OnnxImporter;
import dev.miser.onnx.proto.Onnx.ModelProto;
import dev.miser.onnx.proto.Onnx.NodeProto;
import dev.miser.testmodels.numerics.Shared;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Damaged models are refused with a diagnosis, or are programs: nothing else, and soon. */
class BrokenModelsTest {
  private static final int MUTANTS = Boolean.getBoolean("miser.full") ? 10_000 : 2_000;
  private static final int MOST_BASE_BYTES = 1 << 16;
  private static final double MOST_SECONDS = 2;
  private static final long MOST_ALLOCATED = 1L << 30;

  @TempDir Path folder;

  @Test
  void everyMutantIsDiagnosedOrAProgram() throws IOException {
    Shared.folder("data/onnx");
    List<ModelProto> bases = bases();
    List<String> operators = operators(bases);
    Path file = folder.resolve("model.onnx");
    Files.createSymbolicLink(folder.resolve("link"), Path.of("/etc"));
    var threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    var wrong = new ArrayList<String>();
    int programs = 0;
    int refused = 0;
    for (int seed = 0; seed < MUTANTS; seed++) {
      ModelProto base = bases.get(seed % bases.size());
      Files.write(file, new ModelMutants(seed, operators).mutant(base));
      long time = threads.getCurrentThreadCpuTime();
      long allocated = threads.getCurrentThreadAllocatedBytes();
      try {
        OnnxImporter.read(file, ImportOptions.NONE);
        programs++;
      } catch (DiagnosticException diagnosed) {
        refused++;
      } catch (RuntimeException | StackOverflowError | OutOfMemoryError crash) {
        wrong.add("seed " + seed + ": " + crash + " at " + crash.getStackTrace()[0]);
      }
      double seconds = (threads.getCurrentThreadCpuTime() - time) / 1e9;
      allocated = threads.getCurrentThreadAllocatedBytes() - allocated;
      if (seconds > MOST_SECONDS || allocated > MOST_ALLOCATED) {
        wrong.add("seed " + seed + " took " + seconds + " s and " + allocated + " bytes");
      }
    }
    assertEquals(List.of(), wrong);
    // Damage that is never noticed, or always fatal, would test little.
    assertTrue(programs > MUTANTS / 20 && refused > MUTANTS / 4, programs + ", " + refused);
  }

  /** Models of the suite that are no longer than a few thousand bytes, every third. */
  private static List<ModelProto> bases() throws IOException {
    var bases = new ArrayList<ModelProto>();
    List<BackendCase> all = BackendCase.all();
    for (int i = 0; i < all.size(); i += 3) {
      if (Files.size(all.get(i).model()) < MOST_BASE_BYTES) {
        bases.add(ModelProto.parseFrom(Files.readAllBytes(all.get(i).model())));
      }
    }
    return bases;
  }

  private static List<String> operators(List<ModelProto> bases) {
    var names = new TreeSet<String>();
    for (ModelProto base : bases) {
      base.getGraph().getNodeList().stream().map(NodeProto::getOpType).forEach(names::add);
    }
    return List.copyOf(names);
  }
}
