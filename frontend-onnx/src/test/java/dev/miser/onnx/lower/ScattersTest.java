package dev.miser.onnx.lower;

import static dev.miser.onnx.lower.NormsModels.f32;
import static dev.miser.onnx.lower.NormsModels.integer;
import static dev.miser.onnx.lower.NormsModels.integers;
import static dev.miser.onnx.lower.NormsModels.opset;
import static dev.miser.onnx.lower.NormsModels.text;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.miser.ir.eval.EvaluationException;
import dev.miser.ir.type.ElementType;
import dev.miser.ir.type.TensorType;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Updates that join a tensor. */
class ScattersTest {
  /** A sum of truth values is their or, a product their and. */
  @Test
  void truthValuesJoin() {
    var model =
        opset(18)
            .input("x", integers(TensorType.of(ElementType.BOOL, 3), 0, 1, 1))
            .input("at", integers(TensorType.of(ElementType.I64, 3), 0, 1, -1))
            .input("u", integers(TensorType.of(ElementType.BOOL, 3), 1, 0, 0))
            .node("ScatterElements", "x at u", "or", text("reduction", "add"))
            .node("ScatterElements", "x at u", "and", text("reduction", "mul"));
    assertArrayEquals(new long[] {1, 1, 1}, model.run("or").getFirst().longs());
    assertArrayEquals(new long[] {0, 0, 0}, model.run("and").getFirst().longs());
  }

  /** Two batches, sequences of 3, updates of 2: from 2 and from 4 on, around the end. */
  @Test
  void cachesAreWrittenAround() {
    double[] found =
        caches(4)
            .node("TensorScatter", "x u w", "y", text("mode", "circular"), integer("axis", 1))
            .run("y")
            .getFirst()
            .doubles();
    assertArrayEquals(new double[] {2, 0, 1, 0, 3, 4}, found);
  }

  /** What is written past the end of a sequence is not the next sequence. */
  @Test
  void linearCachesEnd() {
    var model =
        caches(0).node("TensorScatter", "x u w", "y", text("mode", "linear"), integer("axis", 1));
    assertThrows(EvaluationException.class, () -> model.run("y"));
  }

  private static NormsModels caches(long second) {
    return opset(24)
        .input("x", f32(List.of(2L, 3L), 0, 0, 0, 0, 0, 0))
        .input("u", f32(List.of(2L, 2L), 1, 2, 3, 4))
        .input("w", integers(TensorType.of(ElementType.I64, 2), 2, second));
  }
}
