package dev.miser.onnx.export;

import dev.miser.frontend.weights.WeightSource;
import dev.miser.ir.diag.Diagnostic;
import dev.miser.ir.diag.DiagnosticException;
import dev.miser.ir.func.Function;
import dev.miser.ir.func.Instruction;
import dev.miser.ir.func.Parameter;
import dev.miser.ir.func.StateUpdate;
import dev.miser.ir.op.Bitcast;
import dev.miser.ir.op.Value;
import dev.miser.ir.type.TensorType;
import dev.miser.onnx.graph.DataTypes;
import dev.miser.onnx.proto.Onnx.GraphProto;
import dev.miser.onnx.proto.Onnx.ModelProto;
import dev.miser.onnx.proto.Onnx.NodeProto;
import dev.miser.onnx.proto.Onnx.OperatorSetIdProto;
import dev.miser.onnx.proto.Onnx.StringStringEntryProto;
import dev.miser.onnx.proto.Onnx.TensorShapeProto;
import dev.miser.onnx.proto.Onnx.TypeProto;
import dev.miser.onnx.proto.Onnx.ValueInfoProto;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Writes functions as ONNX models of operator set 21, or 26 where bits are read as another type.
 *
 * <p>Inputs are the graph's inputs, parameters its initializers, and results its outputs, all under
 * their names; an output whose name is taken, by an input or by the same value returned before, has
 * a number behind it. ONNX has no state: a state is an input, and an output {@code <state>.next}
 * that the caller hands in again; its first value is an initializer {@code <state>.first} that no
 * node reads, and the model's metadata has an entry {@code miser.state.<state>} with the name of
 * the output.
 *
 * <p>What runs of an exported model may do otherwise is what ONNX leaves open: a division of
 * integers by zero and an index out of range need not fail, negative indices count from the end,
 * the order of updates that set one place is open, as are the sign of a zero that is the smaller or
 * larger of two, and where NaN stands among numbers that are sorted, pooled or reduced.
 */
public final class OnnxExporter {
  /**
   * A version of ONNX.
   *
   * @param operators the version of its operators
   * @param format the version of the format in which these were published
   */
  private record Version(int operators, int format) {}

  /** What models are written in: new enough to be short, old enough to be read everywhere. */
  private static final Version USUAL = new Version(21, 10);

  /** The first version in which bits can be read as another type. */
  private static final Version WITH_BITCAST = new Version(26, 13);

  private final Function function;
  private final WeightSource weights;
  private final GraphDraft draft = new GraphDraft();
  private final Lowering lowering = Lowering.into(draft);
  private final Map<Value, String> names = new HashMap<>();
  private final GraphProto.Builder graph = GraphProto.newBuilder();
  private final List<Initializer> initializers = new ArrayList<>();
  private final List<NodeProto> copies = new ArrayList<>();
  private final List<StringStringEntryProto> metadata = new ArrayList<>();

  private OnnxExporter(Function function, WeightSource weights) {
    this.function = function;
    this.weights = weights;
  }

  /**
   * Writes a legal function with its weights; above 1 GiB these lie in a second file, {@code
   * <file>.data}. Each file appears whole or not at all.
   *
   * @throws DiagnosticException naming every instruction that has no meaning in ONNX; or if a file
   *     cannot be written
   */
  public static void write(Function function, WeightSource weights, Path file) {
    write(function, weights, file, ModelFile.MOST_INSIDE);
  }

  /** Writes a function; tensors of more than {@code mostInside} bytes together lie beside. */
  static void write(Function function, WeightSource weights, Path file, long mostInside) {
    List<Diagnostic> refusals = Refusals.of(function);
    if (!refusals.isEmpty()) {
      throw new DiagnosticException(refusals);
    }
    new OnnxExporter(function, weights).model().write(file, mostInside);
  }

