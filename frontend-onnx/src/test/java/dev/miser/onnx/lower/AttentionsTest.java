package dev.miser.onnx.lower;

import static dev.miser.onnx.lower.NormsModels.f32;
import static dev.miser.onnx.lower.NormsModels.integer;
import static dev.miser.onnx.lower.NormsModels.number;
import static dev.miser.onnx.lower.NormsModels.numbers;
import static dev.miser.onnx.lower.NormsModels.opset;
import static dev.miser.onnx.lower.NormsModels.text;
import static dev.miser.onnx.lower.RecurrentModels.tensor;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.miser.ir.op.Attention;
import dev.miser.ir.type.ElementType;
import dev.miser.onnx.ImportedModel;
import dev.miser.onnx.proto.Onnx.AttributeProto;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Attention in all its sets against plain loops: masks, pasts, shared heads, blind queries. */
class AttentionsTest {
  private static final double EXACT = 1e-5;
  private static final double NEVER = Double.NEGATIVE_INFINITY;
  private static final int BATCH = 2;
  private static final int HEADS = 4;
  private static final int SHARED = 2;
  private static final int QUERIES = 3;
  private static final int KEYS = 5;
  private static final int DEPTH = 2;
  private static final double[] Q = numbers(BATCH * HEADS * QUERIES * DEPTH, 0);
  private static final double[] K = numbers(BATCH * SHARED * KEYS * DEPTH, 1);
  private static final double[] V = numbers(BATCH * SHARED * KEYS * DEPTH, 2);

  /** What is added to a score. */
  private interface Bias {
    double of(int batch, int head, int query, int key);
  }

  /** Queries, keys and values by heads, heads of the query sharing those of the keys. */
  private static double[] attention(double[] q, double[] k, double[] v, int shared, Bias bias) {
    double[] result = new double[q.length];
    for (int b = 0; b < BATCH; b++) {
      for (int h = 0; h < HEADS; h++) {
        int other = (b * shared + h / (HEADS / shared)) * KEYS;
        for (int i = 0; i < QUERIES; i++) {
          int at = ((b * HEADS + h) * QUERIES + i) * DEPTH;
          double[] weights = new double[KEYS];
          double sum = 0;
          for (int j = 0; j < KEYS; j++) {
            double score = bias.of(b, h, i, j);
            for (int d = 0; d < DEPTH; d++) {
              score += q[at + d] * k[(other + j) * DEPTH + d] / Math.sqrt(DEPTH);
            }
            weights[j] = Math.exp(score);
            sum += weights[j];
          }
          for (int d = 0; d < DEPTH; d++) {
            for (int j = 0; j < KEYS && sum > 0; j++) {
              result[at + d] += weights[j] / sum * v[(other + j) * DEPTH + d];
            }
          }
        }
      }
    }
    return result;
  }

  private static NormsModels model(long version) {
    return opset(version)
        .input("q", f32(List.of(2L, 4L, 3L, 2L), Q))
        .input("k", f32(List.of(2L, 2L, 5L, 2L), K))
        .input("v", f32(List.of(2L, 2L, 5L, 2L), V));
  }

  private static void check(Bias bias, NormsModels model) {
    assertArrayEquals(attention(Q, K, V, SHARED, bias), model.run("y").getFirst().doubles(), EXACT);
  }

  /** The third query of every head of the second sequence sees nothing: its result is 0. */
  @Test
  void blindQueriesGiveZero() {
    double[] mask = new double[BATCH * QUERIES * KEYS];
    Arrays.fill(mask, 1);
    Arrays.fill(mask, 5 * KEYS, 6 * KEYS, 0);
    mask[1] = 0;
    Bias bias = (b, h, i, j) -> mask[(b * QUERIES + i) * KEYS + j] == 0 ? NEVER : 0;
    long[] kept = Arrays.stream(mask).mapToLong(m -> (long) m).toArray();
    double[] added = Arrays.stream(mask).map(m -> m == 0 ? NEVER : 0).toArray();
    check(
        bias,
        model(23)
            .input("m", tensor(ElementType.BOOL, List.of(2L, 1L, 3L, 5L), kept))
            .node("Attention", "q k v m", "y"));
    check(
        bias,
        model(23)
            .input("m", f32(List.of(2L, 1L, 3L, 5L), added))
            .node("Attention", "q k v m", "y"));
    check(
        bias,
        model(23)
            .input("m", f32(List.of(2L, 1L, 3L, 5L), added))
            .node("Attention", "q k v m", "y - - s", integer("qk_matmul_output_mode", 2)));
    // The mask hides key 0 from all: together with causality query 0 is blind.
    check(
        (b, h, i, j) -> j == 0 || j > i ? NEVER : 0,
        model(23)
            .input("m", tensor(ElementType.BOOL, List.of(5L), 0, 1, 1, 1, 1))
            .node("Attention", "q k v m", "y", integer("is_causal", 1)));
  }

