package dev.miser.codegen.loop;

import com.palantir.javapoet.CodeBlock;
import dev.miser.codegen.EmittedKernel;
import dev.miser.codegen.KernelContext;
import dev.miser.codegen.MethodDraft;
import dev.miser.codegen.MethodReference;
import dev.miser.codegen.vector.Expressions;
import dev.miser.codegen.vector.Lane;
import dev.miser.codegen.vector.LaneNames;
import dev.miser.codegen.vector.Lanes;
import dev.miser.codegen.vector.ScalarLanes;
import dev.miser.codegen.vector.Sources;
import dev.miser.codegen.vector.VectorLanes;
import dev.miser.ir.op.Constant;
import dev.miser.ir.op.Iota;
import dev.miser.ir.op.Random;
import dev.miser.ir.op.Value;
import dev.miser.ir.plan.Access;
import dev.miser.ir.plan.Group;
import dev.miser.ir.type.ElementType;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Writes one loop kernel as three methods: a tile finds its rows and where every leaf stands in
 * each; a row runs vectors along the innermost axis; a tail runs what is left of a row element by
 * element.
 */
final class LoopWriter {
  private final KernelContext context;
  private final Group group;
  private final Collapsed space;
  private final @Nullable ElementType master;

  /** Leaves with a place of their own: in memory, or counted elements. */
  private final Map<Value, String> places = new LinkedHashMap<>();

  private final List<String> outputs = new ArrayList<>();

  LoopWriter(KernelContext context) {
    this.context = context;
    this.group = context.group();
    this.space = space(group);
    for (int i = 0; i < group.outputs().size(); i++) {
      outputs.add("out" + i);
    }
    space.strides().keySet().forEach(leaf -> places.put(leaf, "in" + places.size()));
    this.master = vectorMaster();
  }

  /** Returns the space that a group's leaves step through; constants are written into the code. */
  static Collapsed space(Group group) {
    var leaves = new LinkedHashMap<Value, Access>();
    group
        .leaves()
        .forEach((leaf, access) -> {
          if (!(access.origin() instanceof Constant) && access.shape().equals(group.shape())) {
            leaves.put(leaf, access);
          }
        });
    return Collapsed.of(group.shape(), leaves);
  }

  private @Nullable ElementType vectorMaster() {
    var memory = new HashSet<ElementType>();
    for (Value leaf : places.keySet()) {
      if (!group.leaf(leaf).isMemory()
          || (space.innerStride(leaf) != 1 && space.innerStride(leaf) != 0)) {
        return null;
      }
      memory.add(leaf.type().element());
    }
    group.outputs().forEach(output -> memory.add(output.type().element()));
    return Expressions.vectorMaster(group.epilogue(), memory, context.target());
  }

  EmittedKernel write() {
    MethodReference row = master == null ? tail() : row(master);
    return TileWriter.write(context, space, places, outputs, row);
  }

  /** The parameters of row and tail: places in bytes, and the elements from and to. */
  private List<String> rowParameters(String from) {
    var names = new ArrayList<>(outputs);
    names.addAll(places.values());
    steps().forEach((leaf, step) -> names.add(step));
    keys().forEach((key, name) -> names.add(name));
    names.add(from);
    names.add("n");
    return names;
  }

  /** The names of the steps of leaves whose step along a row is neither 0 nor 1. */
  private Map<Value, String> steps() {
    var steps = new LinkedHashMap<Value, String>();
    for (Value leaf : places.keySet()) {
      long stride = space.innerStride(leaf);
      if (stride != 0 && stride != 1) {
        steps.put(leaf, "step" + steps.size());
      }
    }
    return steps;
  }

  /** The names of the offsets of random keys that lie in memory. */
  private Map<Value, String> keys() {
    var keys = new LinkedHashMap<Value, String>();
    for (Value leaf : places.keySet()) {
      if (group.leaf(leaf).origin() instanceof Random random
          && group.leaf(random.key()).isMemory()) {
        keys.computeIfAbsent(random.key(), k -> "key" + keys.size());
      }
    }
    return keys;
  }

