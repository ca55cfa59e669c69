package dev.miser.testmodels.onnx;

import static dev.miser.ir.type.ElementType.F32;
import static dev.miser.ir.type.ElementType.I32;
import static dev.miser.ir.type.ElementType.I8;
import static dev.miser.ir.type.ElementType.U8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.onnxruntime.OrtException;
import dev.miser.frontend.weights.Tensor;
import dev.miser.ir.op.Literal;
import dev.miser.ir.op.Value;
import dev.miser.ir.type.ElementType;
import dev.miser.ir.type.TensorType;
import dev.miser.onnx.ImportOptions;
import dev.miser.onnx.ImportedModel;
import dev.miser.onnx.OnnxImporter;
import dev.miser.testmodels.export.OnnxRuntime;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.SequencedMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Operators on integers that stand for floats, of which the open suite holds no case, in emitted
 * kernels and in ONNX Runtime: the same integers, and floats to rounding.
 */
class QuantizedOperatorsTest {
  @TempDir Path folder;
  private final Random random = new Random(7);
  private final SequencedMap<String, Tensor> inputs = new LinkedHashMap<>();
  private final List<String> wrong = new ArrayList<>();

  @BeforeEach
  void clear() {
    inputs.clear();
  }

  @Test
  void productsOfIntegers() throws IOException, OrtException {
    for (ElementType rhs : List.of(U8, I8)) {
      Tensor a = integers(U8, 0, 256, 5, 17);
      Tensor b = integers(rhs, rhs == U8 ? 0 : -128, rhs == U8 ? 256 : 128, 17, 9);
      agree(
          model("", "MatMulInteger", 1, a, b)
              .held("az", integers(U8, 100, 140))
              .held("bz", integers(rhs, 1, 20)));
      agree(
          model("", "MatMulInteger", 1, a, b)
              .held("az", integers(U8, 3, 4))
              .held("bz", integers(rhs, 1, 20, 9)));
    }
    agree(
        model(
            "",
            "MatMulInteger",
            1,
            integers(I8, -128, 128, 2, 3, 4, 5),
            integers(I8, -9, 9, 5, 6)));
    assertEquals(List.of(), wrong);
  }

  @Test
  void convolutionsOfIntegers() throws IOException, OrtException {
    Tensor x = integers(U8, 0, 256, 2, 4, 7, 8);
    agree(model("", "ConvInteger", 1, x, integers(U8, 0, 256, 6, 4, 3, 3)));
    agree(
        model("", "ConvInteger", 1, x, integers(U8, 0, 256, 6, 4, 3, 2))
            .held("xz", integers(U8, 100, 140))
            .held("wz", integers(U8, 100, 140))
            .integers("pads", 1, 0, 2, 1)
            .integers("strides", 2, 1));
    agree(
        model("", "ConvInteger", 1, x, integers(U8, 0, 256, 6, 2, 3, 3))
            .held("xz", integers(U8, 100, 140))
            .integer("group", 2)
            .integers("dilations", 2, 1));
    assertEquals(List.of(), wrong);
  }

  @Test
  void thereAndBack() throws IOException, OrtException {
    Tensor x = floats(-4, 4, 3, 5, 7);
    for (ElementType to : List.of(U8, I8)) {
      int low = to == U8 ? 0 : -128;
      agree(
          model("", "QuantizeLinear", 1, x)
              .held("s", floats(0.01, 0.05))
              .held("z", integers(to, low, low + 256)));
      agree(
          model("", "QuantizeLinear", 1, x)
              .held("s", floats(0.01, 0.05, 5))
              .held("z", integers(to, low, low + 256, 5))
              .integer("axis", 1));
      Tensor q = integers(to, low, low + 256, 3, 5, 8);
      agree(
          model("", "DequantizeLinear", 1, q)
              .held("s", floats(0.01, 0.05))
              .held("z", integers(to, low, low + 256)));
      agree(
          model("", "DequantizeLinear", 1, q)
              .held("s", floats(0.01, 0.05, 8))
              .held("z", integers(to, low, low + 256, 8))
              .integer("axis", -1));
      agree(
          model("", "DequantizeLinear", 1, q)
              .held("s", floats(0.01, 0.05, 3, 5, 2))
              .held("z", integers(to, low, low + 256, 3, 5, 2))
              .integer("axis", 2)
              .integer("block_size", 4));
    }
    agree(model("", "QuantizeLinear", 1, x).held("s", floats(0.01, 0.05)));
    agree(
        model("", "DequantizeLinear", 1, integers(I32, -999, 999, 4, 3))
            .held("s", floats(0.01, 0.05)));
    agree(model("", "DynamicQuantizeLinear", 3, x));
    agree(model("", "DynamicQuantizeLinear", 3, floats(1, 9, 6, 4)));
    agree(model("", "DynamicQuantizeLinear", 3, floats(-9, -1, 6, 4)));
    assertEquals(List.of(), wrong);
  }

