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
import dev.miser.ir.op.Indexing;
import dev.miser.ir.type.ElementType;
import dev.miser.ir.type.TensorType;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Gathers, and what is taken in an order. */
class GathersTest {
  /** Places that are known and evenly spaced need no index at run time. */
  @Test
  void evenlySpacedPlacesAreSliced() {
    var model =
        opset(13)
            .input("x", f32(List.of(5L), 1, 2, 3, 4, 5))
            .constant("at", integers(TensorType.of(ElementType.I64, 2), 1, -1))
            .node("Gather", "x at", "y");
    assertArrayEquals(new double[] {2, 5}, model.run("y").getFirst().doubles());
    assertTrue(
        model.imported("y").function().body().stream()
            .noneMatch(instruction -> instruction.op() instanceof Indexing));
  }

  @Test
  void knownPlacesOutsideAreRefused() {
    String refusal =
        opset(13)
            .input("x", f32(List.of(5L), 1, 2, 3, 4, 5))
            .constant("at", integers(TensorType.of(ElementType.I64, 2), 1, 5))
            .node("Gather", "x at", "y")
            .refusal("y");
    assertTrue(refusal.contains("index 5 is not in [-5, 5)"), refusal);
  }

  /** Version 9 knows no places from the end; later ones do. Beyond either end nothing is hot. */
  @Test
  void oneHotOutsideOfTheAxis() {
    assertArrayEquals(new long[] {7, 9, 9, 7, 7, 7, 7, 7, 7, 7, 7, 7}, oneHot(9).longs());
    assertArrayEquals(new long[] {7, 9, 9, 7, 7, 9, 9, 7, 7, 7, 7, 7}, oneHot(11).longs());
  }

  private static Tensor oneHot(long version) {
    return opset(version)
        .input("i", integers(TensorType.of(ElementType.I32, 6), 1, 0, -1, -2, 2, -3))
        .constant("depth", scalar(2))
        .constant("values", integers(TensorType.of(ElementType.I8, 2), 7, 9))
        .node("OneHot", "i depth values", "y")
        .run("y")
        .getFirst();
  }

  @Test
  void sequencesAreReversedUpToTheirLengths() {
    Tensor y =
        opset(10)
            .input("x", f32(List.of(2L, 3L, 1L), 1, 2, 3, 4, 5, 6))
            .input("lengths", integers(TensorType.of(ElementType.I64, 2), 2, 3))
            .node(
                "ReverseSequence",
                "x lengths",
                "y",
                integer("time_axis", 1),
                integer("batch_axis", 0))
            .run("y")
            .getFirst();
    assertArrayEquals(new double[] {2, 1, 3, 6, 5, 4}, y.doubles());
  }

  @Test
  void ofEqualElementsTheEarlierIsFirst() {
    List<Tensor> found =
        opset(11)
            .input("x", integers(TensorType.of(ElementType.U8, 4), 200, 3, 200, 3))
            .constant("k", integers(TensorType.of(ElementType.I64, 1), 3))
            .node("TopK", "x k", "a b")
            .node("TopK", "x k", "c d", integer("largest", 0))
            .run("a b c d");
    assertArrayEquals(new long[] {200, 200, 3}, found.get(0).longs());
    assertArrayEquals(new long[] {0, 2, 1}, found.get(1).longs());
    assertArrayEquals(new long[] {3, 3, 200}, found.get(2).longs());
    assertArrayEquals(new long[] {1, 3, 0}, found.get(3).longs());
    assertEquals(ElementType.I64, found.get(1).type().element());
  }
}
