package dev.miser.codegen.rows;

import com.palantir.javapoet.CodeBlock;
import com.palantir.javapoet.ParameterSpec;
import dev.miser.codegen.EmittedKernel;
import dev.miser.codegen.KernelContext;
import dev.miser.codegen.MethodDraft;
import dev.miser.codegen.MethodReference;
import dev.miser.codegen.vector.ScalarLanes;
import dev.miser.ir.op.Attention;
import dev.miser.ir.op.Value;
import dev.miser.ir.plan.Access;
import dev.miser.ir.plan.Group;
import dev.miser.ir.type.ElementType;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Writes attention: a tile packs the keys of a head into panels and takes some of its queries, four
 * at a time: their scores, softmax along each row, and the weighted sum of values.
 */
final class AttentionWriter {
  private static final int ROWS = AttentionShape.ROWS;

  private final KernelContext context;
  private final Group group;
  private final Attention op;
  private final AttentionShape shape;
  private final ElementType type;
  private final ElementType sums;
  private final int rank;
  private final AttentionRows rows;

  AttentionWriter(KernelContext context) {
    this.context = context;
    this.group = context.group();
    this.op = (Attention) group.requireAnchor().op();
    this.shape = AttentionShape.of(op);
    this.type = op.query().type().element();
    this.sums = shape.sums();
    this.rank = op.query().type().rank();
    this.rows = new AttentionRows(context, op, shape);
  }

  /** Returns the step in bytes of an operand along an axis. */
  private long step(Value operand, int axis) {
    Access access = group.leaf(operand);
    boolean stretched = operand.type().dim(axis) == 1;
    return stretched ? 0 : access.strides().get(axis) * operand.type().element().bytes();
  }

  EmittedKernel write() {
    MethodReference block = block();
    MethodReference pack = pack();
    List<Stream> streams = rows.finishing();
    var places = new ArrayList<String>(List.of("query", "key", "value"));
    var arguments = new ArrayList<EmittedKernel.Argument>();
    for (Value operand : List.of(op.query(), op.key(), op.value())) {
      arguments.add(offset(operand));
    }
    if (op.bias() != null) {
      places.add("bias");
      arguments.add(offset(op.bias()));
    }
    for (Stream stream : streams) {
      places.add(stream.name());
      arguments.add(Objects.requireNonNull(stream.start()));
    }
    var names = new ArrayList<>(places);
    names.add("workspace");
    arguments.add(new EmittedKernel.Workspace());
    var body = CodeBlock.builder();
    body.addStatement("long own = workspace + worker * $LL", shape.workspaceBytes());
    body.addStatement("long rest = tile / $LL", shape.tilesPerHead());
    body.addStatement("long first = tile % $LL * $LL", shape.tilesPerHead(), AttentionShape.TILE);
    body.addStatement(
        "long last = $T.min($LL, first + $LL)", Math.class, shape.queries(), AttentionShape.TILE);
    for (int axis = rank - 3; axis >= 0; axis--) {
      long size = op.query().type().dim(axis);
      body.addStatement("long c$L = rest % $LL", axis, size);
      body.addStatement("rest /= $LL", size);
    }
    for (String name : places) {
      var place = CodeBlock.builder().add("$N", name);
      for (int axis = 0; axis < rank - 2; axis++) {
        long step = leadingStep(name, axis, streams);
        if (step != 0) {
          place.add(" + c$L * $LL", axis, step);
        }
      }
      body.addStatement("long $N = $L", name + "At", place.build());
    }
    if (op.causal()) {
      body.addStatement("long limit = $T.min($LL, last)", Math.class, shape.keys());
    } else {
      body.addStatement("long limit = $LL", shape.keys());
    }
    body.addStatement(pack.callNames(List.of("keyAt", "own", "limit")));
    var call = new ArrayList<CodeBlock>();
    call.add(CodeBlock.of("i"));
    for (String name : places) {
      if (!name.equals("key")) {
        call.add(CodeBlock.of("$N", name + "At"));
      }
    }
    call.add(CodeBlock.of("own"));
    body.beginControlFlow("for (long i = first; i < last; i += $L)", ROWS);
    body.addStatement(block.call(call));
    body.endControlFlow();
    var parameters = new ArrayList<ParameterSpec>();
    parameters.add(MethodDraft.ofInt("tile"));
    parameters.add(MethodDraft.ofInt("worker"));
    parameters.addAll(MethodDraft.longs(names));
    MethodReference method =
        context
            .methods()
            .share(MethodDraft.ofVoid(context.name(), context.comment(), parameters, body.build()));
    return new EmittedKernel(
        method, arguments, Math.toIntExact(shape.heads() * shape.tilesPerHead()), "");
  }

