package dev.miser.onnx.export;

import dev.miser.ir.eval.Precision;
import dev.miser.ir.eval.Reference;
import dev.miser.ir.eval.Tensor;
import dev.miser.ir.func.Instruction;
import dev.miser.ir.op.Attention;
import dev.miser.ir.op.Bitcast;
import dev.miser.ir.op.Contraction;
import dev.miser.ir.op.Elementwise;
import dev.miser.ir.op.Indexing;
import dev.miser.ir.op.Layout;
import dev.miser.ir.op.Literal;
import dev.miser.ir.op.Normalization;
import dev.miser.ir.op.Op;
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
      case Elementwise op -> define(result, name, computed(op));
      case Indexing op -> define(result, name, computed(op));
      case Contraction op -> define(result, name, computed(op));
      case Reduction op -> define(result, name, computed(op));
      case Ordering op -> define(result, name, computed(op));
      case Windowed op -> define(result, name, computed(op));
      case Normalization op -> define(result, name, computed(op));
      case Attention op -> define(result, name, computed(op));
    }
  }

  private void define(Value result, String name, Value found) {
    Value converted = formula.cast(found, result.type().element());
    if (!converted.type().equals(result.type())) {
      throw new IllegalStateException(result + " became " + found.type());
    }
    operands.define(result, graph.named(converted, name));
  }

  /**
   * A third of ONNX's operators have no bfloat16, and runtimes have few that do: it is computed in
   * f32 and rounded once an instruction.
   */
  private Value computed(Op given) {
    // Bits read as another type must be those of the declared one.
    Op op =
        given instanceof Bitcast
            ? given
            : given.withOperands(given.operands().stream().map(operands::withoutBfloat16).toList());
    return switch (op) {
      case Elementwise elementwise -> elementwise(elementwise);
      case Indexing indexing -> new IndexingNodes(graph, formula, operands).of(indexing);
      case Contraction contraction ->
          new ContractionNodes(graph, formula, operands).of(contraction);
      case Reduction reduction -> new ReductionNodes(graph, formula).of(reduction, operands);
      case Ordering ordering -> new OrderingNodes(graph, formula).of(ordering, operands);
      case Windowed windowed -> new PoolNodes(graph, formula).of(windowed, operands);
      case Normalization normalization ->
          new NormalizationNodes(graph, formula, operands).of(normalization);
      case Attention attention -> new AttentionNodes(graph, formula, operands).of(attention);
      case Source source -> throw new IllegalArgumentException("computes nothing: " + source);
      case Layout layout -> throw new IllegalArgumentException("computes nothing: " + layout);
    };
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