  @Test
  void productsAndConvolutionsOfQuantizedFloats() throws IOException, OrtException {
    for (ElementType type : List.of(U8, I8)) {
      int low = type == U8 ? 0 : -128;
      var product = new NodeModel("", "QLinearMatMul", 1);
      input(product, "a", integers(type, low, low + 256, 6, 17));
      scale(product, "a", type, 0.02);
      input(product, "b", integers(type, low, low + 256, 17, 9));
      scale(product, "b", type, 0.01);
      scale(product, "y", type, 0.13);
      agree(product);
      for (ElementType weight : type == U8 ? List.of(U8, I8) : List.of(I8)) {
        int least = weight == U8 ? 0 : -128;
        var convolution = new NodeModel("", "QLinearConv", 1);
        input(convolution, "x", integers(type, low, low + 256, 2, 4, 9, 8));
        scale(convolution, "x", type, 0.02);
        convolution.held("w", integers(weight, least, least + 256, 6, 4, 3, 3));
        if (weight == I8) {
          convolution.held("ws", floats(0.005, 0.02, 6)).held("wz", integers(I8, 0, 1, 6));
        } else {
          scale(convolution, "w", weight, 0.01);
        }
        scale(convolution, "y", type, 0.2);
        convolution.held("bias", integers(I32, -3000, 3000, 6)).integers("pads", 1, 1, 1, 1);
        agree(convolution);
      }
    }
    assertEquals(List.of(), wrong);
  }

  @Test
  void elementsOfQuantizedFloats() throws IOException, OrtException {
    for (String operator : List.of("QLinearAdd", "QLinearMul")) {
      var sum = new NodeModel("com.microsoft", operator, 1);
      input(sum, "a", integers(U8, 0, 256, 3, 16));
      scale(sum, "a", U8, 0.02);
      input(sum, "b", integers(U8, 0, 256, 3, 16));
      scale(sum, "b", U8, 0.03);
      scale(sum, "y", U8, 0.07);
      agree(sum);
    }
    for (String operator : List.of("QLinearSigmoid", "QLinearLeakyRelu")) {
      var function = new NodeModel("com.microsoft", operator, 1);
      input(function, "x", integers(U8, 0, 256, 3, 16));
      scale(function, "x", U8, 0.03);
      scale(function, "y", U8, 0.004);
      agree(function);
    }
    assertEquals(List.of(), wrong);
  }

  /** The numbers are ours; how they are spread is the same. */
  @Test
  void randomNumbersAreSpreadAlike() throws IOException, OrtException {
    agreeInSpread(
        new NodeModel("", "RandomNormal", 1)
            .integers("shape", 40, 500)
            .number("mean", 3)
            .number("scale", 2));
    agreeInSpread(
        new NodeModel("", "RandomUniform", 1)
            .integers("shape", 40, 500)
            .number("low", -1)
            .number("high", 4));
    agreeInSpread(model("", "RandomNormalLike", 1, floats(0, 1, 100, 200)).number("mean", -2));
    agreeInSpread(model("", "RandomUniformLike", 1, floats(0, 1, 100, 200)).number("high", 3));
    // Not Bernoulli, whose 1 ONNX Runtime draws with probability 1 - p: see RandomNumbersTest.
    assertEquals(List.of(), wrong);
  }

  private NodeModel model(String domain, String operator, int outputs, Tensor... given) {
    var model = new NodeModel(domain, operator, outputs);
    for (int i = 0; i < given.length; i++) {
      input(model, "x" + i, given[i]);
    }
    return model;
  }

