package dev.miser.onnx.graph;

import dev.miser.ir.diag.Code;
import dev.miser.ir.diag.Diagnostic;
import dev.miser.ir.diag.Place;
import dev.miser.ir.diag.RuleViolation;
import dev.miser.ir.op.Value;
import dev.miser.onnx.proto.Onnx.AttributeProto;
import dev.miser.onnx.proto.Onnx.FunctionProto;
import dev.miser.onnx.proto.Onnx.GraphProto;
import dev.miser.onnx.proto.Onnx.ModelProto;
import dev.miser.onnx.proto.Onnx.NodeProto;
import dev.miser.onnx.proto.Onnx.OperatorSetIdProto;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Walks over the nodes of a file in order and asks for the meaning of each. What is wrong with one
 * node does not keep others from being looked at: all failures are collected.
 */
public final class NodeWalk {
  /** Graphs in graphs, functions in functions: models need a handful. */
  private static final int MOST_DEPTH = 64;

  private static final int MOST_FAILURES = 100;

  /** Nodes and bodies, each as often as it is run: loops in loops end here. */
  private static final int MOST_RUNS = 300_000;

  /** Thrown where a body cannot go on because one of its results was refused: said already. */
  private static final class Poisoned extends RuntimeException {
    private static final long serialVersionUID = 1;

    Poisoned() {
      super(null, null, false, false);
    }
  }

  /** Where nodes stand: the names they see, the operator sets they speak, the calling node. */
  private record Site(
      Scope scope, Map<String, Long> opsets, @Nullable Attributes caller, int depth) {}

  private final String file;
  private final Map<String, Lowering> operators;
  private final Map<String, FunctionProto> functions = new HashMap<>();
  private final Graph graph;
  private final List<Diagnostic> failures = new ArrayList<>();
  private final SequencedMap<String, Set<String>> unknown = new LinkedHashMap<>();
  private int runs;

  /**
   * @param operators the meaning of operators by name, those of other sets than ONNX's own behind
   *     the set's name and two colons
   */
  public NodeWalk(String file, ModelProto model, Map<String, Lowering> operators, Graph graph) {
    this.file = file;
    this.operators = operators;
    this.graph = graph;
    for (FunctionProto function : model.getFunctionsList()) {
      functions.put(
          key(function.getDomain(), function.getName(), function.getOverload()), function);
    }
  }

  private static String key(String domain, String name, String overload) {
    String plain = isStandard(domain) ? name : domain + "::" + name;
    return overload.isEmpty() ? plain : plain + ":" + overload;
  }

  private static boolean isStandard(String domain) {
    return domain.isEmpty() || domain.equals("ai.onnx");
  }

  /** Returns the versions of operator sets by their names. */
  public static Map<String, Long> versions(List<OperatorSetIdProto> imports) {
    Map<String, Long> versions = new HashMap<>();
    for (OperatorSetIdProto set : imports) {
      versions.put(isStandard(set.getDomain()) ? "" : set.getDomain(), set.getVersion());
    }
    return versions;
  }

  /** Walks over a model's nodes. */
  public void run(List<NodeProto> nodes, Scope scope, Map<String, Long> opsets) {
    nodes.forEach(node -> graph.reserve(node.getOutputList()));
    try {
      run(nodes, new Site(scope, opsets, null, 0));
    } catch (Poisoned enough) {
      return; // so much is wrong that more would not help
    }
  }

  /** Returns what went wrong, operators without a meaning first, all of them in one message. */
  public List<Diagnostic> failures() {
    var all = new ArrayList<Diagnostic>();
    if (!unknown.isEmpty()) {
      var texts = new ArrayList<String>();
      unknown.forEach(
          (operator, nodes) -> texts.add(operator + " (" + String.join(", ", nodes) + ")"));
      String what = unknown.size() == 1 ? "operator " : "operators ";
      all.add(
          Diagnostic.error(Code.ONNX_OPERATOR, Place.NONE, file, what + String.join("; ", texts)));
    }
    all.addAll(failures);
    return all;
  }

