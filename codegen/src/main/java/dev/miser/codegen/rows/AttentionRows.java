package dev.miser.codegen.rows;

import com.palantir.javapoet.CodeBlock;
import dev.miser.codegen.EmittedKernel;
import dev.miser.codegen.KernelContext;
import dev.miser.codegen.MethodDraft;
import dev.miser.codegen.MethodReference;
import dev.miser.codegen.vector.Expressions;
import dev.miser.codegen.vector.Functions;
import dev.miser.codegen.vector.Lane;
import dev.miser.codegen.vector.Primitive;
import dev.miser.ir.op.Attention;
import dev.miser.ir.op.Convert;
import dev.miser.ir.op.Unary;
import dev.miser.ir.op.Value;
import dev.miser.ir.plan.Access;
import dev.miser.ir.plan.Group;
import dev.miser.ir.type.ElementType;
import dev.miser.ir.type.TensorType;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What attention does along one row: scores to weights, and sums of values to results. */
final class AttentionRows {
  private static final Space ROW = new Space(List.of(Space.Axis.of(1, Space.Role.REDUCED)));
  private static final Space LINE = new Space(List.of(Space.Axis.of(1, Space.Role.KEPT)));

  private final KernelContext context;
  private final Group group;
  private final Attention op;
  private final AttentionShape shape;
  private final ElementType sums;
  private final int rank;
  private final Operands operands;

  AttentionRows(KernelContext context, Attention op, AttentionShape shape) {
    this.context = context;
    this.group = context.group();
    this.op = op;
    this.shape = shape;
    this.sums = shape.sums();
    this.rank = op.query().type().rank();
    this.operands = new Operands(group, "side", strides -> strides);
  }

  boolean isMasked() {
    return op.bias() != null && op.bias().type().element().isBoolean();
  }

  /** Returns where the columns of a row lie: in the workspace, one after the other. */
  private Stream line(String name) {
    return new Stream(name, sums, shape.bytes(), List.of(1L), null, 0);
  }

  private Stream one(String name) {
    return new Stream(name, sums, shape.bytes(), List.of(0L), null, 0);
  }

  private @Nullable Stream bias() {
    if (op.bias() == null) {
      return null;
    }
    Access access = group.leaf(op.bias());
    ElementType type = op.bias().type().element();
    long stride = op.bias().type().dim(rank - 1) == 1 ? 0 : access.strides().get(rank - 1);
    return new Stream("bias", type, type.bytes(), List.of(stride), null, 0);
  }

  /** Returns the method that turns a row of scores into weights, and leaves their sum. */
  MethodReference weights() {
    Stream scores = line("scores");
    Stream bias = bias();
    var reads = new ArrayList<>(List.of(scores));
    if (bias != null) {
      reads.add(bias);
    }
    ElementType master =
        RowGroups.master(List.of(), List.of(), reads, List.of(sums), context.target());
    var largest =
        new Pass(
            "largest",
            reads,
            List.of(scores),
            master,
            Pass.Over.ELEMENTS,
            Combine.MAX,
            sums,
            0,
            (lanes, read) -> {
              Lane score = NormStreams.lane(read, scores);
              Lane scaled =
                  lanes.apply(Primitive.MULTIPLY, score, lanes.constant(sums, op.scale()));
              if (bias != null) {
                Lane by = NormStreams.lane(read, bias);
                Lane lowest = lanes.constant(sums, Double.NEGATIVE_INFINITY);
                scaled =
                    isMasked()
                        ? lanes.apply(Primitive.SELECT, by, scaled, lowest)
                        : lanes.apply(Primitive.ADD, scaled, new Lane(sums, by.code()));
              }
              return new Pass.Written(List.of(scaled), scaled);
            });
    Stream max = one("max");
    boolean f32 = sums == ElementType.F32;
    var exponentials =
        new Pass(
            "exponentials",
            List.of(scores, max),
            List.of(scores),
            f32 ? sums : null,
            Pass.Over.ELEMENTS,
            Combine.SUM,
            sums,
            0,
            (lanes, read) -> {
              Lane above =
                  lanes.apply(
                      Primitive.SUBTRACT,
                      NormStreams.lane(read, scores),
                      NormStreams.lane(read, max));
              Value any = new Value("any", TensorType.of(sums));
              Lane exp =
                  f32
                      ? Functions.expOfNegativeOrZero(lanes, above)
                      : Expressions.write(lanes, new Unary(Unary.Kind.EXP, any), List.of(above));
              return new Pass.Written(List.of(exp), exp);
            });
    var names = new ArrayList<>(List.of("scores", "sums"));
    if (bias != null) {
      names.add("bias");
    }
    names.add("n");
    CodeBlock zero = CodeBlock.of("0L");
    CodeBlock lanes = CodeBlock.of("$LL", RowWriter.LANES);
    CodeBlock maxima = CodeBlock.of("sums");
    CodeBlock totals = CodeBlock.of("sums + $L", AttentionShape.accumulatorBytes() / 2);
    var first = new ArrayList<>(List.of(CodeBlock.of("scores")));
    if (bias != null) {
      first.add(CodeBlock.of("bias"));
    }
    first.addAll(List.of(maxima, zero, CodeBlock.of("n")));
    var body =
        CodeBlock.builder()
            .addStatement(
                Accumulators.fill(context, sums, Combine.MAX).call(List.of(maxima, zero, lanes)))
            .addStatement(RowWriter.write(context, ROW, largest).call(first))
            .addStatement(Accumulators.combine(context, sums, Combine.MAX).call(List.of(maxima)))
            .addStatement(
                Accumulators.fill(context, sums, Combine.SUM).call(List.of(totals, zero, lanes)))
            .addStatement(
                RowWriter.write(context, ROW, exponentials)
                    .call(List.of(CodeBlock.of("scores"), maxima, totals, zero, CodeBlock.of("n"))))
            .addStatement(Accumulators.combine(context, sums, Combine.SUM).call(List.of(totals)))
            .build();
    return context
        .methods()
        .share(MethodDraft.ofVoid("weights", "", MethodDraft.longs(names), body));
  }