  @Test
  void masksOfEachHeadAndShortMasks() {
    double[] mask = numbers(HEADS * KEYS, 9);
    check(
        (b, h, i, j) -> mask[h * KEYS + j],
        model(23).input("m", f32(List.of(4L, 1L, 5L), mask)).node("Attention", "q k v m", "y"));
    // Since version 24 a mask may end before the keys.
    check(
        (b, h, i, j) -> j < 3 ? mask[i * 3 + j] : NEVER,
        model(24)
            .input("m", f32(List.of(3L, 3L), Arrays.copyOf(mask, 9)))
            .node("Attention", "q k v m", "y"));
  }

  @Test
  void pastsMoveWhatIsCausal() {
    // Keys 0 and 1 are of the past.
    double[] past = new double[BATCH * SHARED * 2 * DEPTH];
    double[] fresh = new double[BATCH * SHARED * 3 * DEPTH];
    double[] pastV = new double[past.length];
    double[] freshV = new double[fresh.length];
    for (int h = 0; h < BATCH * SHARED; h++) {
      System.arraycopy(K, h * 10, past, h * 4, 4);
      System.arraycopy(K, h * 10 + 4, fresh, h * 6, 6);
      System.arraycopy(V, h * 10, pastV, h * 4, 4);
      System.arraycopy(V, h * 10 + 4, freshV, h * 6, 6);
    }
    List<dev.miser.ir.eval.Tensor> found =
        opset(23)
            .input("q", f32(List.of(2L, 4L, 3L, 2L), Q))
            .input("k", f32(List.of(2L, 2L, 3L, 2L), fresh))
            .input("v", f32(List.of(2L, 2L, 3L, 2L), freshV))
            .input("pk", f32(List.of(2L, 2L, 2L, 2L), past))
            .input("pv", f32(List.of(2L, 2L, 2L, 2L), pastV))
            .node("Attention", "q k v - pk pv", "y nk nv", integer("is_causal", 1))
            .run("y nk nv");
    Bias causal = (b, h, i, j) -> j <= i + 2 ? 0 : NEVER;
    assertArrayEquals(attention(Q, K, V, SHARED, causal), found.get(0).doubles(), EXACT);
    assertArrayEquals(K, found.get(1).doubles(), EXACT);
    assertArrayEquals(V, found.get(2).doubles(), EXACT);
  }

  @Test
  void fillingsOfACacheOutside() {
    long[] filled = {4, 3};
    check(
        (b, h, i, j) -> j < filled[b] ? 0 : NEVER,
        model(24)
            .input("n", tensor(ElementType.I64, List.of(2L), filled))
            .node("Attention", "q k v - - - n", "y"));
    // The queries are the last places that are filled.
    check(
        (b, h, i, j) -> j <= i + filled[b] - QUERIES ? 0 : NEVER,
        model(24)
            .input("n", tensor(ElementType.I64, List.of(2L), filled))
            .node("Attention", "q k v - - - n", "y", integer("is_causal", 1)));
  }

  @Test
  void whatFitsIsOneOperation() {
    ImportedModel imported =
        model(23).node("Attention", "q k v", "y", number("scale", 2)).imported("y");
    long attentions =
        imported.function().body().stream().filter(i -> i.op() instanceof Attention).count();
    assertEquals(1, attentions);
    assertEquals(3, imported.function().body().size(), "the query is read as more of one head");
  }

  @Test
  void headsThatDoNotDivideAreRefused() {
    String refusal =
        opset(23)
            .input("q", f32(List.of(1L, 1L, 6L)))
            .node("Attention", "q q q", "a", integer("q_num_heads", 4), integer("kv_num_heads", 2))
            .node("Attention", "q q q", "b", integer("q_num_heads", 3), integer("kv_num_heads", 2))
            .node("Attention", "q q q", "c", integer("q_num_heads", -3), integer("kv_num_heads", 1))
            .refusal("a b c");
    assertTrue(refusal.contains("f32[1,1,6] does not divide into 4 heads"), refusal);
    assertTrue(refusal.contains("heads of query f32[1,3,1,2] do not divide"), refusal);
    assertTrue(refusal.contains("does not divide into -3 heads"), refusal);
  }

