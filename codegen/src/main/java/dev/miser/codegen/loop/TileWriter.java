package dev.miser.codegen.loop;

import com.palantir.javapoet.CodeBlock;
import com.palantir.javapoet.ParameterSpec;
import dev.miser.codegen.EmittedKernel;
import dev.miser.codegen.KernelContext;
import dev.miser.codegen.MethodDraft;
import dev.miser.codegen.MethodReference;
import dev.miser.ir.op.Random;
import dev.miser.ir.op.Value;
import dev.miser.ir.plan.Access;
import dev.miser.ir.plan.Group;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Writes the method that runs the rows of one tile. */
final class TileWriter {
  /** A tile covers about this many elements. */
  private static final long TILE = 1 << 14;

  /** A tile of rows that a leaf crosses has at least this many: as many as a cache line serves. */
  private static final long CROSSED_ROWS = 16;

  /** Along such rows it goes so far before it takes the next: what the first cache holds. */
  private static final long CROSSED_PIECE = 64;

  /** What the tile method is given: names, and what they stand for. */
  private final Map<String, EmittedKernel.Argument> arguments = new LinkedHashMap<>();

  private final KernelContext context;
  private final Collapsed space;
  private final Map<Value, String> places;
  private final List<String> outputs;

  private TileWriter(
      KernelContext context, Collapsed space, Map<Value, String> places, List<String> outputs) {
    this.context = context;
    this.space = space;
    this.places = places;
    this.outputs = outputs;
  }

  static EmittedKernel write(
      KernelContext context,
      Collapsed space,
      Map<Value, String> places,
      List<String> outputs,
      MethodReference row) {
    return new TileWriter(context, space, places, outputs).write(row);
  }

  private EmittedKernel write(MethodReference row) {
    Group group = context.group();
    for (int i = 0; i < outputs.size(); i++) {
      arguments.put(outputs.get(i), new EmittedKernel.OffsetOf(group.outputs().get(i)));
    }
    places.forEach((leaf, name) -> {
      Access access = group.leaf(leaf);
      arguments.put(
          name,
          access.isMemory()
              ? new EmittedKernel.OffsetOf(access.source(), access.base() * unit(leaf))
              : new EmittedKernel.Count(access.base()));
    });
    long elements = space.inner() * space.rows();
    boolean cutsRows = space.rows() == 1;
    long rowsPerTile =
        cutsRows
            ? 1
            : Math.max(
                isCrossed(group, space) ? CROSSED_ROWS : 1, TILE / Math.max(space.inner(), 1));
    int tiles =
        elements == 0
            ? 0
            : Math.toIntExact(
                cutsRows
                    ? (space.inner() + TILE - 1) / TILE
                    : (space.rows() + rowsPerTile - 1) / rowsPerTile);
    CodeBlock body = cutsRows ? piece(row) : rows(row, rowsPerTile);
    var parameters = new ArrayList<ParameterSpec>();
    parameters.add(MethodDraft.ofInt("tile"));
    parameters.add(MethodDraft.ofInt("worker"));
    parameters.addAll(MethodDraft.longs(List.copyOf(arguments.keySet())));
    MethodReference method =
        context
            .methods()
            .share(MethodDraft.ofVoid(context.name(), context.comment(), parameters, body));
    return new EmittedKernel(method, List.copyOf(arguments.values()), tiles, "");
  }

  private void number(String name, long value) {
    arguments.put(name, new EmittedKernel.Count(value));
  }

  /** Bytes of an element in memory; computed leaves count elements. */
  private long unit(Value leaf) {
    return context.group().leaf(leaf).isMemory() ? leaf.type().element().bytes() : 1;
  }

  /** One row only: a tile is a piece of it. */
  private CodeBlock piece(MethodReference row) {
    number("length", space.inner());
    number("piece", TILE);
    var body = CodeBlock.builder();
    body.addStatement("long from = tile * piece");
    var call = new ArrayList<CodeBlock>();
    outputs.forEach(name -> call.add(CodeBlock.of("$N", name)));
    places.values().forEach(name -> call.add(CodeBlock.of("$N", name)));
    tailArguments(call);
    call.add(CodeBlock.of("from"));
    call.add(CodeBlock.of("$T.min(length, from + piece)", Math.class));
    return body.addStatement(row.call(call)).build();
  }

