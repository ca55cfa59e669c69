package dev.miser.onnx.graph;

import dev.miser.frontend.weights.Tensor;
import dev.miser.ir.diag.Place;
import dev.miser.ir.func.Instruction;
import dev.miser.ir.func.Parameter;
import dev.miser.ir.func.Range;
import dev.miser.ir.op.Constant;
import dev.miser.ir.op.Literal;
import dev.miser.ir.op.Op;
import dev.miser.ir.op.Reshape;
import dev.miser.ir.op.Value;
import dev.miser.ir.type.TensorType;
import dev.miser.onnx.proto.Onnx.SparseTensorProto;
import dev.miser.onnx.proto.Onnx.TensorProto;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A function while it grows out of a file's nodes. A value is an input, a weight, a constant or the
 * result of an instruction. An operation whose operands are constants is evaluated at once if its
 * result is small: so shape arithmetic ends here, whatever it consists of. Nothing is written into
 * the function before {@link #finish}, which takes only what its results need.
 */
public final class Graph {
  /** Floats of a node with more elements are weights: kept in a file, not in the text. */
  private static final long CONSTANT_ELEMENTS = 256;

  /** Unrolled loops and recurrences end here: far above any model, far below the heap. */
  private static final int MOST_INSTRUCTIONS = 200_000;

  private final TensorReader reader;
  private final SequencedMap<Value, Parameter> inputs = new LinkedHashMap<>();
  private final SequencedMap<Value, Tensor> weights = new LinkedHashMap<>();
  private final Map<Value, PackedElements> packed = new HashMap<>();
  private final Map<Literal, Value> constants = new HashMap<>();
  // By identity: the message is the same each time, and comparing its bytes would read them all.
  private final IdentityHashMap<TensorProto, Value> held = new IdentityHashMap<>();
  private final List<Instruction> body = new ArrayList<>();
  private final Map<Value, Op> definitions = new HashMap<>();
  private final KnownElements known = new KnownElements(weights, definitions);
  private final Names names = new Names();
  private String prefix = "x";
  private long draws;

  /**
   * @param reader reads the tensors that the file holds
   */
  public Graph(TensorReader reader) {
    this.reader = reader;
  }

  /** Keeps names that the file's author gave from being taken by what is made here. */
  void reserve(Collection<String> authored) {
    names.reserve(authored);
  }

  /** Adds an input of each step. */
  public Value input(String name, TensorType type) {
    Value value = new Value(names.authored(name), type);
    inputs.put(value, Parameter.input(value));
    return value;
  }

  /** Adds a weight: a parameter of the function if anything needs it. */
  public Value weight(String name, Tensor tensor) {
    Value value = new Value(names.authored(name), tensor.type());
    weights.put(value, tensor);
    return value;
  }

  /**
   * Adds a tensor of the file that a model's author may want to replace: floats become weights, all
   * else constants, which shapes are made of.
   *
   * @throws NodeFailure if it cannot be read
   */
  public Value initializer(TensorProto proto) {
    return packed(proto, tensor(proto.getName(), reader.read(proto), 0));
  }

  /**
   * Adds a tensor that a node or a body holds: small ones are constants whatever their type. One
   * that is met again, because its loop's body or its function is run again, is the same value.
   */
  public Value tensor(String name, TensorProto proto) {
    Value found = held.get(proto);
    if (found == null) {
      found = packed(proto, tensor(name, reader.read(proto), CONSTANT_ELEMENTS));
      held.put(proto, found);
    }
    return found;
  }

  private Value packed(TensorProto proto, Value value) {
    PackedElements found = PackedElements.find(proto.getDataType());
    if (found != null) {
      packed.put(value, found);
    }
    return value;
  }

  /** Returns what the elements of a tensor of the file were before they came apart, or null. */
  public @Nullable PackedElements packed(Value value) {
    return packed.get(value);
  }

  /** Adds a tensor that a node or file holds by its elements other than zero. */
  public Value tensor(String name, SparseTensorProto proto) {
    return tensor(name, reader.read(proto), CONSTANT_ELEMENTS);
  }

  /** Adds a tensor with at most so many floats as a constant, one with more as a weight. */
  public Value tensor(String name, Tensor tensor, long mostFloats) {
    TensorType type = tensor.type();
    boolean isConstant =
        type.element().isFloat()
            ? type.elementCount() <= mostFloats
            : type.elementCount() <= KnownElements.FOLDED_ELEMENTS;
    return isConstant ? constant(Literal.of(type, tensor.bytes()), name) : weight(name, tensor);
  }

  /** Adds elements that are known; equal ones share a value. */
  public Value constant(Literal literal) {
    return constants.computeIfAbsent(literal, l -> name(l, "const"));
  }

  /** Adds elements that are known, under a name. */
  public Value constant(Literal literal, String name) {
    return name(literal, name);
  }

  private Value name(Literal literal, String wanted) {
    Value value = new Value(names.unique(wanted), literal.type());
    known.put(value, literal);
    return value;
  }

  /** Names what is added from now on after the output of a node. */
  void begin(String output) {
    prefix = output;
  }

  /** Returns how much there is, for {@link #rename}. */
  int mark() {
    return body.size();
  }

  /**
   * Adds an instruction and returns its result.
   *
   * @throws dev.miser.ir.diag.RuleViolation if it breaks a rule of the operation
   */
  public Value add(Op op) {
    TensorType type = op.inferType();
    Literal folded = known.fold(op, type);
    if (folded != null) {
      return constant(folded);
    }
    if (body.size() >= MOST_INSTRUCTIONS) {
      throw new NodeFailure("the program would have more than %d instructions", MOST_INSTRUCTIONS);
    }
    Value result = new Value(names.unique(prefix + "." + op.mnemonic()), type);
    body.add(new Instruction(result, op, Place.NONE));
    definitions.put(result, op);
    return result;
  }

  /** Returns how many operators before this one asked: where one stands that draws numbers. */
  public long nextDraw() {
    return draws++;
  }

  /** Returns the elements of a value if they do not depend on inputs, or null. */
  public @Nullable Literal elements(Value value) {
    return known.elements(value);
  }

  /**
   * Returns the elements of a value that decides a shape, an axis or a count.
   *
   * @throws NodeFailure if they depend on inputs, naming these
   */
  public Literal require(String what, Value value) {
    Literal found = elements(value);
    if (found == null) {
      Set<String> origins = new LinkedHashSet<>();
      origins(value, origins, new HashSet<>());
      throw new NodeFailure(
          origins.isEmpty()
              ? "the elements of %s are too many to be computed at import"
              : "the elements of %s must be known at import, and depend on input '%s':"
                  + " fix them with --bind %s=VALUES",
          what,
          String.join("', '", origins),
          String.join("=VALUES --bind ", origins));
    }
    return found;
  }

  private void origins(Value value, Set<String> origins, Set<Value> seen) {
    var open = new ArrayDeque<Value>(List.of(value));
    while (!open.isEmpty()) {
      Value next = open.pop();
      if (!seen.add(next)) {
        continue;
      }
      if (inputs.containsKey(next)) {
        origins.add(next.name());
      }
      Op op = definitions.get(next);
      if (op != null) {
        op.operands().forEach(open::push);
      }
    }
  }

  /** Returns the operation that computes a value, or null if no instruction does. */
  public @Nullable Op definition(Value value) {
    return definitions.get(value);
  }

  /** Returns whether a value is a weight of the file. */
  public boolean isWeight(Value value) {
    return weights.containsKey(value);
  }

  /**
   * Gives results of instructions since {@code mark} other names, so that they are called as their
   * author called them. What is older keeps its name.
   *
   * @return the values that have another name now, by those they were
   */
  Map<Value, Value> rename(Map<Value, String> wanted, int mark) {
    Map<Value, Value> renamed = new HashMap<>();
    for (int i = mark; i < body.size() && !wanted.isEmpty(); i++) {
      Instruction old = body.get(i);
      Value result = old.result();
      String name = wanted.get(result);
      if (name != null && !name.equals(result.name())) {
        result = new Value(names.authored(name), result.type());
        names.free(old.result().name());
        renamed.put(old.result(), result);
      }
      if (!renamed.isEmpty()) {
        List<Value> operands = old.operands();
        List<Value> now = operands.stream().map(o -> renamed.getOrDefault(o, o)).toList();
        Op op = now.equals(operands) ? old.op() : old.op().withOperands(now);
        body.set(i, new Instruction(result, op, old.place()));
        definitions.remove(old.result());
        definitions.put(result, op);
      }
    }
    return renamed;
  }

  /** What is left of a graph: the function's parts and the weights that it needs. */
  public record Finished(
      List<Parameter> parameters,
      List<Instruction> body,
      List<Value> results,
      SequencedMap<String, Tensor> weights) {}

  /**
   * Returns what the results need, in order: inputs whether they are needed or not, with a range
   * where they become indices; weights, instructions, and constants right before the first
   * instruction that reads them.
   *
   * @param results the results, and the names they must have
   */
  public Finished finish(List<Value> results, List<String> resultNames) {
    List<Value> named = new ArrayList<>();
    for (int i = 0; i < results.size(); i++) {
      named.add(resultNamed(results.get(i), resultNames.get(i)));
    }
    Set<Value> needed = new HashSet<>(named);
    for (int i = body.size() - 1; i >= 0; i--) {
      if (needed.contains(body.get(i).result())) {
        needed.addAll(body.get(i).operands());
      }
    }
    List<Instruction> kept = new ArrayList<>();
    Set<Value> placed = new HashSet<>();
    for (Instruction instruction : body) {
      if (needed.contains(instruction.result())) {
        instruction.operands().forEach(operand -> place(operand, placed, kept));
        kept.add(instruction);
      }
    }
    named.forEach(result -> place(result, placed, kept));
    Map<Value, Range> ranges = IndexRanges.of(kept);
    List<Parameter> parameters = new ArrayList<>();
    inputs.forEach((value, input) -> {
      Range range = IndexRanges.drawn(ranges.get(value), value.type().element());
      parameters.add(new Parameter(input.role(), value, null, range, input.place()));
    });
    var used = new LinkedHashMap<String, Tensor>();
    weights.forEach((value, tensor) -> {
      if (needed.contains(value)) {
        parameters.add(Parameter.param(value, null));
        used.put(value.name(), tensor);
      }
    });
    return new Finished(parameters, kept, named, used);
  }

  private void place(Value value, Set<Value> placed, List<Instruction> kept) {
    Literal literal = known.constant(value);
    if (literal != null && placed.add(value)) {
      kept.add(new Instruction(value, new Constant(literal), Place.NONE));
    }
  }

  /** A result that is called otherwise, or is no instruction's, becomes a view of its own. */
  private Value resultNamed(Value value, String wanted) {
    if (value.name().equals(wanted)
        && (definitions.containsKey(value) || known.constant(value) != null)) {
      return value;
    }
    Value result = new Value(names.authored(wanted), value.type());
    Literal literal = known.constant(value);
    if (literal != null) {
      known.put(result, literal);
    } else {
      Op copy = new Reshape(value, value.type().shape());
      body.add(new Instruction(result, copy, Place.NONE));
      definitions.put(result, copy);
    }
    return result;
  }
}
