package dev.miser.onnx.lower;

import static dev.miser.onnx.lower.NormsModels.f32;
import static dev.miser.onnx.lower.NormsModels.integer;
import static dev.miser.onnx.lower.NormsModels.integers;
import static dev.miser.onnx.lower.NormsModels.numbers;
import static dev.miser.onnx.lower.NormsModels.opset;
import static dev.miser.onnx.lower.NormsModels.scalar;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.miser.frontend.weights.Tensor;
import dev.miser.ir.func.Parameter;
import dev.miser.ir.type.ElementType;
import dev.miser.ir.type.TensorType;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Inputs that become indices say which integers are legal, as nothing in the file does. */
class IndexRangesTest {
  private static final Tensor IDS = integers(TensorType.of(ElementType.I64, 2, 3), new long[6]);

  /** A table of 10 rows and one of 5. */
  private static NormsModels tables() {
    return opset(17)
        .input("ids", IDS)
        .constant("ten", f32(List.of(10L, 2L), numbers(20, 1)))
        .constant("five", f32(List.of(5L, 2L), numbers(10, 2)))
        .constant("zero", scalar(0))
        .constant("two", scalar(2))
        .constant("size", scalar(10));
  }

  private static String range(NormsModels model, String input) {
    for (Parameter parameter : model.imported("y").function().parameters()) {
      if (parameter.value().name().equals(input)) {
        return String.valueOf(parameter.range());
      }
    }
    throw new AssertionError("no input " + input);
  }

  @Test
  void rowsOfTables() {
    assertEquals("0..10", range(tables().node("Gather", "ten ids", "y"), "ids"));
  }

  @Test
  void theSmallestTableWins() {
    var model =
        tables()
            .node("Gather", "ten ids", "a")
            .node("Cast", "ids", "narrow", integer("to", 6))
            .node("Transpose", "narrow", "turned")
            .node("Transpose", "turned", "back")
            .node("Gather", "five back", "b")
            .node("Add", "a b", "y");
    assertEquals("0..5", range(model, "ids"));
  }

  @Test
  void positionsBehindAnOffset() {
    var model = tables().node("Add", "ids two", "moved").node("Gather", "ten moved", "y");
    assertEquals("0..8", range(model, "ids"));
  }

  @Test
  void negativeOnesThatAreWrappedAreNotDrawn() {
    var model =
        tables()
            .node("Less", "ids zero", "negative")
            .node("Add", "ids size", "wrapped")
            .node("Where", "negative wrapped ids", "legal")
            .node("Gather", "ten legal", "y");
    assertEquals("0..10", range(model, "ids"));
  }

  @Test
  void coordinatesThatArePutTogetherHaveRangesOfTheirOwn() {
    var model =
        opset(17)
            .input("rows", integers(TensorType.of(ElementType.I64, 3, 1), 0, 0, 0))
            .input("columns", integers(TensorType.of(ElementType.I64, 3, 1), 0, 0, 0))
            .input("x", f32(List.of(4L, 7L), numbers(28, 1)))
            .node("Concat", "rows columns", "at", integer("axis", 1))
            .node("GatherND", "x at", "y");
    assertEquals("0..4", range(model, "rows"));
    assertEquals("0..7", range(model, "columns"));
  }

  @Test
  void otherIntegersHaveNone() {
    assertEquals("null", range(tables().node("Mul", "ids ids", "y"), "ids"));
  }
}
