package dev.miser.codegen.pool;

import com.palantir.javapoet.CodeBlock;
import com.palantir.javapoet.ParameterSpec;
import com.palantir.javapoet.TypeName;
import dev.miser.codegen.KernelContext;
import dev.miser.codegen.MethodDraft;
import dev.miser.codegen.MethodReference;
import dev.miser.codegen.matrix.FloatCode;
import dev.miser.codegen.vector.Emitted;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;

/**
 * Writes the methods that move a block's results from scratch to where they lie next to each other,
 * dividing them for an average.
 */
record PlaceCode(KernelContext context, Blocks blocks) {
  /** Whether every position divides by the size of the window. */
  private boolean dividesEvenly() {
    return blocks.fold() == Fold.AVERAGE_ALL || blocks.windowing().isInside();
  }

  /** Adds what is the same for all blocks. */
  void prepare(CodeBlock.Builder body) {
    if (blocks.fold().isAverage() && dividesEvenly()) {
      Windowing windowing = blocks.windowing();
      fill(
          body, blocks.rowCounts(), blocks.rows(), windowing.z().window() * windowing.y().window());
      fill(body, blocks.columnCounts(), blocks.columns(), windowing.x().window());
    }
  }

  private static void fill(CodeBlock.Builder body, long from, long count, long number) {
    body.beginControlFlow("for (long i = 0; i < $L; i++)", count);
    body.addStatement(FloatCode.write(CodeBlock.of("$Lf", number), "$L + i * 4", Blocks.at(from)));
    body.endControlFlow();
  }

  /** Adds the calls that move a block's results to {@code results}. */
  void write(CodeBlock.Builder body) {
    if (blocks.fold().isAverage() && !dividesEvenly()) {
      Windowing windowing = blocks.windowing();
      count(body, blocks.sliceCount(), "1", "z", windowing.z(), CodeBlock.of("1f"));
      CodeBlock slice = FloatCode.read("$L", Blocks.at(blocks.sliceCount()));
      count(body, blocks.rowCounts(), "rows", "y", windowing.y(), slice);
      count(body, blocks.columnCounts(), "columns", "x0", windowing.x(), CodeBlock.of("1f"));
    }
    body.addStatement(
        place()
            .call(
                List.of(
                    CodeBlock.of("scratch"),
                    CodeBlock.of("rows"),
                    CodeBlock.of("columns"),
                    CodeBlock.of("results"))));
  }

  private void count(
      CodeBlock.Builder body, long to, String n, String first, WindowAxis axis, CodeBlock factor) {
    var loop = CodeBlock.builder();
    loop.beginControlFlow("for (int i = 0; i < n; i++)");
    loop.addStatement("long at = (first + i) * $L - $L", axis.stride(), axis.low());
    loop.addStatement(
        "long from = $T.max(0, $T.ceilDiv(-at, $LL))", Math.class, Math.class, axis.dilation());
    loop.addStatement(
        "long end = $T.min($L, $T.ceilDiv($L - at, $LL))",
        Math.class,
        axis.window(),
        Math.class,
        axis.size(),
        axis.dilation());
    loop.addStatement(
        FloatCode.write(CodeBlock.of("factor * $T.max(0, end - from)", Math.class), "to + i * 4L"));
    loop.endControlFlow();
    var parameters = new ArrayList<>(MethodDraft.longs(List.of("to", "first")));
    parameters.add(MethodDraft.ofInt("n"));
    parameters.add(ParameterSpec.builder(TypeName.FLOAT, "factor").build());
    MethodReference method =
        context.methods().share(MethodDraft.ofVoid("countInside", "", parameters, loop.build()));
    body.addStatement(
        method.call(
            List.of(Blocks.at(to), CodeBlock.of("$N", first), CodeBlock.of("$L", n), factor)));
  }

  /**
   * Moves the rows next to each other inside scratch, and then all of them out. Vectors reach into
   * what is written later; the last one out overlaps the one before it. No loop goes element by
   * element: the compiler's guesses about one that mostly does not run would fail again and again.
   */
  private MethodReference place() {
    int lanes = context.target().floatLanes();
    boolean average = blocks.fold().isAverage();
    boolean moves = average || blocks.pitch() != blocks.columns();
    // A vector less, so that what reaches beyond a row does not meet the next one.
    long dense = blocks.results() - (moves ? Blocks.SLACK : 0);
    var body = CodeBlock.builder();
    if (moves) {
      body.beginControlFlow("for (int row = 0; row < rows; row++)");
      body.addStatement(
          "long from = $L + row * $LL", Blocks.at(blocks.results()), blocks.pitch() * Float.BYTES);
      body.addStatement("long dense = $L + row * columns * 4L", Blocks.at(dense));
      if (average) {
        body.addStatement(
            "float entries = $L", FloatCode.read("$L + row * 4L", Blocks.at(blocks.rowCounts())));
      }
      body.beginControlFlow("for (int i = 0; i < columns; i += $L)", lanes);
      CodeBlock result = FloatCode.load("from");
      if (average) {
        CodeBlock counts = FloatCode.load("$L + i * 4L", Blocks.at(blocks.columnCounts()));
        result = CodeBlock.of("$L.div($L.mul(entries))", result, counts);
      }
      move(body, result, CodeBlock.of("dense"));
      body.addStatement("from += $L", lanes * Float.BYTES);
      body.addStatement("dense += $L", lanes * Float.BYTES);
      body.endControlFlow();
      body.endControlFlow();
    }
    body.addStatement("int n = rows * columns");
    body.beginControlFlow("if (n < $L)", lanes);
    body.addStatement(
        "$T.copy($L, $L, $L, to, n * 4L)",
        MemorySegment.class,
        Emitted.SEG,
        Blocks.at(dense),
        Emitted.SEG);
    body.addStatement("return");
    body.endControlFlow();
    body.addStatement("long out = to");
    body.addStatement("long at = $L", Blocks.at(dense));
    body.beginControlFlow("for (int i = 0; i < n - $L; i += $L)", lanes, lanes);
    move(body, FloatCode.load("at"), CodeBlock.of("out"));
    body.addStatement("at += $L", 4 * lanes);
    body.addStatement("out += $L", 4 * lanes);
    body.endControlFlow();
    move(
        body,
        FloatCode.load("$L + (n - $L) * 4L", Blocks.at(dense), lanes),
        CodeBlock.of("to + (n - $L) * 4L", lanes));
    return context
        .methods()
        .share(
            MethodDraft.ofVoid(
                "placeRows",
                "",
                SplitCode.parameters(List.of("rows", "columns"), List.of("to")),
                body.build()));
  }

  private static void move(CodeBlock.Builder body, CodeBlock vector, CodeBlock to) {
    body.addStatement("$L.intoMemorySegment($L, $L, $L)", vector, Emitted.SEG, to, Emitted.ORDER);
  }
}
