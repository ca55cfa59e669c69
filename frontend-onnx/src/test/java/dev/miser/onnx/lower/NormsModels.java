package dev.miser.onnx.lower;

import com.google.protobuf.ByteString;
import dev.miser.frontend.weights.Tensor;
import dev.miser.ir.diag.DiagnosticException;
import dev.miser.ir.eval.Inputs;
import dev.miser.ir.eval.Precision;
import dev.miser.ir.eval.Reference;
import dev.miser.ir.op.Literal;
import dev.miser.ir.type.ElementType;
import dev.miser.ir.type.TensorType;
import dev.miser.onnx.ImportOptions;
import dev.miser.onnx.ImportedModel;
import dev.miser.onnx.OnnxImporter;
import dev.miser.onnx.graph.DataTypes;
import dev.miser.onnx.proto.Onnx.AttributeProto;
import dev.miser.onnx.proto.Onnx.FunctionProto;
import dev.miser.onnx.proto.Onnx.GraphProto;
import dev.miser.onnx.proto.Onnx.ModelProto;
import dev.miser.onnx.proto.Onnx.NodeProto;
import dev.miser.onnx.proto.Onnx.OperatorSetIdProto;
import dev.miser.onnx.proto.Onnx.TensorProto;
import dev.miser.onnx.proto.Onnx.TensorShapeProto;
import dev.miser.onnx.proto.Onnx.TypeProto;
import dev.miser.onnx.proto.Onnx.ValueInfoProto;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A model of a few nodes: written to a file, imported, and evaluated. */
final class NormsModels {
  private final ModelProto.Builder model = ModelProto.newBuilder().setIrVersion(10);
  private final GraphProto.Builder graph = GraphProto.newBuilder().setName("g");
  private final Map<String, Tensor> inputs = new LinkedHashMap<>();

  private NormsModels() {}

  /** Begins a model that speaks a version of ONNX's own operator set, and the one of training. */
  static NormsModels opset(long version) {
    NormsModels models = new NormsModels();
    models.model.addOpsetImport(OperatorSetIdProto.newBuilder().setVersion(version));
    models.model.addOpsetImport(
        OperatorSetIdProto.newBuilder().setDomain("ai.onnx.preview.training").setVersion(1));
    return models;
  }

  /** Adds an input of each step: nothing that depends on it is known at import. */
  NormsModels input(String name, Tensor tensor) {
    inputs.put(name, tensor);
    var shape = TensorShapeProto.newBuilder();
    for (long dim : tensor.type().shape().dims()) {
      shape.addDim(TensorShapeProto.Dimension.newBuilder().setDimValue(dim));
    }
    var type =
        TypeProto.Tensor.newBuilder()
            .setElemType(DataTypes.number(tensor.type().element()).getNumber())
            .setShape(shape);
    graph.addInput(
        ValueInfoProto.newBuilder()
            .setName(name)
            .setType(TypeProto.newBuilder().setTensorType(type)));
    return this;
  }

  /** Adds elements that are known at import. */
  NormsModels constant(String name, Tensor tensor) {
    graph.addInitializer(
        TensorProto.newBuilder()
            .setName(name)
            .setDataType(DataTypes.number(tensor.type().element()).getNumber())
            .addAllDims(tensor.type().shape().dims())
            .setRawData(ByteString.copyFrom(tensor.bytes().asByteBuffer())));
    return this;
  }

  /** Adds elements that are known at import, stored as they are here. */
  NormsModels constant(String name, TensorProto.Builder stored) {
    graph.addInitializer(stored.setName(name));
    return this;
  }

  /** Adds a function that nodes may call. */
  NormsModels function(FunctionProto.Builder function) {
    model.addFunctions(function);
    return this;
  }

  /** Adds a node. */
  NormsModels node(NodeProto node) {
    graph.addNode(node);
    return this;
  }

