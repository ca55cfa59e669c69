package dev.miser.codegen.rows;

import com.palantir.javapoet.CodeBlock;
import com.palantir.javapoet.ParameterSpec;
import com.palantir.javapoet.TypeName;
import dev.miser.codegen.EmittedKernel;
import dev.miser.codegen.KernelContext;
import dev.miser.codegen.MethodDraft;
import dev.miser.codegen.MethodReference;
import dev.miser.codegen.vector.Expressions;
import dev.miser.codegen.vector.Lane;
import dev.miser.codegen.vector.LaneNames;
import dev.miser.codegen.vector.ScalarLanes;
import dev.miser.ir.op.ArgReduce;
import dev.miser.ir.op.Value;
import dev.miser.ir.plan.Group;
import dev.miser.ir.type.ElementType;
import dev.miser.ir.type.Shape;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** Writes the search for the largest or smallest element: one result after the other. */
final class ArgumentWriter {
  private static final long TILE = 1 << 14;

  private final KernelContext context;
  private final Group group;
  private final ArgReduce reduce;
  private final ReduceStreams streams;

  private ArgumentWriter(KernelContext context, ArgReduce reduce) {
    this.context = context;
    this.group = context.group();
    this.reduce = reduce;
    this.streams = new ReduceStreams(group, reduce.x().type().shape(), List.of(reduce.axis()));
  }

  static EmittedKernel write(KernelContext context, ArgReduce reduce) {
    return new ArgumentWriter(context, reduce).write();
  }

  private EmittedKernel write() {
    var early = new ArrayList<>(streams.outputs(streams.earlyOutputs()));
    early.addAll(streams.before().streams(streams.early()));
    var late = new ArrayList<>(streams.outputs(streams.lateOutputs()));
    late.addAll(streams.after().streams(streams.late()));
    var all = new ArrayList<>(early);
    all.addAll(late);

    Shape shape = reduce.x().type().shape();
    long results = group.shape().elementCount();
    long perTile = Math.max(1, TILE / shape.dim(reduce.axis()));
    var body = CodeBlock.builder();
    body.addStatement("long last = $T.min($LL, (tile + 1) * $LL)", Math.class, results, perTile);
    body.beginControlFlow("for (long r = tile * $LL; r < last; r++)", perTile);
    body.addStatement("long rest = r");
    for (int axis = shape.rank() - 1; axis >= 0; axis--) {
      if (axis != reduce.axis()) {
        body.addStatement("long c$L = rest % $LL", axis, shape.dim(axis));
        body.addStatement("rest /= $LL", shape.dim(axis));
      }
    }
    body.addStatement("long found = $L", search(early).call(places(early, shape)));
    List<CodeBlock> finish = places(late, shape);
    finish.add(CodeBlock.of("found"));
    body.addStatement(finish(late).call(finish));
    body.endControlFlow();

    var parameters = new ArrayList<ParameterSpec>();
    parameters.add(MethodDraft.ofInt("tile"));
    parameters.add(MethodDraft.ofInt("worker"));
    parameters.addAll(MethodDraft.longs(all.stream().map(Stream::name).toList()));
    MethodReference method =
        context
            .methods()
            .share(MethodDraft.ofVoid(context.name(), context.comment(), parameters, body.build()));
    var arguments = new ArrayList<EmittedKernel.Argument>();
    all.forEach(stream -> arguments.add(Objects.requireNonNull(stream.start())));
    return new EmittedKernel(
        method, arguments, Math.toIntExact((results + perTile - 1) / perTile), "");
  }

  private List<CodeBlock> places(List<Stream> of, Shape shape) {
    var places = new ArrayList<CodeBlock>();
    for (Stream stream : of) {
      var place = CodeBlock.builder().add("$N", stream.name());
      for (int axis = 0; axis < shape.rank(); axis++) {
        long step = stream.strides().get(axis) * stream.unit();
        if (axis != reduce.axis() && step != 0) {
          place.add(" + c$L * $LL", axis, step);
        }
      }
      places.add(place.build());
    }
    return places;
  }

