package dev.miser.onnx.lower;

import static dev.miser.onnx.lower.NormsModels.f32;
import static dev.miser.onnx.lower.NormsModels.integer;
import static dev.miser.onnx.lower.NormsModels.integers;
import static dev.miser.onnx.lower.NormsModels.number;
import static dev.miser.onnx.lower.NormsModels.text;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.miser.frontend.weights.Tensor;
import dev.miser.ir.type.ElementType;
import dev.miser.ir.type.TensorType;
import java.util.List;
import org.junit.jupiter.api.Test;

class ProductsTest {
  private static final Tensor SQUARE = f32(List.of(2L, 2L), 1, 2, 3, 4);

  /** Leading axes 2 x 1 and 1 x 2: four products, of which two share each operand. */
  @Test
  void leadingAxesBroadcast() {
    assertEquals(
        "f32[2,2,1,1](13.0, 17.0, 29.0, 39.0)",
        NormsModels.opset(13)
            .input("a", f32(List.of(2L, 1L, 1L, 2L), 1, 2, 3, 4))
            .input("b", f32(List.of(1L, 2L, 2L, 1L), 3, 5, 5, 6))
            .node("MatMul", "a b", "y")
            .printed("y"));
    // The right operand is the same for axis 1: its three products are one with three rows.
    assertEquals(
        "i32[2,3,1,1](5, 11, 17, 66, 78, 90)",
        NormsModels.opset(13)
            .input(
                "a",
                integers(
                    TensorType.of(ElementType.I32, 2, 3, 1, 2),
                    1,
                    2,
                    3,
                    4,
                    5,
                    6,
                    6,
                    8,
                    8,
                    9,
                    10,
                    10))
            .input("b", integers(TensorType.of(ElementType.I32, 2, 1, 2, 1), 1, 2, 3, 6))
            .node("MatMul", "a b", "y")
            .printed("y"));
  }

  @Test
  void oldSumsOfProductsAddAVectorToEachRow() {
    assertEquals(
        "f32[2,2](25.0, 25.0, 27.0, 28.0)",
        NormsModels.opset(6)
            .input("a", SQUARE)
            .input("c", f32(List.of(2L), 10, 9))
            .node(
                "Gemm",
                "a a c",
                "y",
                integer("transA", 1),
                integer("broadcast", 1),
                number("alpha", 0.5),
                number("beta", 2))
            .printed("y"));
  }

  @Test
  void integersTimesAFractionAreCut() {
    assertEquals(
        "i64[1,2](-1, 3)",
        NormsModels.opset(13)
            .input("a", integers(TensorType.of(ElementType.I64, 1, 1), 5))
            .input("b", integers(TensorType.of(ElementType.I64, 1, 2), -1, 1))
            .input("c", integers(TensorType.of(ElementType.I64), 1))
            .node("Gemm", "a b c", "y", number("alpha", 0.5))
            .printed("y"));
  }

  /** The first axis of the left operand is that of rows, the second that of products. */
  @Test
  void operandsMayHaveTheirBatchInside() {
    assertEquals(
        "f32[2,1,1](11.0, 50.0)",
        NormsModels.opset(13)
            .input("a", f32(List.of(1L, 2L, 2L), 1, 2, 3, 4))
            .input("b", f32(List.of(2L, 1L, 2L), 3, 4, 6, 8))
            .node(
                "com.microsoft::FusedMatMul",
                "a b",
                "y",
                integer("transBatchA", 1),
                integer("transB", 1))
            .printed("y"));
  }

  @Test
  void sumsThatLettersName() {
    assertEquals("f32[](5.0)", einsum("ii", SQUARE));
    assertEquals("f32[2](1.0, 4.0)", einsum("ii->i", SQUARE));
    assertEquals("f32[2,2](1.0, 3.0, 2.0, 4.0)", einsum("ba", SQUARE));
    assertEquals("f32[2](4.0, 6.0)", einsum("i...->...", SQUARE));
    assertEquals("f32[2,2](5.0, 11.0, 11.0, 25.0)", einsum("ij,kj->ki", SQUARE, SQUARE));
    assertEquals("f32[2,2](1.0, 4.0, 9.0, 16.0)", einsum("...,...", SQUARE, SQUARE));
    assertEquals("f32[](100.0)", einsum("ij,kl->", SQUARE, SQUARE));
    // Sum over i, k and l of a[i,j] b[j,k] c[k,l].
    assertEquals("f32[2](68.0, 222.0)", einsum("ij,jk,kl->j", SQUARE, SQUARE, SQUARE));
    // An axis of size 1 repeats.
    assertEquals(
        "f32[2,2](10.0, 10.0, 14.0, 14.0)",
        einsum("ij,jk->ki", f32(List.of(2L, 1L), 2, 2), f32(List.of(2L, 2L), 1, 2, 4, 5)));
  }

  private static String einsum(String equation, Tensor... operands) {
    var models = NormsModels.opset(12);
    var names = new java.util.StringJoiner(" ");
    for (int i = 0; i < operands.length; i++) {
      models.input("x" + i, operands[i]);
      names.add("x" + i);
    }
    return models.node("Einsum", names.toString(), "y", text("equation", equation)).printed("y");
  }

  @Test
  void equationsThatDoNotFitAreRefused() {
    refused("expected 1 terms", "ij,jk");
    refused("does not fit an operand with 2 axes", "ijk");
    refused("expected letters and '...'", "i1");
    refused("each once", "ij->ii");
    refused("each once", "ij->k");
  }

  private static void refused(String why, String equation) {
    String found =
        NormsModels.opset(12)
            .input("x", SQUARE)
            .node("Einsum", "x", "y", text("equation", equation))
            .refusal("y");
    assertTrue(found.contains(why), found);
  }

  /** Rows must change places, one matrix has no inverse, and one is of zeros alone. */
  @Test
  void determinants() {
    double[] matrices = {
      0, 0, 3, 0, 2, 0, 1, 0, 0, 1, 2, 3, 2, 4, 6, 0, 1, 5, 0, 0, 0, 0, 0, 0, 0, 0, 0
    };
    double[] found =
        NormsModels.opset(22)
            .input("x", f32(List.of(3L, 3L, 3L), matrices))
            .node("Det", "x", "y")
            .run("y")
            .getFirst()
            .doubles();
    assertArrayEquals(new double[] {-6, 0, 0}, found, 1e-6);
  }
}