  List<CodeBlock> weightArguments(
      int row, CodeBlock scores, CodeBlock accumulators, @Nullable CodeBlock bias, CodeBlock n) {
    var all = new ArrayList<>(List.of(scores, accumulators));
    if (bias != null) {
      all.add(bias);
    }
    all.add(n);
    return all;
  }

  /** Returns what results are written to, and what the code after attention reads. */
  List<Stream> finishing() {
    var streams = new ArrayList<Stream>();
    for (Value output : group.outputs()) {
      ElementType element = output.type().element();
      streams.add(
          Stream.given(
              "out" + streams.size(),
              element,
              element.bytes(),
              output.type().shape().strides(),
              new EmittedKernel.OffsetOf(output)));
    }
    streams.addAll(operands.streams(late()));
    return streams;
  }

  private Set<Value> late() {
    return Operands.leaves(group, group.epilogue());
  }

  private static Stream inRow(Stream stream) {
    return stream.withStrides(List.of(stream.strides().getLast()));
  }

  /** Returns the method that divides a row of results by its sum and writes it. */
  MethodReference finish() {
    List<Stream> all = finishing().stream().map(AttentionRows::inRow).toList();
    Stream results = line("results");
    Stream total = one("total");
    List<Stream> writes = all.subList(0, group.outputs().size());
    var reads = new ArrayList<>(List.of(results, total));
    reads.addAll(all.subList(group.outputs().size(), all.size()));
    var memory = new ArrayList<>(all);
    memory.add(results);
    ElementType master =
        RowGroups.master(group.epilogue(), List.of(), memory, List.of(sums), context.target());
    ElementType type = op.query().type().element();
    var pass =
        new Pass(
            "finish",
            reads,
            writes,
            master,
            Pass.Over.ELEMENTS,
            null,
            sums,
            0,
            (lanes, read) -> {
              var values = new HashMap<Value, Lane>();
              Lane one = lanes.constant(sums, 1.0);
              Lane by = lanes.apply(Primitive.DIVIDE, one, NormStreams.lane(read, total));
              Lane result = lanes.apply(Primitive.MULTIPLY, NormStreams.lane(read, results), by);
              if (type != sums) {
                var convert = new Convert(new Value("any", TensorType.of(sums)), type);
                result = Expressions.write(lanes, convert, List.of(result));
              }
              values.put(group.requireAnchor().result(), result);
              operands.bind(late(), lanes, read, values);
              Expressions.write(lanes, group.epilogue(), values);
              return new Pass.Written(
                  group.outputs().stream().map(o -> RowGroups.lane(values, o)).toList(), null);
            });
    return RowWriter.write(context, LINE, pass);
  }

  List<CodeBlock> finishArguments(int row, CodeBlock results, CodeBlock total) {
    var call = new ArrayList<CodeBlock>();
    List<Stream> all = finishing();
    int outputs = group.outputs().size();
    for (Stream stream : all.subList(0, outputs)) {
      call.add(at(row, stream));
    }
    call.add(results);
    call.add(total);
    for (Stream stream : all.subList(outputs, all.size())) {
      call.add(at(row, stream));
    }
    call.add(CodeBlock.of("0L"));
    call.add(CodeBlock.of("$LL", shape.width()));
    return call;
  }

  private CodeBlock at(int row, Stream stream) {
    long step = stream.strides().get(rank - 2) * stream.unit();
    return step == 0
        ? CodeBlock.of("$N", stream.name())
        : CodeBlock.of("$N + row$L * $LL", stream.name(), row, step);
  }
}
