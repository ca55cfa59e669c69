package dev.miser.testmodels.export;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtException.OrtErrorCode;
import dev.miser.ir.eval.Tensor;
import dev.miser.ir.func.Function;
import dev.miser.ir.type.ElementType;
import dev.miser.testmodels.RandomPrograms;
import dev.miser.testmodels.numerics.Bound;
import dev.miser.testmodels.numerics.OpCase;
import dev.miser.testmodels.numerics.OpCases;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Recorded cases and programs made by chance, exported and run by ONNX Runtime. */
class ExportedProgramsTest {
  private static final int PROGRAMS = Boolean.getBoolean("miser.full") ? 2000 : 60;

  /** What the largest of numbers and NaN is ONNX leaves open; in ONNX Runtime, a number. */
  private static final String MAXIMUM_OF_NAN = "special_reduce_max";

  @TempDir Path folder;

  @Test
  void recordedCasesStayWithinTheirBounds() throws OrtException {
    var judge = new Judge(folder);
    var complaints = new ArrayList<String>();
    for (OpCase one : OpCases.all(ElementType.F32)) {
      if (one.name().equals(MAXIMUM_OF_NAN)) {
        continue;
      }
      List<Tensor> found = judge.run(one.function(), one.inputs());
      for (int i = 0; i < found.size(); i++) {
        String complaint = bound(one, i).complaint(one.expected().get(i), found.get(i));
        if (complaint != null) {
          complaints.add(one.name() + " result " + i + " " + complaint);
        }
      }
    }
    assertEquals(List.of(), complaints);
  }

  /** Its sigmoid of f32 is near the right one, not near each small number. */
  private static Bound bound(OpCase one, int result) {
    Bound bound = one.bounds().get(result);
    boolean hasSigmoid = one.name().contains("sigmoid") || one.name().contains("silu");
    return hasSigmoid ? new Bound(bound.relative(), Double.POSITIVE_INFINITY) : bound;
  }

  /** Each instruction alone, given what ONNX Runtime made of its operands. */
  @Test
  void randomProgramsKeepTheirMeaning() throws OrtException {
    var judge = new Judge(folder);
    var complaints = new ArrayList<String>();
    int compared = 0;
    for (long seed = 0; seed < PROGRAMS; seed++) {
      Function function = RandomPrograms.function(seed, 10 + (int) seed % 30);
      try {
        for (String complaint : judge.complaints(function, seed)) {
          complaints.add("seed " + seed + ": " + complaint);
        }
        compared++;
      } catch (OrtException e) {
        // Functions of f64 that it has no kernel for: the other test names them.
        if (e.getCode() != OrtErrorCode.ORT_NOT_IMPLEMENTED) {
          complaints.add("seed " + seed + ": " + e.getMessage() + "\n" + function);
        }
      }
    }
    assertEquals(List.of(), complaints);
    assertTrue(compared > PROGRAMS / 2, "too few programs ran: " + compared);
  }
}