  /** Adds a node; names are separated by blanks, {@code -} stands for one that is left out. */
  NormsModels node(String operator, String from, String to, AttributeProto... attributes) {
    int colons = operator.indexOf("::");
    graph.addNode(
        NodeProto.newBuilder()
            .setDomain(colons < 0 ? "" : operator.substring(0, colons))
            .setOpType(colons < 0 ? operator : operator.substring(colons + 2))
            .addAllInput(names(from))
            .addAllOutput(names(to))
            .addAllAttribute(Arrays.asList(attributes)));
    return this;
  }

  private static List<String> names(String text) {
    return RecurrentModels.names(text);
  }

  /** Imports the model with these results. */
  ImportedModel imported(String results) {
    var all = graph.clone();
    names(results).forEach(name -> all.addOutput(ValueInfoProto.newBuilder().setName(name)));
    try {
      Path file = Files.createTempFile("norms", ".onnx");
      try {
        Files.write(file, model.clone().setGraph(all).build().toByteArray());
        return OnnxImporter.read(file, ImportOptions.NONE);
      } finally {
        Files.delete(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Returns what the importer refuses the model with. */
  String refusal(String results) {
    try {
      imported(results);
    } catch (DiagnosticException refused) {
      return String.valueOf(refused.getMessage());
    }
    throw new AssertionError("it was imported");
  }

  /** Imports and evaluates the model. */
  List<dev.miser.ir.eval.Tensor> run(String results) {
    ImportedModel imported = imported(results);
    Inputs elements =
        parameter -> {
          String name = parameter.value().name();
          Tensor found = inputs.getOrDefault(name, imported.weights().tensors().get(name));
          if (found == null) {
            throw new AssertionError("no elements for " + name);
          }
          return dev.miser.ir.eval.Tensor.read(found.type(), found.bytes());
        };
    return Reference.evaluate(imported.function(), elements, Precision.DECLARED).results();
  }

  /** Imports and evaluates the model; returns one result as text, its type and its elements. */
  String printed(String result) {
    return run(result).getFirst().toLiteral().toString();
  }

  static Tensor floats(TensorType type, double... elements) {
    MemorySegment bytes = MemorySegment.ofArray(new byte[(int) type.byteCount()]);
    for (int i = 0; i < elements.length; i++) {
      Literal.put(bytes, type.element(), i, elements[i]);
    }
    return new Tensor(type, bytes);
  }

  static Tensor integers(TensorType type, long... elements) {
    MemorySegment bytes = MemorySegment.ofArray(new byte[(int) type.byteCount()]);
    for (int i = 0; i < elements.length; i++) {
      Literal.put(bytes, type.element(), i, elements[i]);
    }
    return new Tensor(type, bytes);
  }

  /** Returns f32 elements. */
  static Tensor f32(List<Long> dims, double... elements) {
    long[] sizes = dims.stream().mapToLong(Long::longValue).toArray();
    return floats(TensorType.of(ElementType.F32, sizes), elements);
  }

  static Tensor scalar(long number) {
    return integers(TensorType.of(ElementType.I64), number);
  }

  static AttributeProto integer(String name, long number) {
    return AttributeProto.newBuilder()
        .setName(name)
        .setType(AttributeProto.AttributeType.INT)
        .setI(number)
        .build();
  }

  static AttributeProto list(String name, Long... numbers) {
    return AttributeProto.newBuilder()
        .setName(name)
        .setType(AttributeProto.AttributeType.INTS)
        .addAllInts(Arrays.asList(numbers))
        .build();
  }

  static AttributeProto number(String name, double number) {
    return AttributeProto.newBuilder()
        .setName(name)
        .setType(AttributeProto.AttributeType.FLOAT)
        .setF((float) number)
        .build();
  }

  static AttributeProto text(String name, String text) {
    return AttributeProto.newBuilder()
        .setName(name)
        .setType(AttributeProto.AttributeType.STRING)
        .setS(ByteString.copyFromUtf8(text))
        .build();
  }

  /** Returns numbers in [-1, 1) that look random and are always the same. */
  static double[] numbers(int count, int seed) {
    double[] numbers = new double[count];
    Arrays.setAll(numbers, i -> (float) ((i + 1) * 0.6180339887 * (seed + 1) % 1 * 2 - 1));
    return numbers;
  }
}
