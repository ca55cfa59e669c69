package dev.miser.ir.eval;

import static dev.miser.ir.eval.Given.counting;
import static dev.miser.ir.eval.Given.f32;
import static dev.miser.ir.eval.Given.integers;
import static dev.miser.ir.eval.Given.run;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.miser.ir.op.Broadcast;
import dev.miser.ir.op.Concat;
import dev.miser.ir.op.PackPanels;
import dev.miser.ir.op.Pad;
import dev.miser.ir.op.Reshape;
import dev.miser.ir.op.Reverse;
import dev.miser.ir.op.Slice;
import dev.miser.ir.op.Transpose;
import dev.miser.ir.op.UnpackPanels;
import dev.miser.ir.type.ElementType;
import dev.miser.ir.type.Shape;
import dev.miser.ir.type.TensorType;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Where elements move to. */
class LayoutMeaningTest {
  private static Tensor scalar(double value) {
    return Tensor.ofDoubles(TensorType.of(ElementType.F32), value);
  }

  @Test
  void broadcasts() {
    assertEquals(
        f32(List.of(2L, 3L), 0, 0, 0, 1, 1, 1),
        run(v -> new Broadcast(v.get(0), Shape.of(2, 3), List.of(0)), counting(2)));
    assertEquals(
        f32(List.of(2L, 3L), 0, 1, 2, 0, 1, 2),
        run(v -> new Broadcast(v.get(0), Shape.of(2, 3), List.of(0, 1)), counting(1, 3)));
    assertEquals(
        f32(List.of(0L, 3L)),
        run(v -> new Broadcast(v.get(0), Shape.of(0, 3), List.of(0, 1)), counting(1, 3)));
  }

  @Test
  void transposesAndReverses() {
    assertEquals(
        f32(List.of(3L, 2L), 0, 3, 1, 4, 2, 5),
        run(v -> new Transpose(v.get(0), List.of(1, 0)), counting(2, 3)));
    assertEquals(
        f32(List.of(2L, 3L), 2, 1, 0, 5, 4, 3),
        run(v -> new Reverse(v.get(0), List.of(1)), counting(2, 3)));
    assertEquals(
        f32(List.of(3L, 1L, 2L), 0, 3, 1, 4, 2, 5),
        run(v -> new Transpose(v.get(0), List.of(2, 1, 0)), counting(2, 1, 3)));
  }

  @Test
  void slicesWithStrides() {
    assertEquals(
        f32(List.of(1L, 2L), 4, 6),
        run(
            v -> new Slice(v.get(0), List.of(1L, 0L), List.of(2L, 3L), List.of(1L, 2L)),
            counting(2, 4)));
    assertEquals(
        f32(List.of(0L, 4L)),
        run(v -> new Slice(v.get(0), List.of(1L, 0L), List.of(1L, 4L), List.of()), counting(2, 4)));
  }

  @Test
  void padsCropsAndSpreads() {
    assertEquals(
        f32(9, 0, 9, 1, 9, 2),
        run(
            v -> new Pad(v.get(0), v.get(1), List.of(1L), List.of(0L), List.of(1L)),
            counting(3),
            scalar(9)));
    assertEquals(
        f32(1, 9, 9),
        run(
            v -> new Pad(v.get(0), v.get(1), List.of(-1L), List.of(2L), List.of()),
            counting(2),
            scalar(9)));
    assertEquals(
        f32(9, 9, 1, 9),
        run(
            v -> new Pad(v.get(0), v.get(1), List.of(2L), List.of(-1L), List.of(1L)),
            f32(1, 2),
            scalar(9)));
    assertEquals(
        f32(9, 9),
        run(
            v -> new Pad(v.get(0), v.get(1), List.of(1L), List.of(1L), List.of()),
            f32(List.of(0L)),
            scalar(9)));
  }

  @Test
  void concatenates() {
    assertEquals(
        f32(List.of(2L, 3L), 0, 7, 8, 1, 7, 8),
        run(
            v -> new Concat(v, 1),
            counting(2, 1),
            f32(List.of(2L, 0L)),
            f32(List.of(2L, 2L), 7, 8, 7, 8)));
    assertEquals(
        integers(ElementType.BOOL, 1, 0, 1),
        run(
            v -> new Concat(v, 0),
            integers(ElementType.BOOL, 1),
            integers(ElementType.BOOL, 0, 1)));
  }

  @Test
  void reshapes() {
    assertEquals(
        f32(List.of(3L, 2L), 0, 1, 2, 3, 4, 5),
        run(v -> new Reshape(v.get(0), Shape.of(3, 2)), counting(2, 3)));
  }

  @Test
  void packsPanels() {
    assertEquals(
        f32(List.of(2L, 2L, 2L), 0, 1, 3, 4, 2, 0, 5, 0),
        run(v -> new PackPanels(v.get(0), 2, false), counting(2, 3)));
    assertEquals(
        f32(List.of(1L, 3L, 2L), 0, 3, 1, 4, 2, 5),
        run(v -> new PackPanels(v.get(0), 2, true), counting(2, 3)));
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void unpackingUndoesPacking(boolean transpose) {
    for (long[] dims : new long[][] {{1, 1}, {3, 5}, {2, 4, 7}, {3, 0}, {0, 3}, {5, 4}}) {
      Tensor x = counting(dims);
      long columns = dims[dims.length - (transpose ? 2 : 1)];
      for (long width : new long[] {1, 2, 4, 8}) {
        Tensor packed = run(v -> new PackPanels(v.get(0), width, transpose), x);
        assertEquals(x, run(v -> new UnpackPanels(v.get(0), columns, transpose), packed));
      }
    }
  }
}
