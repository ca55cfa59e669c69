package dev.miser.testmodels.export;

import static org.junit.jupiter.api.Assertions.assertEquals;

import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtException.OrtErrorCode;
import dev.miser.frontend.weights.WeightSource;
import dev.miser.ir.diag.Code;
import dev.miser.ir.diag.DiagnosticException;
import dev.miser.ir.eval.Precision;
import dev.miser.ir.eval.Reference;
import dev.miser.ir.eval.Tensor;
import dev.miser.ir.func.Function;
import dev.miser.ir.func.FunctionBuilder;
import dev.miser.ir.op.Convert;
import dev.miser.ir.op.Value;
import dev.miser.ir.type.ElementType;
import dev.miser.ir.type.TensorType;
import dev.miser.onnx.export.OnnxExporter;
import dev.miser.testmodels.property.InstructionBound;
import dev.miser.testmodels.property.OperationTypes;
import dev.miser.testmodels.property.OperationTypes.Case;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Every operation at every element type that it admits, exported, run by ONNX Runtime and compared
 * with the reference evaluator. What it has no kernel for is listed in {@code missing-kernels.txt}.
 */
class ExportedOperationsTest {
  @TempDir Path folder;

  /** A case as a function whose inputs and result have types that Java can hand over. */
  private record Exported(Function function, Map<String, Tensor> inputs, TensorType result) {
    static Exported of(Case one) {
      var builder = new FunctionBuilder("case");
      var operands = new ArrayList<Value>();
      var inputs = new LinkedHashMap<String, Tensor>();
      for (Tensor tensor : one.operands()) {
        TensorType type = tensor.type();
        boolean fits = OnnxRuntime.javaType(type.element()) != null;
        Tensor given = fits ? tensor : Tensor.ofLongs(wide(type), tensor.longs());
        Value input = builder.input("operand" + operands.size(), given.type());
        inputs.put(input.name(), given);
        operands.add(fits ? input : builder.add("narrow", new Convert(input, type.element())));
      }
      Value found = builder.add("found", one.instruction().op().withOperands(operands));
      boolean fits = OnnxRuntime.javaType(found.type().element()) != null;
      Value result = fits ? found : builder.add("wide", new Convert(found, ElementType.I64));
      return new Exported(builder.returns(result).build(), inputs, found.type());
    }

    private static TensorType wide(TensorType type) {
      return type.withElement(ElementType.I64);
    }
  }

  @Test
  void everyOperationDoesInOnnxAsTheReferenceDoes() throws IOException {
    var missing = new TreeMap<String, TreeSet<String>>();
    var refused = new TreeSet<String>();
    var compared = new TreeSet<String>();
    var complaints = new ArrayList<String>();
    for (Case one : OperationTypes.all().values()) {
      String mnemonic = one.instruction().op().mnemonic();
      try {
        complaints.addAll(complaints(one));
        compared.add(mnemonic);
      } catch (DiagnosticException refusal) {
        assertEquals(Code.ONNX_EXPORT, refusal.diagnostics().getFirst().code());
        refused.add(mnemonic);
      } catch (OrtException e) {
        if (e.getCode() == OrtErrorCode.ORT_NOT_IMPLEMENTED) {
          String types = one.name().substring(mnemonic.length());
          missing.computeIfAbsent(mnemonic, m -> new TreeSet<>()).add(types);
        } else {
          complaints.add(one.name() + ": " + e.getMessage());
        }
      }
    }
    StringBuilder text = new StringBuilder();
    missing.forEach(
        (mnemonic, types) -> text.append(mnemonic).append(' ').append(types).append('\n'));
    Files.writeString(Path.of("target/missing-kernels.txt"), text);
    Files.write(Path.of("target/export-complaints.txt"), complaints);
    System.out.println(refused + " " + compared);
    assertEquals(List.of(), complaints);
  }

  private List<String> complaints(Case one) throws OrtException {
    Exported exported = Exported.of(one);
    Path file = folder.resolve("case.onnx");
    OnnxExporter.write(
        exported.function(), WeightSource.seeded(exported.function().parameters(), 0), file);
    Map<Value, Tensor> operands = new HashMap<>();
    for (int i = 0; i < one.operands().size(); i++) {
      operands.put(one.instruction().operands().get(i), one.operands().get(i));
    }
    Tensor expected = Reference.evaluate(one.instruction(), operands, Precision.DECLARED);
    Value result = exported.function().results().getFirst();
    try (OnnxRuntime runtime = OnnxRuntime.load(file)) {
      Tensor found = runtime.run(exported.inputs(), List.of(result.type())).getFirst();
      if (!result.type().equals(exported.result())) {
        found = Tensor.ofLongs(exported.result(), found.longs());
      }
      String complaint =
          InstructionBound.complaint(one.instruction(), one.operands(), expected, found);
      return complaint == null ? List.of() : List.of(one.name() + " " + complaint);
    }
  }
}