  private void run(List<NodeProto> nodes, Site place) {
    for (NodeProto node : nodes) {
      if (failures.size() >= MOST_FAILURES) {
        throw new Poisoned();
      }
      List<Item> outputs = run(node, place);
      for (int i = 0; i < node.getOutputCount(); i++) {
        if (!node.getOutput(i).isEmpty()) {
          Item item = outputs == null ? Item.FAILED : i < outputs.size() ? outputs.get(i) : null;
          if (item == null) {
            fail(node, "it has no output " + i);
          }
          place.scope.define(node.getOutput(i), item == null ? Item.FAILED : item);
        }
      }
    }
  }

  /** Returns the outputs of a node, or null if it was refused. */
  private @Nullable List<Item> run(NodeProto node, Site place) {
    if (++runs > MOST_RUNS) {
      fail(node, "the model's loops run more than " + MOST_RUNS + " nodes");
      throw new Poisoned();
    }
    String key = key(node.getDomain(), node.getOpType(), node.getOverload());
    FunctionProto function = functions.get(key);
    Lowering operator = operators.get(key);
    if (function == null && operator == null) {
      unknown.computeIfAbsent(key, k -> new LinkedHashSet<>()).add(described(node));
      return null;
    }
    var inputs = new ArrayList<Item>();
    boolean poisoned = false;
    for (String name : node.getInputList()) {
      Item item = name.isEmpty() ? Item.ABSENT : place.scope.find(name);
      if (item == null) {
        fail(node, "its input '" + name + "' is defined nowhere before it");
        return null;
      }
      poisoned |= item instanceof Item.Failed;
      inputs.add(item);
    }
    if (poisoned) {
      node.getAttributeList().forEach(attribute -> listUnknown(attribute.getG(), place.depth));
      return null;
    }
    String output = node.getOutputList().stream().filter(o -> !o.isEmpty()).findFirst().orElse("x");
    graph.begin(output);
    int mark = graph.mark();
    try {
      if (place.depth > MOST_DEPTH) {
        throw new NodeFailure("graphs and functions are nested deeper than %d", MOST_DEPTH);
      }
      Attributes attributes = Attributes.of(node.getAttributeList(), place.caller);
      List<Item> outputs =
          function != null
              ? call(function, attributes, inputs, place.depth)
              : operator == null ? List.of() : lower(operator, node, attributes, inputs, place);
      return named(outputs, node, mark);
    } catch (NodeFailure failure) {
      fail(node, failure.text());
    } catch (RuleViolation violation) {
      fail(node, violation.text());
    } catch (Poisoned said) {
      return null;
    } catch (ArithmeticException | IndexOutOfBoundsException | IllegalArgumentException e) {
      // A damaged file may hold sizes and lists that no check of an operator thought of.
      fail(node, "its operands and attributes do not fit each other (" + e.getMessage() + ")");
    }
    return null;
  }

  private List<Item> lower(
      Lowering operator, NodeProto node, Attributes attributes, List<Item> inputs, Site place) {
    Node.Bodies bodies = (body, items) -> body(body, items, place);
    String domain = isStandard(node.getDomain()) ? "" : node.getDomain();
    long opset = place.opsets.getOrDefault(domain, 1L);
    return operator.lower(new Node(node, opset, attributes, inputs, bodies), graph);
  }

  /** The results keep the names that the file gives them, where they are this node's own. */
  private List<Item> named(List<Item> outputs, NodeProto node, int mark) {
    Map<Value, String> wanted = new LinkedHashMap<>();
    for (int i = 0; i < Math.min(outputs.size(), node.getOutputCount()); i++) {
      if (outputs.get(i) instanceof Item.OfTensor(Value value) && !node.getOutput(i).isEmpty()) {
        wanted.putIfAbsent(value, node.getOutput(i)); // of two names for one value the first counts
      }
    }
    Map<Value, Value> renamed = graph.rename(wanted, mark);
    return outputs.stream().map(item -> renamed(item, renamed)).toList();
  }

