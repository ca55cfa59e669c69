package dev.miser.ir.eval;

import static dev.miser.ir.eval.Given.counting;
import static dev.miser.ir.eval.Given.f32;
import static dev.miser.ir.eval.Given.integers;
import static dev.miser.ir.eval.Given.run;
import static dev.miser.ir.type.ElementType.I32;
import static dev.miser.ir.type.ElementType.I64;
import static dev.miser.ir.type.ElementType.I8;
import static dev.miser.ir.type.ElementType.U64;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.miser.ir.diag.Code;
import dev.miser.ir.op.Combine;
import dev.miser.ir.op.Gather;
import dev.miser.ir.op.GatherAlong;
import dev.miser.ir.op.GatherNd;
import dev.miser.ir.op.Op;
import dev.miser.ir.op.Scatter;
import dev.miser.ir.op.ScatterAlong;
import dev.miser.ir.op.ScatterNd;
import dev.miser.ir.op.Value;
import dev.miser.ir.type.TensorType;
import java.util.List;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

/** Where indices point to, and where they may not. */
class IndexingMeaningTest {
  private static Tensor indices(long[] dims, long... elements) {
    return Tensor.ofLongs(TensorType.of(I64, dims), elements);
  }

  @Test
  void gathersWholeSlices() {
    assertEquals(
        f32(List.of(2L, 2L), 4, 5, 0, 1),
        run(v -> new Gather(v.get(0), v.get(1), 0, false), counting(3, 2), integers(I64, 2, 0)));
    assertEquals(
        f32(List.of(2L, 1L, 2L), 2, 0, 5, 3),
        run(
            v -> new Gather(v.get(0), v.get(1), 1, false),
            counting(2, 3),
            indices(new long[] {1, 2}, 2, 0)));
    assertEquals(
        f32(List.of(0L, 2L)),
        run(v -> new Gather(v.get(0), v.get(1), 0, false), f32(List.of(0L, 2L)), integers(I64)));
  }

  @Test
  void gathersAlongAnAxis() {
    assertEquals(
        f32(List.of(2L, 1L), 2, 3),
        run(
            v -> new GatherAlong(v.get(0), v.get(1), 1, false),
            counting(2, 3),
            indices(new long[] {2, 1}, 2, 0)));
    assertEquals(
        f32(List.of(1L, 2L), 3, 1),
        run(
            v -> new GatherAlong(v.get(0), v.get(1), 0, false),
            counting(2, 3),
            indices(new long[] {1, 2}, 1, 0)));
  }

  @Test
  void gathersByCoordinates() {
    assertEquals(
        f32(List.of(2L), 5, 1),
        run(
            v -> new GatherNd(v.get(0), v.get(1), 0, false),
            counting(2, 3),
            indices(new long[] {2, 2}, 1, 2, 0, 1)));
    assertEquals(
        f32(List.of(2L, 2L), 2, 3, 6, 7),
        run(
            v -> new GatherNd(v.get(0), v.get(1), 1, false),
            counting(2, 2, 2),
            indices(new long[] {2, 1}, 1, 1)));
    assertEquals(
        f32(List.of(2L, 2L), 0, 1, 0, 1),
        run(
            v -> new GatherNd(v.get(0), v.get(1), 0, false),
            counting(2),
            indices(new long[] {2, 0})));
  }

  @Test
  void negativeIndicesCountFromTheEndWhereAsked() {
    assertEquals(
        f32(2, 0),
        run(v -> new Gather(v.get(0), v.get(1), 0, true), counting(3), integers(I32, -1, -3)));
  }

  @Test
  void updatesJoinInOrder() {
    Tensor at = integers(I64, 1, 1, 0);
    Tensor updates = f32(10, 20, 30);
    assertEquals(f32(30, 31, 2), scatter(Combine.ADD, at, updates));
    assertEquals(f32(30, 20, 2), scatter(Combine.SET, at, updates));
    assertEquals(f32(0, 200, 2), scatter(Combine.MULTIPLY, at, updates));
    assertEquals(f32(0, 1, 2), scatter(Combine.MINIMUM, at, updates));
    assertEquals(f32(30, 20, 2), scatter(Combine.MAXIMUM, at, updates));
    assertEquals(
        f32(0, Double.NaN, 2), scatter(Combine.MAXIMUM, integers(I64, 1, 1), f32(Double.NaN, 5)));
  }

  private static Tensor scatter(Combine combine, Tensor at, Tensor updates) {
    return run(
        v -> new Scatter(v.get(0), v.get(1), v.get(2), 0, combine, false),
        counting(3),
        at,
        updates);
  }

  @Test
  void scattersAlongAnAxisAndByCoordinates() {
    assertEquals(
        f32(List.of(2L, 2L), 0, 11, 22, 3),
        run(
            v -> new ScatterAlong(v.get(0), v.get(1), v.get(2), 1, Combine.ADD, false),
            counting(2, 2),
            indices(new long[] {2, 1}, 1, 0),
            f32(List.of(2L, 1L), 10, 20)));
    assertEquals(
        f32(List.of(2L, 2L), 0, 1, 7, 8),
        run(
            v -> new ScatterNd(v.get(0), v.get(1), v.get(2), Combine.SET, false),
            counting(2, 2),
            indices(new long[] {1, 1}, 1),
            f32(List.of(1L, 2L), 7, 8)));
  }

  @Test
  void integerUpdatesWrap() {
    assertEquals(
        integers(I8, -56),
        run(
            v -> new Scatter(v.get(0), v.get(1), v.get(2), 0, Combine.ADD, false),
            integers(I8, 100),
            integers(I64, 0),
            integers(I8, 100)));
  }

  @Test
  void indicesOutOfRangeNameTheValue() {
    refuses(
        "index 3 is outside an axis of size 3",
        v -> new Gather(v.get(0), v.get(1), 0, false),
        integers(I64, 0, 3));
    refuses(
        "index -1 is outside an axis of size 3",
        v -> new Gather(v.get(0), v.get(1), 0, false),
        integers(I64, -1));
    refuses(
        "index -4 is outside an axis of size 3",
        v -> new Gather(v.get(0), v.get(1), 0, true),
        integers(I64, -4));
    refuses(
        "index 18446744073709551615 is outside an axis of size 3",
        v -> new GatherAlong(v.get(0), v.get(1), 0, true),
        integers(U64, -1));
    refuses(
        "index 5 is outside an axis of size 3",
        v -> new GatherNd(v.get(0), v.get(1), 0, false),
        indices(new long[] {1, 1}, 5));
  }

  private static void refuses(String message, Function<List<Value>, Op> op, Tensor indices) {
    var failure = assertThrows(EvaluationException.class, () -> run(op, counting(3), indices));
    assertEquals(Code.RUN_INDEX, failure.code());
    assertEquals("%y: " + message, failure.getMessage());
  }
}