  private EmittedKernel.Argument offset(Value operand) {
    Access access = group.leaf(operand);
    return new EmittedKernel.OffsetOf(
        access.source(), access.base() * operand.type().element().bytes());
  }

  private long leadingStep(String name, int axis, List<Stream> streams) {
    return switch (name) {
      case "query" -> step(op.query(), axis);
      case "key" -> step(op.key(), axis);
      case "value" -> step(op.value(), axis);
      case "bias" -> step(Objects.requireNonNull(op.bias()), axis);
      default -> {
        Stream stream = stream(name, streams);
        yield stream.strides().get(axis) * stream.unit();
      }
    };
  }

  private static Stream stream(String name, List<Stream> streams) {
    return streams.stream().filter(s -> s.name().equals(name)).findFirst().orElseThrow();
  }

  /** Writes the method that packs keys into panels, [panel][depth][32], with zeros behind them. */
  private MethodReference pack() {
    CodeBlock from =
        CodeBlock.of("key + s * $LL + d * $LL", step(op.key(), rank - 2), step(op.key(), rank - 1));
    CodeBlock read = ScalarLanes.read(type, from);
    CodeBlock zero = sums == ElementType.F64 ? CodeBlock.of("0.0") : CodeBlock.of("0f");
    var body = CodeBlock.builder();
    body.addStatement("long to = own");
    body.beginControlFlow("for (long panel = 0; panel < limit; panel += $L)", AttentionShape.PANEL);
    body.addStatement(
        "long end = $T.min($LL, panel + $L)", Math.class, shape.keys(), AttentionShape.PANEL);
    body.beginControlFlow("for (long d = 0; d < $L; d++)", shape.depth());
    body.addStatement("long at = to");
    body.beginControlFlow("for (long s = panel; s < end; s++)");
    body.addStatement("$L", ScalarLanes.write(sums, CodeBlock.of("at"), read));
    body.addStatement("at += $L", shape.bytes());
    body.endControlFlow();
    body.addStatement("to += $L", AttentionShape.PANEL * shape.bytes());
    body.beginControlFlow("for (; at < to; at += $L)", shape.bytes());
    body.addStatement("$L", ScalarLanes.write(sums, CodeBlock.of("at"), zero));
    body.endControlFlow().endControlFlow().endControlFlow();
    return context
        .methods()
        .share(
            MethodDraft.ofVoid(
                "pack_keys", "", MethodDraft.longs(List.of("key", "own", "limit")), body.build()));
  }

  /** Writes the method that takes four queries. */
  private MethodReference block() {
    List<Stream> streams = rows.finishing();
    var names = new ArrayList<>(List.of("i", "query", "value"));
    if (op.bias() != null) {
      names.add("bias");
    }
    streams.forEach(s -> names.add(s.name()));
    names.add("own");
    var body = CodeBlock.builder();
    body.addStatement("long scores = own + $LL", shape.scoresAt());
    body.addStatement("long results = own + $LL", shape.resultsAt());
    body.addStatement("long sums = own + $LL", shape.accumulatorsAt());
    // Behind the last query, it is taken again, and not written.
    for (int r = 0; r < ROWS; r++) {
      body.addStatement("long row$L = $T.min(i + $L, $LL)", r, Math.class, r, shape.queries() - 1);
      if (op.causal()) {
        body.addStatement("long kept$L = $T.min(row$L + 1, $LL)", r, Math.class, r, shape.keys());
      }
    }
    scores(body);
    for (int r = 0; r < ROWS; r++) {
      body.addStatement(
          rows.weights()
              .call(
                  rows.weightArguments(
                      r,
                      CodeBlock.of("scores + $L", r * shape.scoreRowBytes()),
                      CodeBlock.of("sums + $L", r * AttentionShape.accumulatorBytes()),
                      op.bias() == null
                          ? null
                          : CodeBlock.of("bias + row$L * $LL", r, step(op.bias(), rank - 2)),
                      kept(r))));
    }
    body.addStatement(
        Accumulators.fill(context, sums, Combine.SUM)
            .call(
                List.of(
                    CodeBlock.of("results"),
                    CodeBlock.of("0L"),
                    CodeBlock.of("$LL", ROWS * shape.resultRowBytes() / shape.bytes()))));
    values(body);
    for (int r = 0; r < ROWS; r++) {
      body.beginControlFlow("if (i + $L < $L)", r, shape.queries());
      body.addStatement(
          rows.finish()
              .call(
                  rows.finishArguments(
                      r,
                      CodeBlock.of("results + $L", r * shape.resultRowBytes()),
                      CodeBlock.of(
                          "sums + $L",
                          r * AttentionShape.accumulatorBytes()
                              + AttentionShape.accumulatorBytes() / 2))));
      body.endControlFlow();
    }
    return context
        .methods()
        .share(
            MethodDraft.ofVoid(
                context.name() + "_block", "", MethodDraft.longs(names), body.build()));
  }

