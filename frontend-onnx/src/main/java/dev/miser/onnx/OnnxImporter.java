package dev.miser.onnx;

import dev.miser.frontend.weights.NamedTensors;
import dev.miser.frontend.weights.Tensor;
import dev.miser.ir.diag.Code;
import dev.miser.ir.diag.Diagnostic;
import dev.miser.ir.diag.DiagnosticException;
import dev.miser.ir.diag.Place;
import dev.miser.ir.func.Function;
import dev.miser.ir.func.Instruction;
import dev.miser.ir.func.Parameter;
import dev.miser.ir.op.Binary;
import dev.miser.ir.op.Op;
import dev.miser.ir.op.Unary;
import dev.miser.ir.op.Value;
import dev.miser.ir.type.ElementType;
import dev.miser.ir.type.Shape;
import dev.miser.ir.type.TensorType;
import dev.miser.onnx.proto.Onnx;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Reads ONNX models. */
public final class OnnxImporter {
  private OnnxImporter() {}

  /** Returns whether a file is an ONNX model by its name. */
  public static boolean isModel(Path file) {
    return file.toString().endsWith(".onnx");
  }

  /**
   * Reads a model.
   *
   * @throws DiagnosticException with everything that is wrong
   */
  public static ImportedModel read(Path file, ImportOptions options) {
    try {
      Onnx.ModelProto model = Onnx.ModelProto.parseFrom(Files.readAllBytes(file));
      Map<String, Value> values = new HashMap<>();
      List<Parameter> parameters = new ArrayList<>();
      var weights = new LinkedHashMap<String, Tensor>();
      for (Onnx.ValueInfoProto input : model.getGraph().getInputList()) {
        List<Long> dims =
            input.getType().getTensorType().getShape().getDimList().stream()
                .map(dim -> dim.getDimValue())
                .toList();
        dims = options.shapes().getOrDefault(input.getName(), dims);
        var value = new Value(input.getName(), new TensorType(ElementType.F32, new Shape(dims)));
        values.put(value.name(), value);
        parameters.add(Parameter.input(value));
      }
      for (Onnx.TensorProto tensor : model.getGraph().getInitializerList()) {
        var type = new TensorType(ElementType.F32, new Shape(tensor.getDimsList()));
        var value = new Value(tensor.getName(), type);
        values.put(value.name(), value);
        parameters.add(Parameter.param(value, null));
        MemorySegment bytes = MemorySegment.ofArray(tensor.getRawData().toByteArray());
        weights.put(value.name(), new Tensor(type, bytes));
      }
      List<Instruction> body = new ArrayList<>();
      for (Onnx.NodeProto node : model.getGraph().getNodeList()) {
        List<Value> in = node.getInputList().stream().map(values::get).toList();
        Op op =
            node.getOpType().equals("Relu")
                ? new Unary(Unary.Kind.RELU, in.get(0))
                : new Binary(Binary.Kind.ADD, in.get(0), in.get(1));
        var result = new Value(node.getOutput(0), op.inferType());
        values.put(result.name(), result);
        body.add(new Instruction(result, op, Place.NONE));
      }
      List<Value> results =
          model.getGraph().getOutputList().stream().map(o -> values.get(o.getName())).toList();
      var function =
          new Function(
              model.getGraph().getName(), parameters, body, results, List.of(), Place.NONE);
      return new ImportedModel(
          function,
          new NamedTensors(weights, file.toString(), NamedTensors.identityOf(file)),
          new Origin(
              model.getProducerName(),
              model.getIrVersion(),
              String.valueOf(model.getOpsetImport(0).getVersion())));
    } catch (IOException e) {
      throw new DiagnosticException(
          Diagnostic.error(Code.FILE_UNREADABLE, Place.NONE, file, String.valueOf(e)));
    }
  }
}