  private MethodReference row(ElementType type) {
    List<String> parameters = rowParameters("from");
    var lanes = new VectorLanes(new LaneNames(withIndex(parameters)), context.target(), type);
    var names = new ArrayList<>(parameters);
    names.set(names.indexOf("from"), "i");
    CodeBlock body = element(lanes);
    CodeBlock loop =
        CodeBlock.builder()
            .add(lanes.preamble())
            .addStatement("long i = from")
            .beginControlFlow("for (; i <= n - $L; i += $L)", lanes.count(), lanes.count())
            .add(body)
            .endControlFlow()
            .beginControlFlow("if (i < n)")
            .addStatement(tail().callNames(names))
            .endControlFlow()
            .build();
    return context
        .methods()
        .share(
            MethodDraft.ofVoid(context.name() + "_row", "", MethodDraft.longs(parameters), loop));
  }

  private MethodReference tail() {
    List<String> parameters = rowParameters("from");
    var lanes = new ScalarLanes(new LaneNames(withIndex(parameters)));
    CodeBlock body = element(lanes);
    CodeBlock loop =
        CodeBlock.builder()
            .add(lanes.preamble())
            .beginControlFlow("for (long i = from; i < n; i++)")
            .add(body)
            .endControlFlow()
            .build();
    return context
        .methods()
        .share(
            MethodDraft.ofVoid(
                context.name() + (master == null ? "_row" : "_tail"),
                "",
                MethodDraft.longs(parameters),
                loop));
  }

  private static List<String> withIndex(List<String> parameters) {
    var all = new ArrayList<>(parameters);
    all.add("i");
    return all;
  }

  /** Writes the element at {@code i}, or the vector that starts there: loads, code, stores. */
  private CodeBlock element(Lanes lanes) {
    var values = new HashMap<Value, Lane>();
    group.leaves().forEach((leaf, access) -> load(lanes, leaf, access, values));
    Expressions.write(lanes, group.epilogue(), values);
    // Stores come last: an output may take over the bytes of an input.
    for (int i = 0; i < outputs.size(); i++) {
      Value output = group.outputs().get(i);
      Lane lane = values.get(output);
      if (lane == null) {
        throw new IllegalStateException("no lane for output " + output);
      }
      lanes.store(lane, at(outputs.get(i), output.type().element(), 1));
    }
    return lanes.takeBody();
  }

  private void load(Lanes lanes, Value leaf, Access access, Map<Value, Lane> values) {
    String place = places.get(leaf);
    ElementType type = leaf.type().element();
    switch (access.origin()) {
      case Constant constant -> values.put(leaf, Sources.constant(lanes, constant));
      case null -> {
        if (place == null) {
          return; // a random key: read where it is used
        }
        long stride = space.innerStride(leaf);
        values.put(
            leaf,
            stride == 0
                ? lanes.uniform(type, CodeBlock.of("$N", place))
                : lanes.load(type, at(leaf, place, type)));
      }
      case Iota iota -> values.put(leaf, Sources.iota(lanes, type, number(leaf, required(place))));
      case Random random ->
          values.put(
              leaf, Sources.random(lanes, random, number(leaf, required(place)), key(random)));
    }
  }

  private static String required(@Nullable String place) {
    if (place == null) {
      throw new IllegalStateException("leaf without a place");
    }
    return place;
  }

  private CodeBlock key(Random random) {
    Access access = group.leaf(random.key());
    return access.origin() instanceof Constant(var literal)
        ? CodeBlock.of("$LL", literal.longAt(0))
        : ScalarLanes.read(ElementType.I64, CodeBlock.of("$N", required(keys().get(random.key()))));
  }

  /** The number of a computed leaf's element. */
  private CodeBlock number(Value leaf, String place) {
    long stride = space.innerStride(leaf);
    if (stride == 0) {
      return CodeBlock.of("$N", place);
    }
    return stride == 1
        ? CodeBlock.of("$N + i", place)
        : CodeBlock.of("$N + i * $N", place, steps().get(leaf));
  }

  private CodeBlock at(Value leaf, String place, ElementType type) {
    return space.innerStride(leaf) == 1
        ? at(place, type, 1)
        : CodeBlock.of("$N + i * $N", place, steps().get(leaf));
  }

  private static CodeBlock at(String place, ElementType type, long stride) {
    int bytes = type.bytes();
    return bytes == 1
        ? CodeBlock.of("$N + i", place)
        : CodeBlock.of("$N + i * $L", place, bytes * stride);
  }
}
