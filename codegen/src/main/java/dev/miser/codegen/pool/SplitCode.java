package dev.miser.codegen.pool;

import com.palantir.javapoet.CodeBlock;
import com.palantir.javapoet.ParameterSpec;
import dev.miser.codegen.KernelContext;
import dev.miser.codegen.MethodDraft;
import dev.miser.codegen.MethodReference;
import dev.miser.codegen.matrix.FloatCode;
import dev.miser.codegen.vector.Emitted;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;

/**
 * Writes the methods that copy the image under a block into scratch, padded and split into phases.
 */
record SplitCode(KernelContext context, Blocks blocks) {
  private int lanes() {
    return context.target().floatLanes();
  }

  private CodeBlock edge() {
    return blocks.fold() == Fold.MAX
        ? CodeBlock.of("$T.NEGATIVE_INFINITY", Float.class)
        : CodeBlock.of("0f");
  }

  /** Returns parameters: where scratch begins, then ints and longs. */
  static List<ParameterSpec> parameters(List<String> ints, List<String> longs) {
    var parameters = new ArrayList<ParameterSpec>();
    parameters.addAll(MethodDraft.longs(List.of("scratch")));
    ints.forEach(name -> parameters.add(MethodDraft.ofInt(name)));
    parameters.addAll(MethodDraft.longs(longs));
    return parameters;
  }

  /**
   * Returns the method that splits a block: given scratch, rows and columns of the block, where the
   * plane begins, and the block's first position.
   */
  MethodReference block() {
    WindowAxis z = blocks.windowing().z();
    WindowAxis y = blocks.windowing().y();
    WindowAxis x = blocks.windowing().x();
    long phases = x.stride();
    var body = CodeBlock.builder();
    body.addStatement("int width = $L", span("columns", x));
    body.addStatement("long column = x * $L - $L", x.stride(), x.low());
    body.addStatement("int first = (int) $T.clamp(-column, 0, width)", Math.class);
    body.addStatement(
        "int last = (int) $T.clamp($LL - column, first, width)", Math.class, x.size());
    body.addStatement("int height = $L", span("rows", y));
    body.beginControlFlow("for (int slice = 0; slice < $L; slice++)", z.window());
    body.addStatement("long depth = z * $L + slice * $LL - $L", z.stride(), z.dilation(), z.low());
    body.beginControlFlow("for (int row = 0; row < height; row++)");
    body.addStatement("long line = y * $L + row - $L", y.stride(), y.low());
    body.addStatement(
        "long to = scratch + ($L + (slice * $L + row % $L) * $L + row / $L * $L) * 4L",
        blocks.image(),
        y.stride(),
        y.stride(),
        phases * blocks.phase(),
        y.stride(),
        blocks.pitch());
    body.addStatement(
        "boolean inside = depth >= 0 && depth < $L && line >= 0 && line < $L", z.size(), y.size());
    body.addStatement(
        "long from = plane + ((depth * $L + line) * $L + column + first) * 4", y.size(), x.size());
    body.addStatement(
        row()
            .call(
                List.of(
                    CodeBlock.of("scratch"),
                    CodeBlock.of("inside ? first : width"),
                    CodeBlock.of("inside ? last : width"),
                    CodeBlock.of("to"),
                    CodeBlock.of("from"))));
    body.endControlFlow();
    body.endControlFlow();
    return context
        .methods()
        .share(
            MethodDraft.ofVoid(
                "splitBlock",
                "",
                parameters(List.of("rows", "columns"), List.of("plane", "z", "y", "x")),
                body.build()));
  }

  private static CodeBlock span(String positions, WindowAxis axis) {
    return CodeBlock.of("($N - 1) * $L + $L", positions, axis.stride(), axis.extent(1));
  }

  /**
   * One row: columns before {@code first} and from {@code last} on are padding, the others are read
   * next to each other. Whole vectors are written, ascending: what lies behind is written later.
   */
  private MethodReference row() {
    int stride = (int) blocks.windowing().x().stride();
    var body = CodeBlock.builder();
    body.addStatement("$T edge = $L", Emitted.FLOAT_VECTOR, FloatCode.broadcast(edge()));
    padding(body, CodeBlock.of("0"), CodeBlock.of("first"));
    body.addStatement("long at = from");
    body.addStatement("int i = first");
    switch (stride) {
      case 1 -> vectors(body);
      case 2 -> pairs(body);
      default -> elements(body, stride);
    }
    padding(body, CodeBlock.of("last"), CodeBlock.of("$L", stride * blocks.pitch()));
    return context
        .methods()
        .share(
            MethodDraft.ofVoid(
                "splitRow",
                "",
                parameters(List.of("first", "last"), List.of("to", "from")),
                body.build()));
  }