  /** Turns [BATCH, heads, n, DEPTH] into [BATCH, n, heads * DEPTH]. */
  private static double[] joined(double[] x, int heads, int n) {
    double[] joined = new double[x.length];
    for (int b = 0; b < BATCH; b++) {
      for (int h = 0; h < heads; h++) {
        for (int i = 0; i < n; i++) {
          System.arraycopy(
              x,
              ((b * heads + h) * n + i) * DEPTH,
              joined,
              ((b * n + i) * heads + h) * DEPTH,
              DEPTH);
        }
      }
    }
    return joined;
  }

  private static final AttributeProto FOUR_HEADS = integer("num_heads", HEADS);

  @Test
  void microsoftsMultiHeadAttention() {
    double[] k = numbers(BATCH * HEADS * KEYS * DEPTH, 3);
    double[] v = numbers(BATCH * HEADS * KEYS * DEPTH, 4);
    long[] lengths = {5, 2};
    double[] added = numbers(HEADS * QUERIES * KEYS, 5);
    Bias bias = (b, h, i, j) -> added[(h * QUERIES + i) * KEYS + j] + (j < lengths[b] ? 0 : -10000);
    List<dev.miser.ir.eval.Tensor> found =
        opset(17)
            .input("q", f32(List.of(2L, 3L, 8L), joined(Q, HEADS, QUERIES)))
            .input("k", f32(List.of(2L, 5L, 8L), joined(k, HEADS, KEYS)))
            .input("v", f32(List.of(2L, 5L, 8L), joined(v, HEADS, KEYS)))
            .constant("zero", f32(List.of(24L)))
            .input("n", tensor(ElementType.I32, List.of(2L), lengths))
            .input("added", f32(List.of(1L, 4L, 3L, 5L), added))
            .node("com.microsoft::MultiHeadAttention", "q k v zero n added", "y pk pv", FOUR_HEADS)
            .run("y pk pv");
    double[] expected = attention(Q, k, v, HEADS, bias);
    assertArrayEquals(joined(expected, HEADS, QUERIES), found.get(0).doubles(), EXACT);
    assertArrayEquals(k, found.get(1).doubles(), EXACT);
    assertArrayEquals(v, found.get(2).doubles(), EXACT);
  }

  /** The weights are the identity three times, so that queries, keys and values are the input. */
  @Test
  void microsoftsAttentionProjectsItsInput() {
    double[] x = numbers(BATCH * HEADS * KEYS * DEPTH, 6);
    double[] weights = new double[8 * 24];
    for (int i = 0; i < 8; i++) {
      weights[i * 24 + i] = weights[i * 24 + 8 + i] = weights[i * 24 + 16 + i] = 1;
    }
    long[] mask = {1, 1, 1, 1, 0, 1, 0, 1, 1, 1};
    double[] y =
        opset(17)
            .input("x", f32(List.of(2L, 5L, 8L), joined(x, HEADS, KEYS)))
            .constant("w", f32(List.of(8L, 24L), weights))
            .constant("b", f32(List.of(24L)))
            .input("m", tensor(ElementType.I32, List.of(2L, 5L), mask))
            .node(
                "com.microsoft::Attention",
                "x w b m",
                "y present",
                FOUR_HEADS,
                integer("unidirectional", 1))
            .run("y")
            .getFirst()
            .doubles();
    double[] queries = new double[Q.length];
    for (int h = 0; h < BATCH * HEADS; h++) {
      System.arraycopy(x, h * KEYS * DEPTH, queries, h * QUERIES * DEPTH, QUERIES * DEPTH);
    }
    Bias bias = (b, h, i, j) -> j > i ? NEVER : mask[b * KEYS + j] == 0 ? -10000 : 0;
    double[] expected = joined(attention(queries, x, x, HEADS, bias), HEADS, QUERIES);
    for (int b = 0; b < BATCH; b++) {
      assertArrayEquals(
          Arrays.copyOfRange(expected, b * QUERIES * 8, (b + 1) * QUERIES * 8),
          Arrays.copyOfRange(y, b * KEYS * 8, b * KEYS * 8 + QUERIES * 8),
          EXACT);
    }
  }

