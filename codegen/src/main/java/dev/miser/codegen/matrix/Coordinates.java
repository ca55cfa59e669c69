package dev.miser.codegen.matrix;

import com.palantir.javapoet.CodeBlock;
import dev.miser.codegen.matrix.Steps.Run;
import dev.miser.ir.type.Shape;
import java.util.List;

/** Takes a number apart into the variables of runs of axes, the last run innermost. */
public final class Coordinates {
  private Coordinates() {}

  /** Declares the variable of each run; the number is a variable called {@code rest}. */
  public static void write(
      CodeBlock.Builder body, Arguments arguments, List<Run> runs, Shape shape) {
    for (int i = runs.size() - 1; i >= 0; i--) {
      Run run = runs.get(i);
      if (i == 0) {
        body.addStatement("long $N = rest", run.variable());
      } else {
        String size = arguments.count(run.variable() + "Size", run.size(shape));
        body.addStatement("long $N = rest % $N", run.variable(), size);
        body.addStatement("rest /= $N", size);
      }
    }
  }
}
