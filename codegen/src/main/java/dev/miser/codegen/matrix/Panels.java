package dev.miser.codegen.matrix;

import com.palantir.javapoet.CodeBlock;
import dev.miser.codegen.MethodDraft;
import dev.miser.codegen.MethodReference;
import dev.miser.codegen.Methods;
import dev.miser.codegen.vector.Emitted;
import dev.miser.ir.plan.Target;
import java.util.List;

/**
 * Methods that copy a matrix into panels: {@code width} rows of it side by side, the inner axis
 * outside, zeros where there are fewer rows.
 */
public final class Panels {
  private static final List<String> PARAMETERS =
      List.of("from", "row", "step", "rows", "inner", "to");

  private final Methods methods;
  private final Target target;

  public Panels(Methods methods, Target target) {
    this.methods = methods;
    this.target = target;
  }

  /**
   * Returns the method {@code (from, row, step, rows, inner, to)} that packs {@code rows} rows,
   * {@code row} bytes apart, whose elements are {@code step} bytes apart.
   */
  public MethodReference strided(int width) {
    var panel = onePanel(width);
    var body = CodeBlock.builder();
    body.beginControlFlow("for (long done = 0; done < rows; done += $L)", width);
    body.addStatement(
        panel.call(
            List.of(
                CodeBlock.of("from"),
                CodeBlock.of("row"),
                CodeBlock.of("step"),
                CodeBlock.of("$T.min($L, rows - done)", Math.class, width),
                CodeBlock.of("inner"),
                CodeBlock.of("to"))));
    body.addStatement("from += $L * row", width);
    body.addStatement("to += $L * inner", 4 * width);
    body.endControlFlow();
    return methods.share(
        MethodDraft.ofVoid(
            "packPanels" + width,
            "Rows, any distance apart, into panels of " + width + ".\n",
            MethodDraft.longs(PARAMETERS),
            body.build()));
  }

  /**
   * Returns the method {@code (from, row, outerStep, outer, step, rows, inner, to)} that packs rows
   * of {@code outer * inner} elements: {@code outer} runs of {@code inner}, {@code outerStep} bytes
   * apart.
   */
  public MethodReference deep(int width) {
    var body = CodeBlock.builder();
    body.beginControlFlow("for (long done = 0; done < rows; done += $L)", width);
    body.addStatement("long x = from + done * row");
    body.beginControlFlow("for (long run = 0; run < outer; run++)");
    body.addStatement(
        onePanel(width)
            .call(
                List.of(
                    CodeBlock.of("x"),
                    CodeBlock.of("row"),
                    CodeBlock.of("step"),
                    CodeBlock.of("$T.min($L, rows - done)", Math.class, width),
                    CodeBlock.of("inner"),
                    CodeBlock.of("to"))));
    body.addStatement("x += outerStep");
    body.addStatement("to += $L * inner", 4 * width);
    body.endControlFlow().endControlFlow();
    return methods.share(
        MethodDraft.ofVoid(
            "packDeepPanels" + width,
            "Rows whose elements lie in runs, into panels of " + width + ".\n",
            MethodDraft.longs(
                List.of("from", "row", "outerStep", "outer", "step", "rows", "inner", "to")),
            body.build()));
  }

  private MethodReference onePanel(int width) {
    var body = CodeBlock.builder();
    body.addStatement("long done = 0");
    body.beginControlFlow("for (; done + 4 <= rows; done += 4)");
    body.addStatement("long x0 = from + done * row");
    for (int i = 1; i < 4; i++) {
      body.addStatement("long x$L = x$L + row", i, i - 1);
    }
    body.addStatement("long y = to + 4 * done");
    body.beginControlFlow("for (long k = 0; k < inner; k++)");
    for (int i = 0; i < 4; i++) {
      body.addStatement(FloatCode.write(FloatCode.read("x$L", i), "y + $L", 4 * i));
    }
    for (int i = 0; i < 4; i++) {
      body.addStatement("x$L += step", i);
    }
    body.addStatement("y += $L", 4 * width);
    body.endControlFlow().endControlFlow();
    body.beginControlFlow("for (; done < $L; done++)", width);
    body.addStatement("long x = from + done * row");
    body.addStatement("long y = to + 4 * done");
    body.beginControlFlow("for (long k = 0; k < inner; k++)");
    body.addStatement(
        FloatCode.write(CodeBlock.of("done < rows ? $L : 0", FloatCode.read("x")), "y"));
    body.addStatement("x += step");
    body.addStatement("y += $L", 4 * width);
    body.endControlFlow().endControlFlow();
    return methods.share(
        MethodDraft.ofVoid("packPanel" + width, "", MethodDraft.longs(PARAMETERS), body.build()));
  }

  /**
   * Returns the method {@code (from, row, step, rows, inner, to)} that packs rows whose elements
   * lie next to their neighbours' ({@code row} is four bytes), a vector at a time.
   */
  public MethodReference adjacent() {
    int width = target.tileColumns();
    int bytes = target.vectorBits() / 8;
    var body = CodeBlock.builder();
    body.addStatement("long whole = rows - rows % $L", width);
    body.beginControlFlow("for (long done = 0; done < whole; done += $L)", width);
    body.addStatement("long x = from + 4 * done");
    body.beginControlFlow("for (long k = 0; k < inner; k++)");
    for (int vector = 0; vector < target.tileVectors(); vector++) {
      body.addStatement(
          "$T x$L = $L", Emitted.FLOAT_VECTOR, vector, FloatCode.load("x + $L", vector * bytes));
    }
    for (int vector = 0; vector < target.tileVectors(); vector++) {
      body.addStatement(FloatCode.store("x" + vector, "to + $L", vector * bytes));
    }
    body.addStatement("x += step");
    body.addStatement("to += $L", 4 * width);
    body.endControlFlow().endControlFlow();
    body.beginControlFlow("if (whole < rows)");
    body.addStatement(
        onePanel(width)
            .call(
                List.of(
                    CodeBlock.of("from + 4 * whole"),
                    CodeBlock.of("row"),
                    CodeBlock.of("step"),
                    CodeBlock.of("rows - whole"),
                    CodeBlock.of("inner"),
                    CodeBlock.of("to"))));
    body.endControlFlow();
    return methods.share(
        MethodDraft.ofVoid(
            "packAdjacent",
            "Rows next to each other into panels of " + width + ".\n",
            MethodDraft.longs(PARAMETERS),
            body.build()));
  }
}
