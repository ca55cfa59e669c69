package dev.miser.onnx.lower;

import static dev.miser.onnx.lower.NormsModels.f32;
import static dev.miser.onnx.lower.NormsModels.integer;
import static dev.miser.onnx.lower.NormsModels.integers;
import static dev.miser.onnx.lower.NormsModels.opset;
import static dev.miser.onnx.lower.NormsModels.scalar;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.miser.ir.eval.Tensor;
import dev.miser.ir.type.ElementType;
import dev.miser.ir.type.TensorType;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Results whose number of elements depends on elements. */
class SelectionsTest {
  @Test
  void rowsThatDiffer() {
    List<Tensor> found =
        opset(11)
            .constant("x", integers(TensorType.of(ElementType.I32, 4, 2), 3, 1, 1, 2, 3, 1, 1, 1))
            .node("Unique", "x", "y at from counts", integer("axis", 0))
            .node("Unique", "x", "z", integer("axis", 0), integer("sorted", 0))
            .run("y at from counts z");
    assertArrayEquals(new long[] {1, 1, 1, 2, 3, 1}, found.get(0).longs());
    assertArrayEquals(new long[] {3, 1, 0}, found.get(1).longs());
    assertArrayEquals(new long[] {2, 1, 2, 0}, found.get(2).longs());
    assertArrayEquals(new long[] {1, 1, 2}, found.get(3).longs());
    assertArrayEquals(new long[] {3, 1, 1, 2, 1, 1}, found.get(4).longs());
  }

  @Test
  void placesOtherThanZero() {
    Tensor y =
        opset(13)
            .constant("x", f32(List.of(2L, 2L), 1, -0.0, 0, 2))
            .node("NonZero", "x", "y")
            .run("y")
            .getFirst();
    assertEquals(TensorType.of(ElementType.I64, 2, 2), y.type());
    assertArrayEquals(new long[] {0, 1, 0, 1}, y.longs());
  }

  @Test
  void whatIsNotKnownIsNamed() {
    String refusal =
        opset(13).input("x", f32(List.of(2L), 1, 2)).node("NonZero", "x", "y").refusal("y");
    assertTrue(refusal.contains("depend on input 'x': bind it"), refusal);
  }

  /** Of Compress only the condition must be known. */
  @Test
  void chosenElements() {
    Tensor y =
        opset(11)
            .input("x", f32(List.of(2L, 2L), 1, 2, 3, 4))
            .constant("c", integers(TensorType.of(ElementType.BOOL, 3), 1, 0, 1))
            .node("Compress", "x c", "y")
            .run("y")
            .getFirst();
    assertArrayEquals(new double[] {1, 3}, y.doubles());
  }

  /**
   * Squares of side 2 at x = 0, 1 and 4: the first two share 2 of 6, a third. The best is the
   * second; with more than a third allowed to be shared all are kept.
   */
  @Test
  void overlappingBoxes() {
    assertArrayEquals(new long[] {0, 0, 1, 0, 0, 2}, boxes(0.3).longs());
    assertArrayEquals(new long[] {0, 0, 1, 0, 0, 2, 0, 0, 0}, boxes(0.34).longs());
  }

  private static Tensor boxes(double overlap) {
    return opset(11)
        .constant("b", f32(List.of(1L, 3L, 4L), 0, 0, 2, 2, 2, 3, 0, 1, 0, 4, 2, 6))
        .constant("s", f32(List.of(1L, 1L, 3L), 0.5, 0.9, 0.7))
        .constant("most", scalar(3))
        .constant("overlap", f32(List.of(), overlap))
        .node("NonMaxSuppression", "b s most overlap", "y")
        .run("y")
        .getFirst();
  }
}