  private CodeBlock kept(int row) {
    return op.causal() ? CodeBlock.of("kept$L", row) : CodeBlock.of("$LL", shape.keys());
  }

  private @Nullable ElementType master() {
    return type == sums ? sums : null;
  }

  private int count(@Nullable ElementType master) {
    return master == null ? 1 : context.target().vectorBits() / (8 * master.bytes());
  }

  private List<CodeBlock> perRow(IntFunction<CodeBlock> of) {
    return IntStream.range(0, ROWS).mapToObj(of).toList();
  }

  /** Scores of four queries with all keys that one of them keeps. */
  private void scores(CodeBlock.Builder body) {
    // Packed keys are of the type of sums, whatever the operands are.
    int columns = 2 * count(sums);
    var product =
        new ProductWriter(
            ROWS,
            2,
            type,
            step(op.query(), rank - 1),
            sums,
            AttentionShape.PANEL * shape.bytes(),
            sums,
            ProductWriter.Start.ZERO,
            ProductWriter.Zeros.MULTIPLY);
    long queryStep = step(op.query(), rank - 2);
    body.beginControlFlow("for (long s = 0; s < $L; s += $L)", kept(ROWS - 1), columns);
    body.addStatement(
        product
            .write(context, "scores", sums)
            .call(
                ProductWriter.arguments(
                    perRow(r -> CodeBlock.of("query + row$L * $LL", r, queryStep)),
                    CodeBlock.of(
                        "own + s / $L * $LL + s % $L * $L",
                        AttentionShape.PANEL,
                        shape.panelBytes(),
                        AttentionShape.PANEL,
                        shape.bytes()),
                    perRow(r ->
                        CodeBlock.of(
                            "scores + $LL + s * $L", r * shape.scoreRowBytes(), shape.bytes())),
                    CodeBlock.of("0L"),
                    CodeBlock.of("$LL", shape.depth()))));
    body.endControlFlow();
  }

  /** Weighted sums of values: along with all four rows as far as all keep, then row by row. */
  private void values(CodeBlock.Builder body) {
    boolean unit = step(op.value(), rank - 1) == type.bytes();
    ElementType vectors = unit ? master() : null;
    boolean masked = rows.isMasked();
    if (!masked) {
      strips(body, vectors, ROWS, 0, CodeBlock.of("0L"), kept(0));
    }
    if (masked || op.causal()) {
      for (int r = 0; r < ROWS; r++) {
        strips(body, vectors, 1, r, masked ? CodeBlock.of("0L") : kept(0), kept(r));
      }
    }
  }

  private void strips(
      CodeBlock.Builder body,
      @Nullable ElementType vectors,
      int many,
      int row,
      CodeBlock from,
      CodeBlock to) {
    long element = 0;
    // Single elements of values may lie apart.
    for (int wide = vectors == null ? 1 : many == 1 ? 4 : 2; wide > 0; wide /= 2) {
      long columns = (long) wide * count(vectors);
      long end = element + (shape.width() - element) / columns * columns;
      strip(body, vectors, many, row, wide, element, end, from, to);
      element = end;
    }
    strip(body, null, many, row, 1, element, shape.width(), from, to);
  }

  private void strip(
      CodeBlock.Builder body,
      @Nullable ElementType vectors,
      int many,
      int row,
      int wide,
      long first,
      long end,
      CodeBlock from,
      CodeBlock to) {
    if (first == end) {
      return;
    }
    var product =
        new ProductWriter(
            many,
            wide,
            sums,
            shape.bytes(),
            type,
            step(op.value(), rank - 2),
            sums,
            ProductWriter.Start.RESUME,
            many == 1 ? ProductWriter.Zeros.SKIP : ProductWriter.Zeros.MULTIPLY);
    var factors = new ArrayList<CodeBlock>();
    var results = new ArrayList<CodeBlock>();
    for (int r = row; r < row + many; r++) {
      factors.add(CodeBlock.of("scores + $LL", r * shape.scoreRowBytes()));
      results.add(
          CodeBlock.of("results + $LL + e * $L", r * shape.resultRowBytes(), shape.bytes()));
    }
    body.beginControlFlow(
        "for (long e = $L; e < $L; e += $L)", first, end, (long) wide * count(vectors));
    body.addStatement(
        product
            .write(context, "weigh_values", vectors)
            .call(
                ProductWriter.arguments(
                    factors,
                    CodeBlock.of("value + e * $LL", step(op.value(), rank - 1)),
                    results,
                    from,
                    to)));
    body.endControlFlow();
  }
}