  private ModelFile model() {
    // Names of the function come first: what we add has to differ.
    function.parameters().forEach(parameter -> take(parameter.value()));
    function.body().forEach(instruction -> take(instruction.result()));
    function.parameters().forEach(this::add);
    for (Instruction instruction : function.body()) {
      lowering.add(instruction, nameOf(instruction.result()));
    }
    addOutputs();
    List<NodeProto> nodes = new ArrayList<>(draft.nodes());
    nodes.addAll(copies);
    graph.setName(function.name()).addAllNode(nodes);
    addConstants(nodes);
    boolean hasBitcast = function.body().stream().anyMatch(i -> i.op() instanceof Bitcast);
    Version version = hasBitcast ? WITH_BITCAST : USUAL;
    ModelProto model =
        ModelProto.newBuilder()
            .setIrVersion(version.format)
            .setProducerName("miser")
            .addOpsetImport(
                OperatorSetIdProto.newBuilder().setDomain("").setVersion(version.operators))
            .addAllMetadataProps(metadata)
            .build();
    return new ModelFile(model, graph.build(), initializers);
  }

  private void take(Value value) {
    names.put(value, draft.unique(value.name()));
  }

  private String nameOf(Value value) {
    String name = names.get(value);
    if (name == null) {
      throw new IllegalArgumentException(value + " is not defined in " + function.name());
    }
    return name;
  }

  private void add(Parameter parameter) {
    Value value = new Value(nameOf(parameter.value()), parameter.value().type());
    lowering.operands().define(parameter.value(), value);
    switch (parameter.role()) {
      case INPUT -> graph.addInput(info(value));
      case PARAM -> initializers.add(initializer(value.name(), parameter));
      case STATE -> {
        graph.addInput(info(value));
        initializers.add(initializer(draft.unique(value.name() + ".first"), parameter));
      }
    }
  }

  private Initializer initializer(String name, Parameter parameter) {
    var content = new Initializer.Content.OfParameter(parameter, weights);
    return new Initializer(name, parameter.value().type(), content);
  }

  private void addOutputs() {
    Set<Value> given = new HashSet<>();
    function.parameters().forEach(parameter -> given.add(parameter.value()));
    Set<Value> returned = new HashSet<>();
    for (Value result : function.results()) {
      Value found = lowering.operands().of(result);
      String name = nameOf(result);
      boolean isFree = !given.contains(result) && returned.add(result);
      boolean isThere = isFree && found.name().equals(name);
      addOutput(isThere ? found : copy(found, isFree ? name : draft.unique(name)));
    }
    for (StateUpdate update : function.updates()) {
      String state = nameOf(update.state());
      Value next = copy(lowering.operands().of(update.next()), draft.unique(state + ".next"));
      addOutput(next);
      metadata.add(ModelFile.entry("miser.state." + state, next.name()));
    }
  }

  private void addOutput(Value value) {
    graph.addOutput(info(value));
  }

  private Value copy(Value value, String name) {
    copies.add(
        NodeProto.newBuilder()
            .setOpType("Identity")
            .addInput(value.name())
            .addOutput(name)
            .build());
    return new Value(name, value.type());
  }

  /** Constants that were made but are read by no node, like those of a skipped slice, stay out. */
  private void addConstants(List<NodeProto> nodes) {
    Set<String> read = new HashSet<>();
    nodes.forEach(node -> read.addAll(node.getInputList()));
    draft
        .constants()
        .forEach((literal, value) -> {
          if (read.contains(value.name())) {
            var content = new Initializer.Content.OfLiteral(literal);
            initializers.add(new Initializer(value.name(), value.type(), content));
          }
        });
  }

  private static ValueInfoProto info(Value value) {
    TensorType type = value.type();
    var shape = TensorShapeProto.newBuilder();
    type.shape().dims().forEach(dim -> shape.addDimBuilder().setDimValue(dim));
    return ValueInfoProto.newBuilder()
        .setName(value.name())
        .setType(
            TypeProto.newBuilder()
                .setTensorType(
                    TypeProto.Tensor.newBuilder()
                        .setElemType(DataTypes.number(type.element()).getNumber())
                        .setShape(shape)))
        .build();
  }
}