  /** Writes the method that returns the index of what is looked for. */
  private MethodReference search(List<Stream> early) {
    List<String> names = early.stream().map(Stream::name).toList();
    var taken = new ArrayList<>(names);
    taken.addAll(List.of("i", "best", "found"));
    var lanes = new ScalarLanes(new LaneNames(taken));
    Map<Value, Lane> values = new HashMap<>();
    Map<String, Lane> read = new LinkedHashMap<>();
    for (Stream stream : streams.before().streams(streams.early())) {
      CodeBlock place = at(stream);
      read.put(
          stream.name(),
          stream.isCounted()
              ? lanes.define("number", ElementType.I64, place)
              : lanes.load(stream.type(), place));
    }
    streams.before().bind(streams.early(), lanes, read, values);
    Expressions.write(lanes, group.prologue(), values);
    List<Value> outputs = streams.earlyOutputs();
    List<Stream> written = streams.outputs(outputs);
    for (int k = 0; k < outputs.size(); k++) {
      lanes.store(RowGroups.lane(values, outputs.get(k)), at(written.get(k)));
    }
    Lane x = RowGroups.lane(values, reduce.x());
    TypeName type = lanes.javaType(x.type());
    var body =
        CodeBlock.builder()
            .addStatement("long found = 0")
            .addStatement("$T best = 0", type)
            .beginControlFlow(
                "for (long i = 0; i < $LL; i++)", reduce.x().type().dim(reduce.axis()))
            .add(lanes.takeBody())
            .beginControlFlow("if (i == 0 || $L)", better(x))
            .addStatement("best = $L", x.code())
            .addStatement("found = i")
            .endControlFlow()
            .endControlFlow()
            .addStatement("return found")
            .build();
    return context
        .methods()
        .share(
            new MethodDraft(
                context.name() + "_search",
                "",
                TypeName.LONG,
                MethodDraft.longs(names),
                CodeBlock.builder().add(lanes.preamble()).add(body).build()));
  }

  private CodeBlock at(Stream stream) {
    long step = stream.strides().get(reduce.axis()) * stream.unit();
    return step == 0
        ? CodeBlock.of("$N", stream.name())
        : CodeBlock.of("$N + i * $LL", stream.name(), step);
  }

  /** Whether the element at hand is rather what is looked for than the best so far. */
  private CodeBlock better(Lane x) {
    boolean largest = reduce.kind() == ArgReduce.Kind.ARG_MAX;
    String order = (largest ? ">" : "<") + (reduce.last() ? "=" : "");
    return switch (x.type()) {
      case F32, F64, F16, BF16 ->
          reduce.last()
              ? CodeBlock.of("$L $L best || $L != $L", x.code(), order, x.code(), x.code())
              : CodeBlock.of(
                  "$L $L best || ($L != $L && best == best)", x.code(), order, x.code(), x.code());
      case U64 -> CodeBlock.of("$T.compareUnsigned($L, best) $L 0", Long.class, x.code(), order);
      case U32 -> CodeBlock.of("$T.compareUnsigned($L, best) $L 0", Integer.class, x.code(), order);
      case I64, I32, I16, I8, U16, U8, BOOL -> CodeBlock.of("$L $L best", x.code(), order);
    };
  }

  /** Writes the method that takes the index found and writes the results. */
  private MethodReference finish(List<Stream> late) {
    var names = new ArrayList<>(late.stream().map(Stream::name).toList());
    names.add("found");
    var lanes = new ScalarLanes(new LaneNames(names));
    Map<String, Lane> read = new LinkedHashMap<>();
    for (Stream stream : streams.after().streams(streams.late())) {
      CodeBlock place = CodeBlock.of("$N", stream.name());
      read.put(
          stream.name(),
          stream.isCounted()
              ? lanes.define("number", ElementType.I64, place)
              : lanes.load(stream.type(), place));
    }
    Map<Value, Lane> values = new HashMap<>();
    values.put(group.requireAnchor().result(), new Lane(ElementType.I64, CodeBlock.of("found")));
    streams.after().bind(streams.late(), lanes, read, values);
    Expressions.write(lanes, group.epilogue(), values);
    List<Value> outputs = streams.lateOutputs();
    List<Stream> written = streams.outputs(outputs);
    for (int k = 0; k < outputs.size(); k++) {
      lanes.store(
          RowGroups.lane(values, outputs.get(k)), CodeBlock.of("$N", written.get(k).name()));
    }
    CodeBlock body = lanes.takeBody();
    return context
        .methods()
        .share(
            MethodDraft.ofVoid(
                context.name() + "_finish",
                "",
                MethodDraft.longs(names),
                CodeBlock.builder().add(lanes.preamble()).add(body).build()));
  }
}