  private static Item renamed(Item item, Map<Value, Value> renamed) {
    return switch (item) {
      case Item.OfTensor(var value) -> Item.of(renamed.getOrDefault(value, value));
      case Item.OfSequence(var items) when !renamed.isEmpty() ->
          new Item.OfSequence(items.stream().map(part -> renamed(part, renamed)).toList());
      case Item.OfSequence unchanged -> unchanged;
      case Item.Absent absent -> absent;
      case Item.Failed failed -> failed;
    };
  }

  private List<Item> body(GraphProto body, List<Item> inputs, Site around) {
    if (++runs > MOST_RUNS) {
      throw new NodeFailure("the model's loops run more than %d nodes", MOST_RUNS);
    }
    Scope scope = new Scope(around.scope);
    if (inputs.size() != body.getInputCount()) {
      throw new NodeFailure(
          "its body takes %d inputs, expected %d", body.getInputCount(), inputs.size());
    }
    for (int i = 0; i < inputs.size(); i++) {
      scope.define(body.getInput(i).getName(), inputs.get(i));
    }
    body.getInitializerList()
        .forEach(proto -> {
          Value tensor = graph.tensor(proto.getName(), proto);
          scope.define(proto.getName(), Item.of(tensor));
        });
    body.getSparseInitializerList()
        .forEach(proto -> {
          String name = proto.getValues().getName();
          scope.define(name, Item.of(graph.tensor(name, proto)));
        });
    run(body.getNodeList(), new Site(scope, around.opsets, around.caller, around.depth + 1));
    return results(body.getOutputList().stream().map(output -> output.getName()).toList(), scope);
  }

  private List<Item> call(
      FunctionProto function, Attributes attributes, List<Item> inputs, int depth) {
    Scope scope = new Scope();
    if (inputs.size() > function.getInputCount()) {
      throw new NodeFailure(
          "function '%s' takes %d inputs, found %d",
          function.getName(), function.getInputCount(), inputs.size());
    }
    for (int i = 0; i < function.getInputCount(); i++) {
      scope.define(function.getInput(i), i < inputs.size() ? inputs.get(i) : Item.ABSENT);
    }
    Attributes all = attributes.withDefaults(function.getAttributeProtoList());
    var inside = new Site(scope, versions(function.getOpsetImportList()), all, depth + 1);
    run(function.getNodeList(), inside);
    return results(function.getOutputList(), scope);
  }

  private static List<Item> results(List<String> names, Scope scope) {
    var results = new ArrayList<Item>();
    for (String name : names) {
      Item item = scope.find(name);
      if (item == null) {
        throw new NodeFailure("its body returns '%s', which is defined nowhere", name);
      }
      if (item instanceof Item.Failed) {
        throw new Poisoned();
      }
      results.add(item);
    }
    return results;
  }

  /** Operators in graphs that are not walked over, because an input of theirs was refused. */
  private void listUnknown(GraphProto body, int depth) {
    for (NodeProto node : body.getNodeList()) {
      String key = key(node.getDomain(), node.getOpType(), node.getOverload());
      if (!operators.containsKey(key) && !functions.containsKey(key)) {
        unknown.computeIfAbsent(key, k -> new LinkedHashSet<>()).add(described(node));
      }
      for (AttributeProto attribute : node.getAttributeList()) {
        if (depth < MOST_DEPTH) {
          listUnknown(attribute.getG(), depth + 1);
        }
      }
    }
  }

  private void fail(NodeProto node, String why) {
    String what = described(node) + " (" + node.getOpType() + ")";
    var failure = Diagnostic.error(Code.ONNX_NODE, Place.NONE, file, what, why);
    if (!failures.contains(failure)) {
      failures.add(failure);
    }
  }

  private static String described(NodeProto node) {
    if (!node.getName().isEmpty()) {
      return "node '" + node.getName() + "'";
    }
    return node.getOutputCount() > 0
        ? "node of output '" + node.getOutput(0) + "'"
        : "node without a name";
  }
}
