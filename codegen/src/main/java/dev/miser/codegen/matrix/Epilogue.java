package dev.miser.codegen.matrix;

import com.palantir.javapoet.CodeBlock;
import dev.miser.codegen.KernelContext;
import dev.miser.codegen.MethodDraft;
import dev.miser.codegen.MethodReference;
import dev.miser.codegen.loop.LoopTemplate;
import dev.miser.codegen.matrix.Steps.Run;
import dev.miser.codegen.vector.Expressions;
import dev.miser.codegen.vector.Lane;
import dev.miser.codegen.vector.LaneNames;
import dev.miser.codegen.vector.Lanes;
import dev.miser.codegen.vector.ScalarLanes;
import dev.miser.codegen.vector.Sources;
import dev.miser.codegen.vector.VectorLanes;
import dev.miser.ir.func.Instruction;
import dev.miser.ir.op.Constant;
import dev.miser.ir.op.Value;
import dev.miser.ir.plan.Access;
import dev.miser.ir.plan.Group;
import dev.miser.ir.type.ElementType;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What happens to a row of an anchor's results: the elementwise instructions behind it, with the
 * leaves they read, and the stores. A row runs along the last axes of the result.
 */
public final class Epilogue {
  private final KernelContext context;
  private final Group group;
  private final int firstColumn;
  private final Computed computed;

  /** Everything that stands in memory: its name in the code, and how it is stepped through. */
  private final Map<String, Access> places = new LinkedHashMap<>();

  private final List<String> outputs = new ArrayList<>();
  private final Map<Value, String> leaves = new LinkedHashMap<>();

  /**
   * @param firstColumn the first of the axes that a row runs along; every leaf merges them
   */
  public Epilogue(KernelContext context, int firstColumn, Computed computed) {
    this.context = context;
    this.group = context.group();
    this.firstColumn = firstColumn;
    this.computed = computed;
    for (Value output : group.outputs()) {
      String name = "out" + outputs.size();
      outputs.add(name);
      places.put(name, Access.memory(output));
    }
    for (Value leaf : leavesOf(group)) {
      if (group.leaf(leaf).isMemory()) {
        String name = "in" + leaves.size();
        leaves.put(leaf, name);
        places.put(name, group.leaf(leaf));
      }
    }
  }

  /** Returns the leaves that elementwise instructions read. */
  private static Set<Value> leavesOf(Group group) {
    var read = new LinkedHashSet<Value>();
    for (Instruction instruction : group.epilogue()) {
      for (Value operand : instruction.operands()) {
        if (group.leaves().containsKey(operand)) {
          read.add(operand);
        }
      }
    }
    return read;
  }

  /** Returns whether rows along the axes from {@code firstColumn} on can be finished here. */
  public static boolean fits(Group group, int firstColumn) {
    int rank = group.shape().rank();
    for (Value leaf : leavesOf(group)) {
      Access access = group.leaf(leaf);
      boolean known = access.isMemory() || access.origin() instanceof Constant;
      if (!known || access.panels() != null || !Steps.merges(access, firstColumn, rank)) {
        return false;
      }
    }
    // What one method can be given, and what the compiler's tiers take in one method.
    return group.leaves().size() + group.outputs().size() <= 16 && group.epilogue().size() <= 32;
  }

  /**
   * Returns whether {@code output} may take over the bytes of the dying {@code input}: nothing but
   * the row code reads it, right before it writes.
   */
  public static boolean mayOverwrite(Group group, Value output, Value input) {
    for (Value operand : group.requireAnchor().operands()) {
      if (group.leaf(operand).source().equals(input)) {
        return false;
      }
    }
    return LoopTemplate.readsInPlace(group, output, input);
  }

  /** Returns whether nothing is left to do but to store the anchor's result. */
  public boolean isPlain() {
    return group.epilogue().isEmpty() && group.outputs().size() == 1;
  }

  /** Returns how every leaf and output is stepped through. */
  public List<Access> accesses() {
    return List.copyOf(places.values());
  }

  /** Returns the names of outputs and leaves: their places in bytes. */
  public List<String> names() {
    return List.copyOf(places.keySet());
  }

  /** Adds where outputs and leaves begin, and how far leaves step along a row. */
  public void addArguments(Arguments arguments) {
    places.forEach(
        (name, access) -> arguments.offset(name, access.source(), access.base() * unit(name)));
    columnSteps().forEach(arguments::count);
  }

  /** Returns the steps in bytes of leaves that step neither by 0 nor by 1 along a row. */
  private Map<String, Long> columnSteps() {
    var steps = new LinkedHashMap<String, Long>();
    places.forEach((name, access) -> {
      long step = columnStep(name);
      if (step != 0 && step != 1) {
        steps.put(name + "Step", step * unit(name));
      }
    });
    return steps;
  }

  /** Returns the names of the steps along a row that are parameters. */
  public List<String> stepNames() {
    return List.copyOf(columnSteps().keySet());
  }

  private long unit(String name) {
    return required(places.get(name)).source().type().element().bytes();
  }

  private long columnStep(String name) {
    Access access = required(places.get(name));
    return Steps.step(access, firstColumn, access.shape().rank());
  }

  private static Access required(@Nullable Access access) {
    if (access == null) {
      throw new IllegalStateException("a name without an access");
    }
    return access;
  }