  private void input(NodeModel model, String name, Tensor tensor) {
    model.input(name, tensor);
    inputs.put(name, tensor);
  }

  private void scale(NodeModel model, String name, ElementType zero, double scale) {
    int middle = zero == U8 ? 128 : 0;
    model
        .held(name + "_scale", floats(scale, scale * 1.3))
        .held(name + "_zero", integers(zero, middle - 9, middle + 9));
  }

  private Tensor integers(ElementType element, int low, int high, long... dims) {
    TensorType type = TensorType.of(element, dims);
    MemorySegment bytes = MemorySegment.ofArray(new byte[(int) type.byteCount()]);
    for (long i = 0; i < type.elementCount(); i++) {
      Literal.put(bytes, element, i, (long) random.nextInt(low, high));
    }
    return new Tensor(type, bytes);
  }

  private Tensor floats(double low, double high, long... dims) {
    TensorType type = TensorType.of(F32, dims);
    MemorySegment bytes = MemorySegment.ofArray(new byte[(int) type.byteCount()]);
    for (long i = 0; i < type.elementCount(); i++) {
      Literal.put(bytes, F32, i, low + (high - low) * random.nextDouble());
    }
    return new Tensor(type, bytes);
  }

  private interface Judge {
    String complaint(dev.miser.ir.eval.Tensor found, dev.miser.ir.eval.Tensor expected);
  }

  private void agree(NodeModel model) throws IOException, OrtException {
    compare(
        model,
        (found, expected) -> {
          for (int i = 0; i < expected.type().elementCount(); i++) {
            if (!expected.type().element().isFloat()) {
              if (found.longs()[i] != expected.longs()[i]) {
                return i + " is " + found.longs()[i] + ", expected " + expected.longs()[i];
              }
            } else if (Math.abs(found.doubles()[i] - expected.doubles()[i])
                > 1e-6 * Math.abs(expected.doubles()[i])) {
              return i + " is " + found.doubles()[i] + ", expected " + expected.doubles()[i];
            }
          }
          return "";
        });
  }

  /** Means and deviations of 20,000 numbers are known to a few hundredths of a deviation. */
  private void agreeInSpread(NodeModel model) throws IOException, OrtException {
    compare(
        model,
        (found, expected) -> {
          double deviation = deviation(expected);
          boolean isClose =
              Math.abs(mean(found) - mean(expected)) < 0.05 * deviation
                  && Math.abs(deviation(found) - deviation) < 0.05 * deviation;
          return isClose
              ? ""
              : "mean "
                  + mean(found)
                  + ", expected "
                  + mean(expected)
                  + "; deviation "
                  + deviation(found)
                  + ", expected "
                  + deviation;
        });
  }

  private static double mean(dev.miser.ir.eval.Tensor tensor) {
    return java.util.Arrays.stream(tensor.doubles()).average().orElseThrow();
  }

  private static double deviation(dev.miser.ir.eval.Tensor tensor) {
    double mean = mean(tensor);
    return Math.sqrt(
        java.util.Arrays.stream(tensor.doubles())
            .map(x -> (x - mean) * (x - mean))
            .average()
            .orElseThrow());
  }

  private void compare(NodeModel model, Judge judge) throws IOException, OrtException {
    Path file = model.write(folder.resolve("model.onnx"));
    ImportedModel imported = OnnxImporter.read(file, ImportOptions.NONE);
    var found = KernelRun.run(imported.function(), imported.weights(), inputs);
    List<TensorType> types = imported.function().results().stream().map(Value::type).toList();
    Map<String, dev.miser.ir.eval.Tensor> given = new LinkedHashMap<>();
    inputs.forEach((name, tensor) ->
        given.put(name, dev.miser.ir.eval.Tensor.read(tensor.type(), tensor.bytes())));
    List<dev.miser.ir.eval.Tensor> expected;
    try (OnnxRuntime runtime = OnnxRuntime.load(file)) {
      expected = runtime.run(given, types);
    }
    assertTrue(expected.size() == found.size());
    for (int i = 0; i < found.size(); i++) {
      String complaint = judge.complaint(found.get(i), expected.get(i));
      if (!complaint.isEmpty()) {
        wrong.add(imported.function().body() + " output " + i + ": element " + complaint);
      }
    }
    inputs.clear();
  }
}
