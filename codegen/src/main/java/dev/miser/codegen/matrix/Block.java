package dev.miser.codegen.matrix;

import com.palantir.javapoet.CodeBlock;
import dev.miser.codegen.KernelContext;
import dev.miser.codegen.MethodDraft;
import dev.miser.codegen.MethodReference;
import dev.miser.codegen.matrix.Steps.Run;
import dev.miser.ir.plan.Target;
import java.util.ArrayList;
import java.util.List;

/**
 * Writes the method that multiplies some rows of A with some panels of B, a tile's rows at a time,
 * and finishes each of these rows while it is in the nearest cache.
 */
public final class Block {
  private static final List<String> MATRIX =
      List.of(
          "a",
          "aRow",
          "aInner",
          "rows",
          "b",
          "bPanel",
          "columns",
          "inner",
          "scratch",
          "scratchRow");

  private final KernelContext context;
  private final Epilogue epilogue;
  private final Run rowAxis;
  private final MicroKernels kernels;

  /**
   * @param rowAxis the axes of the result that the rows of A stand for
   */
  public Block(KernelContext context, Epilogue epilogue, Run rowAxis) {
    this.context = context;
    this.epilogue = epilogue;
    this.rowAxis = rowAxis;
    this.kernels = new MicroKernels(context.methods(), context.target());
  }

  /** Returns the bytes of a row of scratch memory that holds so many columns. */
  public static long scratchRow(long columns) {
    // The odd cache line keeps the rows from meeting in the same cache sets.
    return columns * 4 + 64;
  }

  /** Returns whether products go to the output at once, save the columns behind the last panel. */
  private boolean isDirect() {
    return epilogue.isPlain();
  }

  /** Returns whether scratch memory is needed for so many columns. */
  public static boolean needsScratch(boolean plain, long columns, Target target) {
    return !plain || columns % target.tileColumns() != 0;
  }

  /** Returns the parameters: those of the matrices, places, steps along a row and by rows. */
  private List<String> parameters() {
    var names = new ArrayList<>(MATRIX);
    names.addAll(epilogue.names());
    names.addAll(epilogue.stepNames());
    names.addAll(rowSteps());
    return names;
  }

  private boolean stepsByRow(String name) {
    return epilogue.step(name, rowAxis) != 0 || (isDirect() && name.equals("out0"));
  }

  private List<String> rowSteps() {
    var names = new ArrayList<String>();
    for (String name : epilogue.names()) {
      if (stepsByRow(name)) {
        names.add(name + "Row");
      }
    }
    return names;
  }

  /**
   * Returns the call of the method.
   *
   * @param matrix the expressions of {@code a, aRow, aInner, rows, b, bPanel, columns, inner,
   *     scratch, scratchRow}
   * @param places the expressions of {@link Epilogue#names}, at the first row and column
   */
  public CodeBlock call(List<CodeBlock> matrix, List<CodeBlock> places, Arguments arguments) {
    var call = new ArrayList<>(matrix);
    call.addAll(places);
    epilogue.stepNames().forEach(name -> call.add(CodeBlock.of("$N", name)));
    for (String name : epilogue.names()) {
      if (stepsByRow(name)) {
        call.add(CodeBlock.of("$N", arguments.count(name + "Row", epilogue.step(name, rowAxis))));
      }
    }
    return method().call(call);
  }

  private MethodReference method() {
    Target target = context.target();
    var body = CodeBlock.builder();
    body.beginControlFlow("for (long row = 0; row < rows; row += $L)", target.tileRows());
    body.addStatement("long some = $T.min($L, rows - row)", Math.class, target.tileRows());
    body.addStatement("long panel = b");
    body.beginControlFlow("for (long j = 0; j < columns; j += $L)", target.tileColumns());
    if (isDirect()) {
      body.beginControlFlow("if (columns - j >= $L)", target.tileColumns());
      multiply(body, kernels.wide(), "out0 + 4 * j", "out0Row");
      body.nextControlFlow("else if (columns - j > $L)", target.floatLanes());
    } else {
      body.beginControlFlow("if (columns - j > $L)", target.floatLanes());
    }
    multiply(body, kernels.wide(), "scratch + 4 * j", "scratchRow");
    body.nextControlFlow("else");
    multiply(body, kernels.narrow(), "scratch + 4 * j", "scratchRow");
    body.endControlFlow();
    body.addStatement("panel += bPanel");
    body.endControlFlow();
    // Where A is no panel, this is the only round.
    body.addStatement("a += $L * inner", 4 * target.tileRows());
    finish(body);
    return context
        .methods()
        .share(
            MethodDraft.ofVoid(
                "block_" + context.name(),
                "",
                MethodDraft.longs(parameters()),
                body.endControlFlow().build()));
  }

  private static void multiply(
      CodeBlock.Builder body, MethodReference kernel, String to, String row) {
    body.addStatement(
        kernel.call(
            List.of(
                CodeBlock.of("a"),
                CodeBlock.of("aRow"),
                CodeBlock.of("aInner"),
                CodeBlock.of("some"),
                CodeBlock.of("panel"),
                CodeBlock.of(to),
                CodeBlock.of("inner"),
                CodeBlock.of(row))));
  }

  private void finish(CodeBlock.Builder body) {
    if (isDirect()) {
      body.addStatement("long whole = columns - columns % $L", context.target().tileColumns());
      body.beginControlFlow("if (whole < columns)");
      rows(body, CodeBlock.of("whole"));
      body.nextControlFlow("else");
      body.addStatement("out0 += some * out0Row");
      body.endControlFlow();
    } else {
      rows(body, CodeBlock.of("0"));
    }
  }

  private void rows(CodeBlock.Builder body, CodeBlock first) {
    boolean fromStart = first.toString().equals("0");
    body.addStatement("long x = scratch" + (fromStart ? "" : " + 4 * whole"));
    body.beginControlFlow("for (long r = 0; r < some; r++)");
    var call = new ArrayList<CodeBlock>();
    call.add(CodeBlock.of("x"));
    for (String name : epilogue.names()) {
      call.add(fromStart ? CodeBlock.of("$N", name) : CodeBlock.of("$N + 4 * whole", name));
    }
    epilogue.stepNames().forEach(name -> call.add(CodeBlock.of("$N", name)));
    call.add(fromStart ? CodeBlock.of("columns") : CodeBlock.of("columns - whole"));
    body.addStatement(epilogue.row().call(call));
    body.addStatement("x += scratchRow");
    for (String name : epilogue.names()) {
      if (stepsByRow(name)) {
        body.addStatement("$N += $N", name, name + "Row");
      }
    }
    body.endControlFlow();
  }
}
