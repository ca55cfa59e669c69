package dev.miser.onnx.lower;

import static dev.miser.onnx.lower.NormsModels.f32;
import static dev.miser.onnx.lower.NormsModels.floats;
import static dev.miser.onnx.lower.NormsModels.integer;
import static dev.miser.onnx.lower.NormsModels.integers;
import static dev.miser.onnx.lower.NormsModels.list;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.ByteString;
import dev.miser.frontend.weights.Tensor;
import dev.miser.ir.type.ElementType;
import dev.miser.ir.type.TensorType;
import dev.miser.onnx.proto.Onnx.TensorProto;
import dev.miser.onnx.proto.Onnx.TensorProto.DataType;
import java.util.List;
import org.junit.jupiter.api.Test;

class QuantizationTest {
  private static final Tensor ONE = f32(List.of(), 1);

  private static Tensor zero(ElementType element, long number) {
    return integers(TensorType.of(element), number);
  }

  @Test
  void tiesGoToEvenAndWhatIsTooLargeIsCut() {
    Tensor x = f32(List.of(8L), -1, 1, 3, 5, -2.98, 254, 255, 1e30);
    NormsModels models =
        NormsModels.opset(13)
            .input("x", x)
            .constant("scale", f32(List.of(), 2))
            .constant("zero", zero(ElementType.U8, 1))
            .node("QuantizeLinear", "x scale zero", "y");
    assertEquals("u8[8](1, 1, 3, 3, 0, 128, 129, 255)", models.printed("y"));
  }

  /** The zero point is added to what was rounded, so an odd one leaves ties as they are. */
  @Test
  void halvesReachAllOfSixteenBits() {
    NormsModels models =
        NormsModels.opset(21)
            .input("x", floats(TensorType.of(ElementType.F16, 3), 4097, -60000, 60000))
            .constant("scale", floats(TensorType.of(ElementType.F16), 2))
            .constant("zero", zero(ElementType.I16, 3001))
            .node("QuantizeLinear", "x scale zero", "y");
    // Halves are multiples of four from 4096 on: 4097 is 4096.
    assertEquals("i16[3](5049, -26999, 32767)", models.printed("y"));
  }

  /** Five columns in blocks of two: the last block holds one. */
  @Test
  void blocksHaveScalesOfTheirOwn() {
    NormsModels models =
        NormsModels.opset(21)
            .input("x", integers(TensorType.of(ElementType.I8, 1, 5), 1, 2, 3, 4, 5))
            .constant("scale", f32(List.of(1L, 3L), 1, 10, 100))
            .constant("zero", integers(TensorType.of(ElementType.I8, 1, 3), 0, 1, 2))
            .node("DequantizeLinear", "x scale zero", "y", integer("block_size", 2));
    assertEquals("f32[1,5](1.0, 2.0, 20.0, 30.0, 300.0)", models.printed("y"));
  }

  @Test
  void axesCountFromTheEnd() {
    NormsModels models =
        NormsModels.opset(19)
            .input("x", f32(List.of(2L, 1L), 6, 6))
            .constant("scale", f32(List.of(2L), 1, 2))
            .node("QuantizeLinear", "x scale", "y", integer("axis", -2));
    assertEquals("u8[2,1](6, 3)", models.printed("y"));
  }

  @Test
  void elementsThatShareAByteComeApart() {
    // 0xa1 holds 1 and then 10, which is -6 with a sign; the last byte holds one element.
    ByteString bytes = ByteString.copyFrom(new byte[] {(byte) 0xa1, 0x7f, 0x08});
    var stored = TensorProto.newBuilder().addDims(5).setRawData(bytes);
    assertEquals("f32[5](1.0, -6.0, -1.0, 7.0, -8.0)", dequantized(stored.clone(), DataType.INT4));
    assertEquals("f32[5](1.0, 10.0, 15.0, 7.0, 8.0)", dequantized(stored, DataType.UINT4));
    // 0xe4 is 3, 2, 1, 0 from its highest bits down.
    var listed = TensorProto.newBuilder().addDims(4).addInt32Data(0xe4);
    assertEquals("f32[4](0.0, 1.0, 2.0, 3.0)", dequantized(listed.clone(), DataType.UINT2));
    assertEquals("f32[4](0.0, 1.0, -2.0, -1.0)", dequantized(listed, DataType.INT2));
  }

  private static String dequantized(TensorProto.Builder stored, DataType type) {
    return NormsModels.opset(25)
        .constant("x", stored.setDataType(type.getNumber()))
        .input("scale", ONE)
        .node("DequantizeLinear", "x scale", "y")
        .printed("y");
  }

  @Test
  void tooFewBytesForElementsThatShareThem() {
    var stored =
        TensorProto.newBuilder()
            .addDims(3)
            .setDataType(DataType.INT4.getNumber())
            .setRawData(ByteString.copyFrom(new byte[1]));
    String found =
        NormsModels.opset(21)
            .constant("x", stored)
            .input("scale", ONE)
            .node("DequantizeLinear", "x scale", "y")
            .refusal("y");
    assertTrue(found.contains("u8[2] has 2 bytes, the file holds 1"), found);
  }

  @Test
  void floatsOfEightBitsAreRefused() {
    var stored =
        TensorProto.newBuilder()
            .addDims(1)
            .setDataType(DataType.FLOAT8E4M3FN.getNumber())
            .setRawData(ByteString.copyFrom(new byte[1]));
    String found =
        NormsModels.opset(21)
            .constant("x", stored)
            .input("scale", ONE)
            .node("DequantizeLinear", "x scale", "y")
            .refusal("y");
    assertTrue(found.contains("elements of type FLOAT8E4M3FN, which programs have not"), found);
  }

