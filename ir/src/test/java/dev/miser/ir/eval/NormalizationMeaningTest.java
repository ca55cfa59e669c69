package dev.miser.ir.eval;

import static dev.miser.ir.eval.Given.counting;
import static dev.miser.ir.eval.Given.f32;
import static dev.miser.ir.eval.Given.run;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.miser.ir.op.Attention;
import dev.miser.ir.op.BatchNorm;
import dev.miser.ir.op.GroupNorm;
import dev.miser.ir.op.LayerNorm;
import dev.miser.ir.op.LocalResponseNorm;
import dev.miser.ir.op.RmsNorm;
import dev.miser.ir.op.Softmax;
import dev.miser.ir.op.Value;
import dev.miser.ir.type.ElementType;
import dev.miser.ir.type.TensorType;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Normalizations and attention by hand, and where nothing is left to normalize. */
class NormalizationMeaningTest {
  private static final double INF = Double.POSITIVE_INFINITY;
  private static final double NAN = Double.NaN;

  @Test
  void softmaxOfEqualsIsEven() {
    assertEquals(
        f32(0.25, 0.25, 0.25, 0.25),
        run(v -> new Softmax(Softmax.Kind.SOFTMAX, v.get(0), 0), f32(1e30, 1e30, 1e30, 1e30)));
    assertEquals(
        f32(-(float) Math.log(2), -(float) Math.log(2), -INF),
        run(v -> new Softmax(Softmax.Kind.LOG_SOFTMAX, v.get(0), 0), f32(5, 5, -INF)));
    assertEquals(
        f32(List.of(2L, 2L), 0.5, 1, 0.5, 0),
        run(
            v -> new Softmax(Softmax.Kind.SOFTMAX, v.get(0), 0),
            f32(List.of(2L, 2L), 7, 0, 7, -INF)));
  }

  @Test
  void softmaxOfNothingKeptIsNaN() {
    assertEquals(
        f32(NAN, NAN), run(v -> new Softmax(Softmax.Kind.SOFTMAX, v.get(0), 0), f32(-INF, -INF)));
    assertEquals(
        f32(NAN, NAN), run(v -> new Softmax(Softmax.Kind.SOFTMAX, v.get(0), 0), f32(NAN, 1)));
    assertEquals(f32(), run(v -> new Softmax(Softmax.Kind.SOFTMAX, v.get(0), 0), f32()));
  }

  @Test
  void layerNormCentresAndScales() {
    assertEquals(
        f32(List.of(2L, 2L), 9, 22, 9, 22),
        run(
            v -> new LayerNorm(v.get(0), v.get(1), v.get(2), 0),
            f32(List.of(2L, 2L), 1, 3, -10, 10),
            f32(1, 2),
            f32(10, 20)));
    assertEquals(
        f32(List.of(1L, 2L), -0.5, 0.5),
        run(
            v -> new LayerNorm(v.get(0), v.get(1), null, 3),
            f32(List.of(1L, 2L), 1, 3),
            f32(1, 1)));
  }

  @Test
  void rmsNormScalesOnly() {
    assertEquals(
        f32(List.of(1L, 2L), 0.75, 1.0 / 4),
        run(v -> new RmsNorm(v.get(0), v.get(1), 11), f32(List.of(1L, 2L), 3, 1), f32(1, 1)));
  }

  @Test
  void batchNormWorksPerChannel() {
    assertEquals(
        f32(List.of(1L, 2L, 2L), 100, 101, 200.5, 201),
        run(
            v -> new BatchNorm(v.get(0), v.get(1), v.get(2), v.get(3), v.get(4), 0),
            counting(1, 2, 2),
            f32(1, 2),
            f32(100, 200),
            f32(0, 1),
            f32(1, 16)));
  }

  @Test
  void groupNormWorksPerGroup() {
    assertEquals(
        f32(List.of(1L, 4L, 1L), -1, 1, 9, 22),
        run(
            v -> new GroupNorm(v.get(0), v.get(1), v.get(2), 2, 0),
            f32(List.of(1L, 4L, 1L), 1, 3, 50, 60),
            f32(1, 1, 1, 2),
            f32(0, 0, 10, 20)));
  }

  @Test
  void localResponseNormLooksAtNeighbours() {
    // Size 2: the channel before and the channel itself.
    assertEquals(
        f32(List.of(1L, 3L, 1L), 1.0 / 2, 2.0 / 6, 3.0 / 14),
        run(v -> new LocalResponseNorm(v.get(0), 2, 2, 1, 1), f32(List.of(1L, 3L, 1L), 1, 2, 3)));
  }

  private static final Tensor QUERY = f32(List.of(2L, 1L), 0, 0);
  private static final Tensor KEY = f32(List.of(2L, 1L), 1, 1);
  private static final Tensor VALUE = f32(List.of(2L, 2L), 1, 2, 3, INF);

  private static Attention attention(List<Value> v, @Nullable Value bias, boolean causal) {
    return new Attention(v.get(0), v.get(1), v.get(2), bias, 1, causal);
  }

  @Test
  void attentionMixesValues() {
    assertEquals(
        f32(List.of(2L, 2L), 2, INF, 2, INF),
        run(v -> attention(v, null, false), QUERY, KEY, VALUE));
    double low = Math.exp(-1) / (1 + Math.exp(-1));
    assertEquals(
        f32(List.of(2L, 1L), low, 1 - low),
        run(
            v -> attention(v, v.get(3), false),
            QUERY,
            KEY,
            f32(List.of(2L, 1L), 0, 1),
            f32(List.of(2L, 2L), 1, 0, 0, 1)));
  }

  @Test
  void whatIsNotKeptTakesNoPart() {
    assertEquals(
        f32(List.of(2L, 2L), 1, 2, 2, INF), run(v -> attention(v, null, true), QUERY, KEY, VALUE));
    Tensor mask = Tensor.ofLongs(TensorType.of(ElementType.BOOL, 1, 2), 1, 0);
    assertEquals(
        f32(List.of(2L, 2L), 1, 2, 1, 2),
        run(v -> attention(v, v.get(3), false), QUERY, KEY, VALUE, mask));
  }

  @Test
  void aRowThatKeepsNothingIsNaN() {
    Tensor mask = Tensor.ofLongs(TensorType.of(ElementType.BOOL, 2, 2), 0, 0, 1, 0);
    assertEquals(
        f32(List.of(2L, 2L), NAN, NAN, 1, 2),
        run(v -> attention(v, v.get(3), false), QUERY, KEY, VALUE, mask));
  }
}
