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
import dev.miser.ir.op.ArgReduce;
import dev.miser.ir.op.Convert;
import dev.miser.ir.op.Op;
import dev.miser.ir.op.Reduce;
import dev.miser.ir.op.Value;
import dev.miser.ir.type.ElementType;
import dev.miser.ir.type.TensorType;
import dev.miser.onnx.export.OnnxExporter;
import dev.miser.testmodels.property.InstructionBound;
import dev.miser.testmodels.property.OperationTypes;
import dev.miser.testmodels.property.OperationTypes.Case;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Every operation at every element type that it admits, exported, run by ONNX Runtime and compared
 * with the reference evaluator. What it has no kernel for is named.
 */
class ExportedOperationsTest {
  /** What has no meaning in ONNX: see {@code Refusals}. */
  private static final Set<String> REFUSED =
      Set.of("pack_panels", "unpack_panels", "random_bits", "random_normal", "random_uniform");

  /** Legal ONNX that ONNX Runtime has no kernel for on a processor: functions of f64. */
  private static final List<String> WITHOUT_KERNEL =
      List.of(
          "acos[f64] -> f64",
          "acosh[f64] -> f64",
          "asin[f64] -> f64",
          "asinh[f64] -> f64",
          "atan[f64] -> f64",
          "atan2[f64, f64] -> f64",
          "atanh[f64] -> f64",
          "convolution[f64, f64] -> f64",
          "cosh[f64] -> f64",
          "erf[f64] -> f64",
          "gelu[f64] -> f64",
          "sinh[f64] -> f64",
          "softplus[f64] -> f64",
          "tan[f64] -> f64",
          "transposed_convolution[f64, f64] -> f64");

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
    var complaints = new ArrayList<String>();
    for (Case one : OperationTypes.all().values()) {
      String mnemonic = one.instruction().op().mnemonic();
      try {
        String complaint = complaint(withoutOpenQuestions(one));
        if (complaint != null) {
          complaints.add(one.name() + " " + complaint);
        }
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
    assertEquals(List.of(), complaints);
    assertEquals(REFUSED, refused);
    var named = new ArrayList<String>();
    missing.forEach((mnemonic, types) -> types.forEach(t -> named.add(mnemonic + t)));
    assertEquals(WITHOUT_KERNEL, named);
  }

  /** Where NaN stands among numbers ONNX leaves open, and ONNX Runtime does as it goes. */
  private static Case withoutOpenQuestions(Case one) {
    boolean isOpen =
        switch (one.instruction().op()) {
          case Reduce reduce ->
              reduce.kind() == Reduce.Kind.REDUCE_MAX || reduce.kind() == Reduce.Kind.REDUCE_MIN;
          case ArgReduce reduce -> true;
          case Op other -> false; // all others are compared as they are
        };
    List<Tensor> operands = one.operands();
    return isOpen
        ? new Case(
            one.name(),
            one.instruction(),
            operands.stream().map(ExportedOperationsTest::withoutNan).toList())
        : one;
  }

  private static Tensor withoutNan(Tensor tensor) {
    return tensor.type().element().isFloat()
        ? Tensor.ofDoubles(
            tensor.type(),
            Arrays.stream(tensor.doubles()).map(x -> Double.isNaN(x) ? 7 : x).toArray())
        : tensor;
  }

  private @Nullable String complaint(Case one) throws OrtException {
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
      return InstructionBound.complaint(one.instruction(), one.operands(), expected, found);
    }
  }
}