  private void tailArguments(List<CodeBlock> call) {
    places.forEach((leaf, name) -> {
      long stride = space.innerStride(leaf);
      if (stride != 0 && stride != 1) {
        number(name + "Step", stride * unit(leaf));
        call.add(CodeBlock.of("$N", name + "Step"));
      }
    });
    var keys = new LinkedHashMap<Value, String>();
    for (Value leaf : places.keySet()) {
      if (context.group().leaf(leaf).origin() instanceof Random random) {
        Access key = context.group().leaf(random.key());
        if (key.isMemory() && !keys.containsKey(random.key())) {
          String name = "key" + keys.size();
          keys.put(random.key(), name);
          arguments.put(name, new EmittedKernel.OffsetOf(key.source(), key.base() * 8));
          call.add(CodeBlock.of("$N", name));
        }
      }
    }
  }

  /**
   * Returns whether a leaf in memory lies across the rows, as the operand of a transpose does. If
   * none does, elements are written in row-major order, as far as one worker writes them.
   */
  static boolean isCrossed(Group group, Collapsed space) {
    for (Value leaf : space.strides().keySet()) {
      if (group.leaf(leaf).isMemory()
          && Math.abs(space.innerStride(leaf)) > 1
          && space.inner() > CROSSED_PIECE) {
        return true;
      }
    }
    return false;
  }

  /** Many rows: a tile is some of them. Coordinates are counted up, not divided out. */
  private CodeBlock rows(MethodReference row, long rowsPerTile) {
    int outer = space.rank() - 1;
    number("length", space.inner());
    number("rows", space.rows());
    number("rowsPerTile", rowsPerTile);
    var body = CodeBlock.builder();
    body.addStatement("long first = tile * rowsPerTile");
    body.addStatement("long last = $T.min(rows, first + rowsPerTile)", Math.class);
    boolean crossed = isCrossed(context.group(), space);
    if (crossed) {
      number("piece", CROSSED_PIECE);
      body.beginControlFlow("for (long from = 0; from < length; from += piece)");
    }
    body.addStatement("long rest = first");
    for (int axis = outer - 1; axis >= 0; axis--) {
      if (axis > 0) {
        number("size" + axis, space.dims().get(axis));
        body.addStatement("long c$L = rest % size$L", axis, axis);
        body.addStatement("rest /= size$L", axis);
      } else {
        body.addStatement("long c0 = rest");
      }
    }
    body.beginControlFlow("for (long r = first; r < last; r++)");
    var call = new ArrayList<CodeBlock>();
    for (int i = 0; i < outputs.size(); i++) {
      int bytes = context.group().outputs().get(i).type().element().bytes();
      call.add(CodeBlock.of("$N + r * length * $L", outputs.get(i), bytes));
    }
    places.forEach((leaf, name) -> {
      var place = CodeBlock.builder().add("$N", name);
      for (int axis = 0; axis < outer; axis++) {
        long stride = space.strides().getOrDefault(leaf, List.of()).get(axis);
        if (stride != 0) {
          String step = name + "Step" + axis;
          number(step, stride * unit(leaf));
          place.add(" + c$L * $N", axis, step);
        }
      }
      call.add(place.build());
    });
    tailArguments(call);
    call.add(crossed ? CodeBlock.of("from") : CodeBlock.of("0L"));
    call.add(
        crossed
            ? CodeBlock.of("$T.min(length, from + piece)", Math.class)
            : CodeBlock.of("length"));
    body.addStatement(row.call(call));
    advance(body, outer - 1);
    body.endControlFlow();
    if (crossed) {
      body.endControlFlow();
    }
    return body.build();
  }

  /** Counts the coordinates up by one row. */
  private static void advance(CodeBlock.Builder body, int axis) {
    if (axis == 0) {
      body.addStatement("c0++");
      return;
    }
    body.beginControlFlow("if (++c$L == size$L)", axis, axis);
    body.addStatement("c$L = 0", axis);
    advance(body, axis - 1);
    body.endControlFlow();
  }
}