  /** Returns the step in bytes along a run of axes. */
  public long step(String name, Run run) {
    return Steps.step(required(places.get(name)), run.from(), run.to()) * unit(name);
  }

  /**
   * Returns where {@code name} stands at these runs' variables, adding the steps to the arguments.
   *
   * @param column the first column, or an empty block for 0
   */
  public CodeBlock place(String name, List<Run> runs, CodeBlock column, Arguments arguments) {
    var place = CodeBlock.builder().add("$N", name);
    for (Run run : runs) {
      long step = step(name, run);
      if (step != 0) {
        String variable = name + "By" + capital(run.variable());
        arguments.count(variable, step);
        place.add(" + $N * $N", run.variable(), variable);
      }
    }
    long step = columnStep(name);
    if (!column.isEmpty() && step == 1) {
      place.add(" + $L * $L", column, unit(name));
    } else if (!column.isEmpty() && step != 0) {
      place.add(" + $L * $N", column, name + "Step");
    }
    return place.build();
  }

  private static String capital(String name) {
    return name.substring(0, 1).toUpperCase(java.util.Locale.ROOT) + name.substring(1);
  }

  /**
   * Returns the method that finishes the first {@code n} elements of a row: its parameters are
   * those of what is computed, then {@link #names}, {@link #stepNames} and {@code n}.
   */
  public MethodReference row() {
    ElementType master = computed.hasVectors() ? vectorMaster() : null;
    return master == null ? tail(CodeBlock.of("0")) : vectors();
  }

  private @Nullable ElementType vectorMaster() {
    var memory = new HashSet<ElementType>();
    memory.add(group.requireAnchor().type().element());
    for (String name : places.keySet()) {
      long step = columnStep(name);
      if (step != 0 && step != 1) {
        return null;
      }
      memory.add(required(places.get(name)).source().type().element());
    }
    ElementType master = Expressions.vectorMaster(group.epilogue(), memory, context.target());
    return master == group.requireAnchor().type().element() ? master : null;
  }

  private List<String> parameters() {
    var names = new ArrayList<>(computed.parameters());
    names.addAll(places.keySet());
    names.addAll(stepNames());
    return names;
  }

  private static List<String> with(List<String> names, String... more) {
    var all = new ArrayList<>(names);
    all.addAll(List.of(more));
    return all;
  }

  private MethodReference vectors() {
    List<String> parameters = with(parameters(), "n");
    var lanes =
        new VectorLanes(
            new LaneNames(with(parameters, "i")),
            context.target(),
            group.requireAnchor().type().element());
    CodeBlock body = element(lanes);
    CodeBlock loop =
        CodeBlock.builder()
            .add(lanes.preamble())
            .addStatement("long i = 0")
            .beginControlFlow("for (; i <= n - $L; i += $L)", lanes.count(), lanes.count())
            .add(body)
            .endControlFlow()
            .beginControlFlow("if (i < n)")
            .addStatement(tail(CodeBlock.of("from")).callNames(with(parameters(), "i", "n")))
            .endControlFlow()
            .build();
    return context
        .methods()
        .share(
            MethodDraft.ofVoid(
                "finish_" + context.name(), "", MethodDraft.longs(parameters), loop));
  }

  /** Element by element; {@code from} is 0 or the name of a parameter. */
  private MethodReference tail(CodeBlock from) {
    boolean fromStart = from.toString().equals("0");
    List<String> parameters = fromStart ? with(parameters(), "n") : with(parameters(), "from", "n");
    var lanes = new ScalarLanes(new LaneNames(with(parameters, "i")));
    CodeBlock body = element(lanes);
    CodeBlock loop =
        CodeBlock.builder()
            .add(lanes.preamble())
            .beginControlFlow("for (long i = $L; i < n; i++)", from)
            .add(body)
            .endControlFlow()
            .build();
    String name = (fromStart ? "finish_" : "finish_rest_") + context.name();
    return context
        .methods()
        .share(MethodDraft.ofVoid(name, "", MethodDraft.longs(parameters), loop));
  }

  private CodeBlock element(Lanes lanes) {
    var values = new HashMap<Value, Lane>();
    values.put(group.requireAnchor().result(), computed.lane(lanes));
    for (Value leaf : leavesOf(group)) {
      Access access = group.leaf(leaf);
      String name = leaves.get(leaf);
      if (name != null) {
        values.put(leaf, load(lanes, name, leaf.type().element()));
      } else if (access.origin() instanceof Constant constant) {
        values.put(leaf, Sources.constant(lanes, constant));
      }
    }
    Expressions.write(lanes, group.epilogue(), values);
    // Stores come last: an output may take over the bytes of a leaf.
    for (int i = 0; i < outputs.size(); i++) {
      Value output = group.outputs().get(i);
      Lane lane = values.get(output);
      if (lane == null) {
        throw new IllegalStateException("no lane for output " + output);
      }
      lanes.store(lane, CodeBlock.of("$N + i * $L", outputs.get(i), unit(outputs.get(i))));
    }
    return lanes.takeBody();
  }

  private Lane load(Lanes lanes, String name, ElementType type) {
    long step = columnStep(name);
    if (step == 0) {
      return lanes.uniform(type, CodeBlock.of("$N", name));
    }
    return lanes.load(
        type,
        step == 1
            ? CodeBlock.of("$N + i * $L", name, type.bytes())
            : CodeBlock.of("$N + i * $N", name, name + "Step"));
  }
}
