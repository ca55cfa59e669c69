package dev.miser.codegen.pool;

import com.palantir.javapoet.CodeBlock;
import com.palantir.javapoet.ParameterSpec;
import com.palantir.javapoet.TypeName;
import dev.miser.codegen.KernelContext;
import dev.miser.codegen.MethodDraft;
import dev.miser.codegen.MethodReference;
import dev.miser.codegen.vector.Emitted;
import dev.miser.ir.type.ElementType;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Arrays;
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
    body.addStatement("$T.fill(scratch, $L, $L, $Lf)", Arrays.class, from, from + count, number);
  }

  /** Adds the calls that move a block's results to {@code results}. */
  void write(CodeBlock.Builder body) {
    if (blocks.fold().isAverage() && !dividesEvenly()) {
      Windowing windowing = blocks.windowing();
      count(body, blocks.sliceCount(), "1", "z", windowing.z(), CodeBlock.of("1f"));
      CodeBlock slice = CodeBlock.of("scratch[$L]", blocks.sliceCount());
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
    loop.addStatement("scratch[to + i] = factor * $T.max(0, end - from)", Math.class);
    loop.endControlFlow();
    var parameters = new ArrayList<>(SplitCode.parameters(List.of("to", "n"), List.of("first")));
    parameters.add(ParameterSpec.builder(TypeName.FLOAT, "factor").build());
    MethodReference method =
        context.methods().share(MethodDraft.ofVoid("countInside", "", parameters, loop.build()));
    body.addStatement(
        method.call(
            List.of(
                CodeBlock.of("scratch"),
                CodeBlock.of("$L", to),
                CodeBlock.of("$L", n),
                CodeBlock.of("$N", first),
                factor)));
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
      body.addStatement("int from = $L + row * $L", blocks.results(), blocks.pitch());
      body.addStatement("int dense = $L + row * columns", dense);
      if (average) {
        body.addStatement("float entries = scratch[$L + row]", blocks.rowCounts());
      }
      body.beginControlFlow("for (int i = 0; i < columns; i += $L)", lanes);
      CodeBlock result = load(CodeBlock.of("from + i"));
      if (average) {
        CodeBlock counts = load(CodeBlock.of("$L + i", blocks.columnCounts()));
        result = CodeBlock.of("$L.div($L.mul(entries))", result, counts);
      }
      body.addStatement("$L.intoArray(scratch, dense + i)", result);
      body.endControlFlow();
      body.endControlFlow();
    }
    body.addStatement("int n = rows * columns");
    body.beginControlFlow("if (n < $L)", lanes);
    body.addStatement(
        "$T.copy(scratch, $L, $L, $L, to, n)",
        MemorySegment.class,
        dense,
        Emitted.SEG,
        Emitted.layout(ElementType.F32));
    body.addStatement("return");
    body.endControlFlow();
    body.addStatement("long out = to");
    body.beginControlFlow("for (int i = 0; i < n - $L; i += $L)", lanes, lanes);
    move(body, CodeBlock.of("$L + i", dense), CodeBlock.of("out"));
    body.addStatement("out += $L", 4 * lanes);
    body.endControlFlow();
    move(
        body, CodeBlock.of("$L + n - $L", dense, lanes), CodeBlock.of("to + (n - $L) * 4L", lanes));
    return context
        .methods()
        .share(
            MethodDraft.ofVoid(
                "placeRows",
                "",
                SplitCode.parameters(List.of("rows", "columns"), List.of("to")),
                body.build()));
  }

  private static void move(CodeBlock.Builder body, CodeBlock from, CodeBlock to) {
    body.addStatement(
        "$L.intoMemorySegment($L, $L, $L)", load(from), Emitted.SEG, to, Emitted.ORDER);
  }

  private static CodeBlock load(CodeBlock from) {
    return CodeBlock.of(
        "$T.fromArray($T.F, scratch, $L)", Emitted.FLOAT_VECTOR, Emitted.MEMORY, from);
  }
}
