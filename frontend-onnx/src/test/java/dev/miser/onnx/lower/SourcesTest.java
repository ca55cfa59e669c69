package dev.miser.onnx.lower;

import static dev.miser.onnx.lower.NormsModels.f32;
import static dev.miser.onnx.lower.NormsModels.floats;
import static dev.miser.onnx.lower.NormsModels.integer;
import static dev.miser.onnx.lower.NormsModels.integers;
import static dev.miser.onnx.lower.NormsModels.opset;
import static dev.miser.onnx.lower.NormsModels.text;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.miser.ir.eval.Tensor;
import dev.miser.ir.type.ElementType;
import dev.miser.ir.type.TensorType;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Element types, and tensors out of nothing. */
class SourcesTest {
  @Test
  void typesByName() {
    Tensor y =
        opset(1)
            .input("x", f32(List.of(2L), 1.5, -2.5))
            .node("Cast", "x", "y", text("to", "INT32"))
            .run("y")
            .getFirst();
    assertEquals(TensorType.of(ElementType.I32, 2), y.type());
    assertArrayEquals(new long[] {1, -2}, y.longs());
  }

  @Test
  void typesThatProgramsHaveNot() {
    var model = opset(19).input("x", f32(List.of(1L), 1));
    String refusal = model.node("Cast", "x", "y", integer("to", 8)).refusal("y");
    assertTrue(refusal.contains("STRING"), refusal);
  }

  @Test
  void bitsThatBecomeTruth() {
    Tensor y =
        opset(26)
            .input("x", integers(TensorType.of(ElementType.U8, 2), 0, 1))
            .node("BitCast", "x", "y", integer("to", 9))
            .run("y")
            .getFirst();
    assertEquals(TensorType.of(ElementType.BOOL, 2), y.type());
    assertArrayEquals(new long[] {0, 1}, y.longs());
  }

  /** bf16 has no 257: it is counted in a wider type, and rounded once. */
  @Test
  void halvesCountFar() {
    TensorType scalar = TensorType.of(ElementType.BF16);
    double[] found =
        opset(27)
            .constant("start", floats(scalar, -256))
            .constant("limit", floats(scalar, 16))
            .constant("delta", floats(scalar, 1))
            .node("Range", "start limit delta", "y")
            .run("y")
            .getFirst()
            .doubles();
    assertEquals(272, found.length);
    assertEquals(1, found[257]);
    assertEquals(15, found[271]);
  }

  @Test
  void diagonals() {
    var model = opset(14).input("x", f32(List.of(2L, 3L), 1, 2, 3, 4, 5, 6));
    List<Tensor> found =
        model
            .input("k", integers(TensorType.of(ElementType.I64), 1))
            .node("Trilu", "x k", "y")
            .node("Trilu", "x k", "z", integer("upper", 0))
            .node("EyeLike", "x", "eye", integer("k", -1), integer("dtype", 3))
            .run("y z eye");
    assertArrayEquals(new double[] {0, 2, 3, 0, 0, 6}, found.get(0).doubles());
    assertArrayEquals(new double[] {1, 2, 0, 4, 5, 6}, found.get(1).doubles());
    assertArrayEquals(new long[] {0, 0, 0, 1, 0, 0}, found.get(2).longs());
    assertEquals(ElementType.I8, found.get(2).type().element());
  }
}
