package dev.miser.onnx.lower;

import static dev.miser.onnx.lower.NormsModels.f32;
import static dev.miser.onnx.lower.NormsModels.integer;
import static dev.miser.onnx.lower.NormsModels.opset;
import static dev.miser.onnx.lower.NormsModels.scalar;
import static dev.miser.onnx.lower.RecurrentModels.body;
import static dev.miser.onnx.lower.RecurrentModels.node;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.miser.frontend.weights.Tensor;
import dev.miser.ir.type.ElementType;
import dev.miser.ir.type.TensorType;
import dev.miser.onnx.proto.Onnx.NodeProto;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Small files that ask for much: each is refused, or becomes a program, without doing it. */
class HostileModelsTest {
  private static Tensor shape(long... sizes) {
    return NormsModels.integers(TensorType.of(ElementType.I64, sizes.length), sizes);
  }

  @Test
  void unknownOperatorsInLoopsAreNamedOnce() {
    NodeProto[] nodes =
        Collections.nCopies(50, node("Foo", "c", "unused")).toArray(NodeProto[]::new);
    nodes[0] = node("Identity", "c", "more");
    String refusal =
        opset(17)
            .input("x", f32(List.of(2L), -2, 4))
            .constant("n", scalar(250_000))
            .node("Loop", "n - x", "y", body("body", "i c v", "more v", nodes))
            .refusal("y");
    assertTrue(refusal.contains("Foo"), refusal);
    assertTrue(refusal.length() < 1000, refusal);
  }

  @Test
  void bigProductsOfConstantsAreLeftToTheProgram() {
    String text =
        opset(17)
            .constant("wide", shape(64, 65_536))
            .constant("high", shape(65_536, 64))
            .node("ConstantOfShape", "wide", "a")
            .node("ConstantOfShape", "high", "b")
            .node("MatMul", "a b", "y")
            .imported("y")
            .function()
            .toString();
    assertTrue(text.contains(" dot "), text);
  }

  @Test
  void partsAreAsManyAsOutputs() {
    String refusal =
        opset(18)
            .constant("size", shape(1_000_000_000))
            .node("ConstantOfShape", "size", "x")
            .node("Split", "x", "y", integer("num_outputs", 1_000_000_000))
            .refusal("y");
    assertTrue(refusal.contains("it has 1 outputs"), refusal);
  }
}
