package dev.miser.onnx.lower;

import static dev.miser.onnx.lower.NormsModels.f32;
import static dev.miser.onnx.lower.NormsModels.integer;
import static dev.miser.onnx.lower.NormsModels.opset;
import static dev.miser.onnx.lower.NormsModels.scalar;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.miser.ir.eval.Tensor;
import dev.miser.ir.type.Shape;
import dev.miser.onnx.proto.Onnx.AttributeProto;
import dev.miser.onnx.proto.Onnx.GraphProto;
import dev.miser.onnx.proto.Onnx.NodeProto;
import dev.miser.onnx.proto.Onnx.ValueInfoProto;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Sequences and optionals, of which no program has any. */
class SequencesTest {
  private static NormsModels parts() {
    return opset(18)
        .input("x", f32(List.of(5L), 1, 2, 3, 4, 5))
        .constant("two", scalar(2))
        .constant("last", scalar(-1))
        .node("SplitToSequence", "x two", "parts");
  }

  @Test
  void splitInsertedErasedAndJoined() {
    List<Tensor> found =
        parts()
            .constant("one", scalar(1))
            .node("SequenceAt", "parts last", "tail")
            .node("SequenceInsert", "parts tail one", "more")
            .node("SequenceErase", "more", "fewer")
            .node("SequenceLength", "fewer", "length")
            .node("ConcatFromSequence", "fewer", "y", integer("axis", 0))
            .run("y length");
    assertArrayEquals(new double[] {1, 2, 5, 3, 4}, found.get(0).doubles());
    assertArrayEquals(new long[] {3}, found.get(1).longs());
  }

  @Test
  void stackedOnANewAxis() {
    Tensor y =
        opset(18)
            .input("x", f32(List.of(2L, 2L), 1, 2, 3, 4))
            .node("SplitToSequence", "x", "parts", integer("axis", 1), integer("keepdims", 0))
            .node("ConcatFromSequence", "parts", "y", integer("axis", -1), integer("new_axis", 1))
            .run("y")
            .getFirst();
    assertEquals(Shape.of(2, 2), y.type().shape());
    assertArrayEquals(new double[] {1, 2, 3, 4}, y.doubles());
  }

  @Test
  void mappedOneByOne() {
    GraphProto body =
        GraphProto.newBuilder()
            .addInput(ValueInfoProto.newBuilder().setName("part"))
            .addInput(ValueInfoProto.newBuilder().setName("other"))
            .addNode(
                NodeProto.newBuilder()
                    .setOpType("Mul")
                    .addInput("part")
                    .addInput("other")
                    .addOutput("product"))
            .addOutput(ValueInfoProto.newBuilder().setName("product"))
            .build();
    AttributeProto attribute =
        AttributeProto.newBuilder()
            .setName("body")
            .setType(AttributeProto.AttributeType.GRAPH)
            .setG(body)
            .build();
    Tensor y =
        parts()
            .input("ten", f32(List.of(), 10))
            .node("SequenceMap", "parts ten", "mapped", attribute)
            .node("ConcatFromSequence", "mapped", "y", integer("axis", 0))
            .run("y")
            .getFirst();
    assertArrayEquals(new double[] {10, 20, 30, 40, 50}, y.doubles());
  }

  @Test
  void optionals() {
    List<Tensor> found =
        opset(18)
            .input("x", f32(List.of(2L), 1, 2))
            .node("Optional", "x", "some")
            .node("OptionalHasElement", "some", "has")
            .node("OptionalHasElement", "-", "misses")
            .node("OptionalGetElement", "some", "y")
            .run("y has misses");
    assertArrayEquals(new double[] {1, 2}, found.get(0).doubles());
    assertArrayEquals(new long[] {1}, found.get(1).longs());
    assertArrayEquals(new long[] {0}, found.get(2).longs());
  }

  @Test
  void positionsMustBeKnownAndThere() {
    String unknown =
        parts().input("at", scalar(0)).node("SequenceAt", "parts at", "y").refusal("y");
    assertTrue(unknown.contains("depend on input 'at'"), unknown);
    String outside =
        parts().constant("at", scalar(3)).node("SequenceAt", "parts at", "y").refusal("y");
    assertTrue(outside.contains("position 3 is not in [-3, 3)"), outside);
  }
}
