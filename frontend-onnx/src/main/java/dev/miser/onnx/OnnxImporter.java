package dev.miser.onnx;

import dev.miser.frontend.weights.Elements;
import dev.miser.frontend.weights.NamedTensors;
import dev.miser.frontend.weights.Tensor;
import dev.miser.ir.diag.Code;
import dev.miser.ir.diag.Diagnostic;
import dev.miser.ir.diag.DiagnosticException;
import dev.miser.ir.diag.Place;
import dev.miser.ir.func.Function;
import dev.miser.ir.func.Verifier;
import dev.miser.ir.op.Literal;
import dev.miser.ir.op.Value;
import dev.miser.ir.type.TensorType;
import dev.miser.onnx.graph.Graph;
import dev.miser.onnx.graph.Item;
import dev.miser.onnx.graph.NodeFailure;
import dev.miser.onnx.graph.NodeWalk;
import dev.miser.onnx.graph.Scope;
import dev.miser.onnx.graph.TensorReader;
import dev.miser.onnx.lower.Operators;
import dev.miser.onnx.proto.Onnx.GraphProto;
import dev.miser.onnx.proto.Onnx.ModelProto;
import dev.miser.onnx.proto.Onnx.TensorProto;
import dev.miser.onnx.proto.Onnx.ValueInfoProto;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** Turns an ONNX model into a function and its weights. */
public final class OnnxImporter {
  private final Path path;
  private final ModelProto model;
  private final ImportOptions options;
  private final TensorReader reader;
  private final Graph graph;
  private final Scope scope = new Scope();
  private final List<Diagnostic> wrong = new ArrayList<>();

  private OnnxImporter(ModelFile file, ImportOptions options) {
    this.path = file.path();
    this.model = file.model();
    this.options = options;
    this.reader = new TensorReader(file.bytes(), path.toAbsolutePath().resolveSibling(""));
    this.graph = new Graph(reader);
  }

  /** Returns whether a file is a model by its name. */
  public static boolean isModel(Path file) {
    return file.toString().endsWith(".onnx");
  }

  /**
   * Reads a model: shapes are static, shape arithmetic is done, weights stay in the mapped file.
   *
   * @throws DiagnosticException with everything that is wrong with the file or keeps it from being
   *     a program
   */
  public static ImportedModel read(Path file, ImportOptions options) {
    return new OnnxImporter(ModelFile.read(file), options).run();
  }

  private ImportedModel run() {
    GraphProto main = model.getGraph();
    initializers(main);
    inputs(main);
    refuseIfWrong();
    var walk = new NodeWalk(path.toString(), model, Operators.BY_NAME, graph);
    walk.run(main.getNodeList(), scope, NodeWalk.versions(model.getOpsetImportList()));
    wrong.addAll(walk.failures());
    List<Value> results = results(main);
    refuseIfWrong();
    List<String> names = main.getOutputList().stream().map(ValueInfoProto::getName).toList();
    Graph.Finished finished = graph.finish(results, names);
    var function =
        new Function(
            name(main),
            finished.parameters(),
            finished.body(),
            finished.results(),
            List.of(),
            Place.NONE);
    List<Diagnostic> illegal = Verifier.verify(function);
    if (!illegal.isEmpty()) {
      throw new IllegalStateException("import made an illegal function: " + illegal);
    }
    var weights = new NamedTensors(finished.weights(), path.toString(), identity());
    return new ImportedModel(function, weights, origin());
  }

  private void initializers(GraphProto main) {
    for (TensorProto proto : main.getInitializerList()) {
      define(proto.getName(), () -> graph.initializer(proto));
    }
    main.getSparseInitializerList()
        .forEach(proto -> {
          String name = proto.getValues().getName();
          define(name, () -> graph.tensor(name, reader.read(proto), 0));
        });
  }

  private void define(String name, java.util.function.Supplier<Value> tensor) {
    try {
      scope.define(name, Item.of(tensor.get()));
    } catch (NodeFailure failure) {
      wrong.add(Diagnostic.error(Code.ONNX_TENSOR, Place.NONE, path, name, failure.text()));
      scope.define(name, Item.FAILED);
    }
  }

  /** Inputs that are initializers too have a default, which stands. */
  private void inputs(GraphProto main) {
    List<ValueInfoProto> open =
        main.getInputList().stream()
            .filter(
                i -> scope.find(i.getName()) == null || options.values().containsKey(i.getName()))
            .toList();
    var binder = new InputBinder(path.toString(), open, options);
    for (ValueInfoProto input : open) {
      String name = input.getName();
      Elements given = options.values().get(name);
      if (given != null) {
        Tensor fixed = binder.fixed(input, given);
        scope.define(
            name,
            fixed == null
                ? Item.FAILED
                : Item.of(graph.constant(Literal.of(fixed.type(), fixed.bytes()), name)));
        continue;
      }
      TensorType type = binder.type(input);
      scope.define(name, type == null ? Item.FAILED : Item.of(graph.input(name, type)));
    }
    wrong.addAll(binder.wrong());
  }

  private List<Value> results(GraphProto main) {
    if (main.getOutputCount() == 0) {
      report("the graph has no output");
    }
    var results = new ArrayList<Value>();
    for (ValueInfoProto output : main.getOutputList()) {
      String name = output.getName();
      switch (scope.find(name)) {
        case null -> report("output '" + name + "' is defined nowhere");
        case Item.OfTensor(var value) -> results.add(value);
        case Item.OfSequence sequence ->
            report("output '" + name + "' is a sequence, expected a tensor");
        case Item.Absent absent -> report("output '" + name + "' is an optional without a value");
        case Item.Failed failed -> {
          // What keeps it from being known was said.
        }
      }
    }
    return results;
  }

  private void report(String what) {
    wrong.add(Diagnostic.error(Code.ONNX_GRAPH, Place.NONE, path, what));
  }

  private void refuseIfWrong() {
    if (!wrong.isEmpty()) {
      throw new DiagnosticException(wrong);
    }
  }

  private String name(GraphProto main) {
    String name = main.getName().replaceAll("[^A-Za-z0-9_]+", "_").replaceAll("^_+|_+$", "");
    return name.isEmpty() || Character.isDigit(name.charAt(0)) ? "model" + name : name;
  }

  private String identity() {
    var files = new ArrayList<Path>(List.of(path));
    reader.externalFiles().forEach(files::add);
    return files.stream().map(NamedTensors::identityOf).collect(Collectors.joining("\n"));
  }

  private ImportedModel.Origin origin() {
    String producer = (model.getProducerName() + " " + model.getProducerVersion()).strip();
    String sets =
        NodeWalk.versions(model.getOpsetImportList()).entrySet().stream()
            .sorted(Map.Entry.comparingByKey())
            .map(e -> (e.getKey().isEmpty() ? "ai.onnx" : e.getKey()) + " " + e.getValue())
            .collect(Collectors.joining(", "));
    return new ImportedModel.Origin(producer, model.getIrVersion(), sets);
  }
}
