package dev.miser.onnx.export;

import dev.miser.ir.eval.Precision;
import dev.miser.ir.eval.Reference;
import dev.miser.ir.eval.Tensor;
import dev.miser.ir.func.Instruction;
import dev.miser.ir.op.Attention;
import dev.miser.ir.op.Contraction;
import dev.miser.ir.op.Elementwise;
import dev.miser.ir.op.Indexing;
import dev.miser.ir.op.Layout;
import dev.miser.ir.op.Literal;
import dev.miser.ir.op.Normalization;
import dev.miser.ir.op.Ordering;
import dev.miser.ir.op.Reduction;
import dev.miser.ir.op.Source;
import dev.miser.ir.op.Value;
import dev.miser.ir.op.Windowed;
import dev.miser.ir.type.TensorType;
import java.lang.foreign.MemorySegment;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Instructions as ONNX nodes, one after the other. */
record Lowering(GraphDraft graph, Formula formula, Operands operands) {
  static Lowering into(GraphDraft graph) {
    var formula = new Formula(graph);
    return new Lowering(graph, formula, new Operands(formula));
  }

  /**
   * Adds the nodes of an instruction that {@link Refusals} does not refuse.
   *
   * @param name the name its value has in the graph, taken already
   */
  void add(Instruction instruction, String name) {
    graph.begin(name);
    Value result = instruction.result();
    if (hasConstantResult(instruction)) {
      operands.define(result, graph.constant(constantResult(instruction)));
      return;
    }
    switch (instruction.op()) {
      case Source source -> new SourceNodes(graph, formula, operands).add(source, result);
      case Layout layout -> new LayoutNodes(graph, formula, operands).add(layout, result, name);
      case Elementwise elementwise -> define(result, name, elementwise(elementwise));
      case Indexing indexing ->
          define(result, name, new IndexingNodes(graph, formula, operands).of(indexing));
      case Contraction contraction ->
          define(result, name, new ContractionNodes(graph, formula, operands).of(contraction));
      case Reduction reduction ->
          define(result, name, new ReductionNodes(graph, formula).of(reduction, operands));
      case Ordering ordering ->
          define(result, name, new OrderingNodes(graph, formula).of(ordering, operands));
      case Windowed windowed ->
          define(result, name, new PoolNodes(graph, formula).of(windowed, operands));
      case Normalization normalization ->
          define(result, name, new NormalizationNodes(graph, formula, operands).of(normalization));
      case Attention attention ->
          define(result, name, new AttentionNodes(graph, formula, operands).of(attention));
    }
  }

  private void define(Value result, String name, Value found) {
    if (!found.type().equals(result.type())) {
      throw new IllegalStateException(result + " became " + found.type());
    }
    operands.define(result, graph.named(found, name));
  }

  private Value elementwise(Elementwise elementwise) {
    List<Value> in = operands.stretching(elementwise.operands());
    Value out = new ElementwiseNodes(graph, formula).of(elementwise, in);
    return formula.expand(out, elementwise.inferType().shape());
  }

  /**
   * Without elements nothing depends on what is given: operators need not know how to handle such
   * operands.
   */
  private static boolean hasConstantResult(Instruction instruction) {
    List<Value> given = instruction.operands();
    return instruction.type().elementCount() == 0
        || (!given.isEmpty() && given.stream().allMatch(v -> v.type().elementCount() == 0));
  }

  private static Literal constantResult(Instruction instruction) {
    TensorType type = instruction.type();
    if (type.elementCount() == 0) {
      return Literal.of(type, MemorySegment.ofArray(new byte[0]));
    }
    Map<Value, Tensor> given = new HashMap<>();
    for (Value operand : instruction.operands()) {
      given.put(operand, Tensor.read(operand.type(), MemorySegment.ofArray(new byte[0])));
    }
    return Reference.evaluate(instruction, given, Precision.DECLARED).toLiteral();
  }
}