  /** Fills the columns of every phase that stand for columns [from, end) of the row. */
  private void padding(CodeBlock.Builder body, CodeBlock from, CodeBlock end) {
    int stride = (int) blocks.windowing().x().stride();
    for (int phase = 0; phase < stride; phase++) {
      body.beginControlFlow(
          "for (int j = $L; j < $L; j += $L)",
          column(from, phase, stride),
          column(end, phase, stride),
          lanes());
      body.addStatement(FloatCode.store("edge", "to + ($L + j) * 4L", phase * blocks.phase()));
      body.endControlFlow();
    }
  }

  /** Returns the first column of a phase that stands for {@code column} of the row or beyond. */
  private static CodeBlock column(CodeBlock column, int phase, int stride) {
    return stride == 1
        ? column
        : CodeBlock.of("($L + $L) / $L", column, stride - 1 - phase, stride);
  }

  /** Begins the loop over the vectors that lie inside the arena. */
  private void begin(CodeBlock.Builder body) {
    body.addStatement("long end = $L.byteSize() - $L", Emitted.SEG, 4 * lanes());
    body.beginControlFlow("for (; i < last && at <= end; i += $L)", lanes());
  }

  private void vectors(CodeBlock.Builder body) {
    body.addStatement("long out = to + i * 4L");
    begin(body);
    body.addStatement(store(FloatCode.load("at"), "out"));
    body.addStatement("out += $L", 4 * lanes());
    body.addStatement("at += $L", 4 * lanes());
    body.endControlFlow();
    body.beginControlFlow("if (i < last)");
    body.addStatement(rest(CodeBlock.of("out")));
    body.endControlFlow();
  }

  /** Copies what lies between the last whole vector and the end of the arena. */
  private static CodeBlock rest(CodeBlock to) {
    return CodeBlock.of(
        "$T.copy($L, at, $L, $L, (last - i) * 4L)",
        MemorySegment.class,
        Emitted.SEG,
        Emitted.SEG,
        to);
  }

  private static CodeBlock store(CodeBlock vector, String to) {
    return CodeBlock.of("$L.intoMemorySegment($L, $N, $L)", vector, Emitted.SEG, to, Emitted.ORDER);
  }

  /** The even elements of a vector go to one phase, its odd ones to the other. */
  private void pairs(CodeBlock.Builder body) {
    context.methods().needPairs();
    body.addStatement("long even = to + (first % 2 * $L + first / 2) * 4L", blocks.phase());
    body.addStatement(
        "long odd = to + ((first + 1) % 2 * $L + (first + 1) / 2) * 4L", blocks.phase());
    begin(body);
    part(body, FloatCode.load("at"));
    body.addStatement("even += $L", 2 * lanes());
    body.addStatement("odd += $L", 2 * lanes());
    body.addStatement("at += $L", 4 * lanes());
    body.endControlFlow();
    body.beginControlFlow("if (i < last)");
    CodeBlock spare = Blocks.at(blocks.spare());
    body.addStatement(rest(spare));
    part(body, FloatCode.load("$L", spare));
    body.endControlFlow();
  }

  private static void part(CodeBlock.Builder body, CodeBlock both) {
    body.addStatement("$T both = $L", Emitted.FLOAT_VECTOR, both);
    body.addStatement(store(CodeBlock.of("both.rearrange($T.EVEN)", Emitted.MEMORY), "even"));
    body.addStatement(store(CodeBlock.of("both.rearrange($T.ODD)", Emitted.MEMORY), "odd"));
  }

  private void elements(CodeBlock.Builder body, int stride) {
    body.beginControlFlow("for (; i < last; i++)");
    body.addStatement(
        FloatCode.write(
            FloatCode.read("at"),
            "to + (i % $L * $L + i / $L) * 4L",
            stride,
            blocks.phase(),
            stride));
    body.addStatement("at += 4");
    body.endControlFlow();
  }
}
