package dev.miser.codegen.pool;

import com.palantir.javapoet.CodeBlock;
import com.palantir.javapoet.ParameterSpec;
import dev.miser.codegen.KernelContext;
import dev.miser.codegen.MethodDraft;
import dev.miser.codegen.MethodReference;
import dev.miser.codegen.matrix.FloatCode;
import dev.miser.codegen.vector.Emitted;
import java.util.ArrayList;
import java.util.Arrays;
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

  /** Returns parameters: scratch, then ints and longs. */
  static List<ParameterSpec> parameters(List<String> ints, List<String> longs) {
    var parameters = new ArrayList<ParameterSpec>();
    parameters.add(ParameterSpec.builder(float[].class, "scratch").build());
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
        "int to = $L + (slice * $L + row % $L) * $L + row / $L * $L",
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
                    CodeBlock.of("to"),
                    CodeBlock.of("inside ? first : width"),
                    CodeBlock.of("inside ? last : width"),
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
   * next to each other. Whole vectors are written: what lies behind is written later.
   */
  private MethodReference row() {
    int stride = (int) blocks.windowing().x().stride();
    var body = CodeBlock.builder();
    body.addStatement("long at = from");
    body.addStatement("int i = first");
    if (stride == 1) {
      vectors(body);
      body.beginControlFlow("for (; i < last; i++)");
      body.addStatement("scratch[to + i] = $L", FloatCode.read("at"));
      body.addStatement("at += 4");
      body.endControlFlow();
    } else {
      if (stride == 2) {
        pairs(body);
      }
      body.beginControlFlow("for (; i < last; i++)");
      body.addStatement(
          "scratch[to + i % $L * $L + i / $L] = $L",
          stride, blocks.phase(), stride, FloatCode.read("at"));
      body.addStatement("at += 4");
      body.endControlFlow();
    }
    if (stride == 1) {
      fill(body, "to", "to + first");
      fill(body, "to + last", "to + " + blocks.pitch());
    } else {
      body.beginControlFlow("for (int phase = 0; phase < $L; phase++)", stride);
      body.addStatement("int begin = to + phase * $L", blocks.phase());
      fill(body, "begin", "begin + (first - phase + " + (stride - 1) + ") / " + stride);
      fill(
          body,
          "begin + (last - phase + " + (stride - 1) + ") / " + stride,
          "begin + " + blocks.pitch());
      body.endControlFlow();
    }
    return context
        .methods()
        .share(
            MethodDraft.ofVoid(
                "splitRow",
                "",
                parameters(List.of("to", "first", "last"), List.of("from")),
                body.build()));
  }

  private void fill(CodeBlock.Builder body, String from, String to) {
    body.addStatement("$T.fill(scratch, $L, $L, $L)", Arrays.class, from, to, edge());
  }

  private void vectors(CodeBlock.Builder body) {
    body.addStatement("long end = $L.byteSize() - $L", Emitted.SEG, 4 * lanes());
    body.beginControlFlow("for (; i < last && at <= end; i += $L)", lanes());
    body.addStatement("$L.intoArray(scratch, to + i)", FloatCode.load("at"));
    body.addStatement("at += $L", 4 * lanes());
    body.endControlFlow();
  }

  /** Two vectors at a time: their even elements to one phase, their odd ones to the other. */
  private void pairs(CodeBlock.Builder body) {
    context.methods().needPairs();
    body.addStatement("long end = $L.byteSize() - $L", Emitted.SEG, 8 * lanes());
    body.addStatement("int even = to + first % 2 * $L + first / 2", blocks.phase());
    body.addStatement("int odd = to + (first + 1) % 2 * $L + (first + 1) / 2", blocks.phase());
    body.beginControlFlow("for (; i < last && at <= end; i += $L)", 2 * lanes());
    body.addStatement("$T left = $L", Emitted.FLOAT_VECTOR, FloatCode.load("at"));
    body.addStatement(
        "$T right = $L", Emitted.FLOAT_VECTOR, FloatCode.load("at + $L", 4 * lanes()));
    body.addStatement("left.rearrange($T.EVEN, right).intoArray(scratch, even)", Emitted.MEMORY);
    body.addStatement("left.rearrange($T.ODD, right).intoArray(scratch, odd)", Emitted.MEMORY);
    body.addStatement("even += $L", lanes());
    body.addStatement("odd += $L", lanes());
    body.addStatement("at += $L", 8 * lanes());
    body.endControlFlow();
  }
}
