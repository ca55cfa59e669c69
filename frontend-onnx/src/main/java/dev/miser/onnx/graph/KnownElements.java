package dev.miser.onnx.graph;

import dev.miser.frontend.weights.Tensor;
import dev.miser.ir.diag.Place;
import dev.miser.ir.eval.EvaluationException;
import dev.miser.ir.eval.Precision;
import dev.miser.ir.eval.Reference;
import dev.miser.ir.func.Instruction;
import dev.miser.ir.op.Broadcast;
import dev.miser.ir.op.Elementwise;
import dev.miser.ir.op.Indexing;
import dev.miser.ir.op.Layout;
import dev.miser.ir.op.Literal;
import dev.miser.ir.op.Op;
import dev.miser.ir.op.Reshape;
import dev.miser.ir.op.Source;
import dev.miser.ir.op.Transpose;
import dev.miser.ir.op.Value;
import dev.miser.ir.type.TensorType;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The elements that are known while a graph is imported: those of constants, and what can be
 * computed from constants and weights. One import does so much work for it and keeps so many bytes,
 * far more than shape arithmetic needs; what is beyond is left to the program.
 */
final class KnownElements {
  /** Results with more elements are left to the program, whose init computes them once. */
  static final long FOLDED_ELEMENTS = 4096;

  /** What shape arithmetic may take when somebody must know its result. */
  private static final long KNOWN_ELEMENTS = 1 << 22;

  private static final int KNOWN_DEPTH = 500;

  /** Elements read and written, and products: about a second of the reference evaluator. */
  private static final long MOST_WORK = 1L << 27;

  private static final long MOST_BYTES = 256L << 20;

  private final Map<Value, Tensor> weights;
  private final Map<Value, Op> definitions;
  private final Map<Value, Literal> known = new HashMap<>();
  private final Map<Value, Literal> computed = new HashMap<>();
  private double work = MOST_WORK;
  private long bytes = MOST_BYTES;

  /**
   * @param weights the weights of the graph, as they come to be
   * @param definitions the operations of its instructions, as they come to be
   */
  KnownElements(Map<Value, Tensor> weights, Map<Value, Op> definitions) {
    this.weights = weights;
    this.definitions = definitions;
  }

  /** Says what a value holds. */
  void put(Value value, Literal literal) {
    known.put(value, literal);
  }

  /** Returns the elements of a constant, or null if a value is none. */
  @Nullable Literal constant(Value value) {
    return known.get(value);
  }

  /** Evaluates an operation over constants, if its result is small or one element tells it all. */
  @Nullable Literal fold(Op op, TensorType type) {
    List<Literal> operands = new ArrayList<>();
    for (Value operand : op.operands()) {
      Literal literal = known.get(operand);
      if (literal == null) {
        return null;
      }
      operands.add(literal);
    }
    // Of one element an empty tensor may be made: then there is none to repeat.
    boolean isRepeated = operands.size() == 1 && operands.getFirst().isSplat() && isMove(op);
    if (isRepeated && type.elementCount() > 0) {
      return operands.getFirst().withType(type);
    }
    boolean small = type.elementCount() <= FOLDED_ELEMENTS;
    for (Literal operand : operands) {
      small &= operand.type().elementCount() <= KNOWN_ELEMENTS;
    }
    return small ? evaluate(op, type, operands) : null;
  }

  private static boolean isMove(Op op) {
    return op instanceof Broadcast || op instanceof Reshape || op instanceof Transpose;
  }

  /** Returns the elements of a value if they do not depend on inputs, or null. */
  @Nullable Literal elements(Value value) {
    return elements(value, 0);
  }

  private @Nullable Literal elements(Value value, int depth) {
    Literal literal = known.getOrDefault(value, computed.get(value));
    if (literal != null) {
      return literal;
    }
    if (value.type().elementCount() > KNOWN_ELEMENTS || depth > KNOWN_DEPTH) {
      return null;
    }
    Tensor weight = weights.get(value);
    if (weight != null) {
      return kept(value, takes((double) weight.type().byteCount()) ? literal(weight) : null);
    }
    Op op = definitions.get(value);
    if (op == null) {
      return null;
    }
    List<Literal> operands = new ArrayList<>();
    for (Value operand : op.operands()) {
      Literal found = elements(operand, depth + 1);
      if (found == null) {
        return null;
      }
      operands.add(found);
    }
    return kept(value, evaluate(op, value.type(), operands));
  }

  private static Literal literal(Tensor weight) {
    return Literal.of(weight.type(), weight.bytes());
  }

  private @Nullable Literal kept(Value value, @Nullable Literal result) {
    if (result != null) {
      computed.put(value, result);
    }
    return result;
  }

  private @Nullable Literal evaluate(Op op, TensorType type, List<Literal> literals) {
    if (type.byteCount() > bytes || !takes(work(op, type, literals))) {
      return null;
    }
    Map<Value, dev.miser.ir.eval.Tensor> elements = new HashMap<>();
    List<Value> operands = op.operands();
    for (int i = 0; i < operands.size(); i++) {
      elements.put(operands.get(i), dev.miser.ir.eval.Tensor.of(literals.get(i)));
    }
    var instruction = new Instruction(new Value("known", type), op, Place.NONE);
    try {
      Literal result = Reference.evaluate(instruction, elements, Precision.DECLARED).toLiteral();
      bytes -= result.bytes().byteSize();
      return result;
    } catch (EvaluationException failsAtRunTime) {
      // An index out of range, a division by zero: a failure of the step, not of the import.
      return null;
    }
  }

  private boolean takes(double more) {
    if (more > work) {
      return false;
    }
    work -= more;
    return true;
  }

  /** Returns a bound on what the reference evaluator does: of a product, every pair of elements. */
  private static double work(Op op, TensorType type, List<Literal> operands) {
    double result = type.elementCount();
    double sum = result;
    double largest = 1;
    for (Literal operand : operands) {
      sum += operand.type().elementCount();
      largest = Math.max(largest, (double) operand.type().elementCount());
    }
    boolean isLinear =
        op instanceof Elementwise
            || op instanceof Layout
            || op instanceof Source
            || op instanceof Indexing;
    return isLinear ? sum : Math.max(sum, result * largest);
  }
}