  /** x + skip + bias is (0, 2, 4, 6): of mean 3 and variance 5. */
  @Test
  void microsoftsSkipsAndActivations() {
    List<dev.miser.ir.eval.Tensor> found =
        opset(17)
            .input("x", f32(List.of(1L, 1L, 4L), 0, 1, 2, 3))
            .constant("skip", f32(List.of(1L, 4L), -1, 0, 1, 2))
            .constant("scale", f32(List.of(4L), 1, 1, 1, 2))
            .constant("shift", f32(List.of(4L), 0, 0, 0, 1))
            .constant("one", f32(List.of(4L), 1, 1, 1, 1))
            .node(
                "com.microsoft::SkipLayerNormalization",
                "x skip scale shift one",
                "y mean inverse sum")
            .node("com.microsoft::BiasGelu", "x one", "g")
            .node("com.microsoft::FastGelu", "x one", "f")
            .run("y mean inverse sum g f");
    double s = Math.sqrt(5);
    assertArrayEquals(
        new double[] {-3 / s, -1 / s, 1 / s, 6 / s + 1}, found.get(0).doubles(), EXACT);
    assertArrayEquals(new double[] {3}, found.get(1).doubles(), EXACT);
    assertArrayEquals(new double[] {1 / s}, found.get(2).doubles(), EXACT);
    assertArrayEquals(new double[] {0, 2, 4, 6}, found.get(3).doubles(), EXACT);
    // Values of x Phi(x) at 1, 2, 3, 4 from tables of the normal distribution.
    double[] gelu = {0.8413447, 1.9544997, 2.9959503, 3.9998733};
    assertArrayEquals(gelu, found.get(4).doubles(), EXACT);
    assertArrayEquals(gelu, found.get(5).doubles(), 1e-3);
  }

  /** Words 1 and 0 at places 0 and 1 of segment 1: both rows are (1, 3) before they are normed. */
  @Test
  void microsoftsEmbedding() {
    List<dev.miser.ir.eval.Tensor> found =
        opset(17)
            .input("ids", tensor(ElementType.I32, List.of(1L, 2L), 1, 0))
            .input("segments", tensor(ElementType.I32, List.of(1L, 2L), 1, 1))
            .constant("words", f32(List.of(2L, 2L), 0, 1, 1, 1))
            .constant("places", f32(List.of(3L, 2L), 0, 1, 1, 1, 9, 9))
            .constant("kinds", f32(List.of(2L, 2L), 7, 7, 0, 1))
            .constant("scale", f32(List.of(2L), 1, 1))
            .constant("shift", f32(List.of(2L), 0, 10))
            .input("mask", tensor(ElementType.I32, List.of(1L, 2L), 1, 0))
            .node(
                "com.microsoft::EmbedLayerNormalization",
                "ids segments words places kinds scale shift mask",
                "y n sum")
            .run("y n sum");
    assertArrayEquals(new double[] {-1, 11, -1, 11}, found.get(0).doubles(), EXACT);
    assertArrayEquals(new long[] {1}, found.get(1).longs());
    assertArrayEquals(new double[] {1, 3, 1, 3}, found.get(2).doubles(), EXACT);
  }

  /** Two steps of one head of depth 1 by hand: the state is decayed, corrected and read. */
  @Test
  void gatedDeltaRuleByHand() {
    double half = Math.log(0.5);
    List<dev.miser.ir.eval.Tensor> found =
        opset(27)
            .input("q", f32(List.of(1L, 2L, 1L), 1, 3))
            .input("k", f32(List.of(1L, 2L, 1L), 2, 1))
            .input("v", f32(List.of(1L, 2L, 1L), 5, 4))
            .input("s", f32(List.of(1L, 1L, 1L, 1L), 8))
            .input("d", f32(List.of(1L, 2L, 1L), half, half))
            .input("b", f32(List.of(1L, 2L, 1L), 0.5, 1))
            .node(
                "LinearAttention",
                "q k v s d b",
                "y next",
                integer("q_num_heads", 1),
                integer("kv_num_heads", 1),
                number("scale", 2),
                text("update_rule", "gated_delta"))
            .run("y next");
    // 8 / 2 = 4; wrong by 5 - 4 * 2 = -3, half of it: 4 + 2 * -1.5 = 1. 1 / 2 + (4 - 0.5) = 4.
    assertArrayEquals(new double[] {2 * 1, 2 * 3 * 4}, found.get(0).doubles(), EXACT);
    assertArrayEquals(new double[] {4}, found.get(1).doubles(), EXACT);
  }
}