  /** A zero point of four bits asks for a result of four bits, whose largest number is 7. */
  @Test
  void resultsOfFourBitsAreCutToThem() {
    var stored = TensorProto.newBuilder().setDataType(DataType.INT4.getNumber()).addInt32Data(0x0e);
    NormsModels models =
        NormsModels.opset(21)
            .input("x", f32(List.of(3L), -9, 3, 20))
            .constant("scale", ONE)
            .constant("zero", stored)
            .node("QuantizeLinear", "x scale zero", "y");
    assertEquals("i8[3](-8, 1, 7)", models.printed("y"));
  }

  /** The range is widened to hold 0; of zeros alone any scale will do. */
  @Test
  void scalesThatTheNumbersDecide() {
    var found =
        NormsModels.opset(11)
            .input("x", f32(List.of(3L), -1, 0.5, 4.1))
            .node("DynamicQuantizeLinear", "x", "y scale zero")
            .run("y scale zero");
    float scale = (4.1f + 1) / 255;
    assertEquals("f32[](" + scale + ")", found.get(1).toLiteral().toString());
    assertEquals("u8[](50)", found.get(2).toLiteral().toString());
    assertEquals("u8[3](0, 75, 255)", found.get(0).toLiteral().toString());
    NormsModels flat =
        NormsModels.opset(11)
            .input("x", f32(List.of(2L), 0, 0))
            .node("DynamicQuantizeLinear", "x", "y scale zero");
    assertEquals("u8[2](0)", flat.printed("y"));
  }

  /** Each column has a scale and zero point: sums are 25 and -30. */
  @Test
  void productsAreScaledColumnByColumn() {
    NormsModels models =
        NormsModels.opset(10)
            .input("a", integers(TensorType.of(ElementType.U8, 1, 2), 15, 5))
            .constant("as", f32(List.of(), 0.5))
            .constant("az", zero(ElementType.U8, 10))
            .constant("b", integers(TensorType.of(ElementType.I8, 2, 2), 4, -3, -1, 3))
            .constant("bs", f32(List.of(2L), 1, 0.5))
            .constant("bz", integers(TensorType.of(ElementType.I8, 2), -1, 1))
            .constant("ys", f32(List.of(), 1))
            .constant("yz", zero(ElementType.U8, 7))
            .node("QLinearMatMul", "a as az b bs bz ys yz", "y");
    // a - 10 is (5, -5); b without zero points is ((5, -4), (0, 2)).
    // 25 / 2 is 12.5, to even 12; -30 / 4 is -7.5, to even -8, and below 0 with 7 added.
    assertEquals("u8[1,2](19, 0)", models.printed("y"));
  }

  @Test
  void convolutionsAddTheirBiasBeforeScaling() {
    NormsModels models =
        NormsModels.opset(10)
            .input("x", integers(TensorType.of(ElementType.U8, 1, 1, 2), 12, 9))
            .constant("xs", f32(List.of(), 0.5))
            .constant("xz", zero(ElementType.U8, 10))
            .constant("w", integers(TensorType.of(ElementType.I8, 2, 1, 2), 1, 2, 3, 4))
            .constant("ws", f32(List.of(2L), 1, 2))
            .constant("wz", integers(TensorType.of(ElementType.I8, 2), 0, 0))
            .constant("ys", f32(List.of(), 2))
            .constant("yz", zero(ElementType.U8, 100))
            .constant("bias", integers(TensorType.of(ElementType.I32, 2), 6, -7))
            .node("QLinearConv", "x xs xz w ws wz ys yz bias", "y", list("pads", 1L, 0L));
    // x is (2, -1) after 0: sums 4, 0 and 8, 2; with bias 10, 6 and 1, -5; ratios 1/4 and 1/2.
    assertEquals("u8[1,2,2](102, 102, 100, 98)", models.printed("y"));
  }

  @Test
  void scalesThatFitNoAxisAreRefused() {
    String found =
        NormsModels.opset(21)
            .input("x", f32(List.of(1L, 3L), 0, 0, 0))
            .constant("scale", f32(List.of(2L), 1, 2))
            .node("QuantizeLinear", "x scale", "y")
            .refusal("y");
    assertTrue(found.contains("y_scale is f32[2], expected one element, or one for each"), found);
    String blocks =
        NormsModels.opset(21)
            .input("x", f32(List.of(1L, 3L), 0, 0, 0))
            .constant("scale", f32(List.of(1L, 3L), 1, 2, 3))
            .node("QuantizeLinear", "x scale", "y", integer("block_size", 2))
            .refusal("y");
    assertTrue(blocks.contains("expected one for each block of 2 along axis 1"), blocks);
  }

  /** A part with the result's scale passes unchanged, the other is scaled anew. */
  @Test
  void partsOfAConcatAreScaledAnew() {
    NormsModels models =
        NormsModels.opset(13)
            .constant("ys", f32(List.of(), 0.5))
            .constant("yz", zero(ElementType.U8, 10))
            .input("a", integers(TensorType.of(ElementType.U8, 1), 200))
            .constant("b", integers(TensorType.of(ElementType.U8, 2), 1, 3))
            .constant("bs", f32(List.of(), 0.25))
            .constant("bz", zero(ElementType.U8, 0))
            .node("com.microsoft::QLinearConcat", "ys yz a ys yz b bs bz", "y", integer("axis", 0));
    assertEquals("u8[3](200, 10, 12)", models.printed("y"));
  }
}
