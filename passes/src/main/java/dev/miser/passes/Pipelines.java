package dev.miser.passes;

import dev.miser.ir.func.Function;
import dev.miser.passes.simplify.BatchNormFolding;
import dev.miser.passes.simplify.CommonSubexpressions;
import dev.miser.passes.simplify.ConstantFolding;
import dev.miser.passes.simplify.DeadCode;
import dev.miser.passes.simplify.Simplify;
import dev.miser.passes.simplify.SinkLayout;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The pipelines that have a name: flat lists, each line with its reason. */
public final class Pipelines {
  private Pipelines() {}

  /** A pass and why it stands where it stands. */
  public record Line(Pass<Function> pass, String reason) {}

  /** A pipeline over functions that pipeline text can name. */
  public record Named(String name, List<Line> lines) {
    /** Returns the passes in order. */
    public List<Pass<Function>> passes() {
      return lines.stream().map(Line::pass).toList();
    }
  }

  /** {@code first} must come before {@code then}. */
  public record Before(
      Class<? extends Pass<Function>> first,
      Class<? extends Pass<Function>> then,
      String because) {}

  /** What every program goes through before fusion. */
  public static final Named STANDARD =
      new Named(
          "standard",
          List.of(
              new Line(ConstantFolding.DEFAULT, "algebra asks which operands are constant"),
              new Line(Simplify.DEFAULT, "fewer instructions for all that follow"),
              new Line(BatchNormFolding.DEFAULT, "while the contraction is still its operand"),
              new Line(SinkLayout.DEFAULT, "elementwise work goes next to what it fuses with"),
              new Line(Simplify.DEFAULT, "layouts that met cancel"),
              new Line(ConstantFolding.DEFAULT, "what earlier passes made of constants"),
              new Line(CommonSubexpressions.DEFAULT, "equal instructions look alike by now"),
              new Line(DeadCode.DEFAULT, "what all of the above left behind")));

  /** All of them. */
  public static final List<Named> ALL = List.of(STANDARD);

  /** The rules of order; a test holds them for every named pipeline. */
  public static final List<Before> ORDER =
      List.of(
          new Before(
              ConstantFolding.class,
              Simplify.class,
              "x * (0.5 + 0.5) is x only once the sum is folded"),
          new Before(
              BatchNormFolding.class,
              SinkLayout.class,
              "a layout between a contraction and its bias hides it"),
          new Before(SinkLayout.class, Simplify.class, "reshapes that met are one reshape"),
          new Before(
              Simplify.class,
              CommonSubexpressions.class,
              "x * 2 and 2 * x are equal once the constant stands right"),
          new Before(
              CommonSubexpressions.class, DeadCode.class, "merged instructions leave operands"),
          new Before(
              BatchNormFolding.class, DeadCode.class, "weights that were scaled are read no more"));

  static @Nullable Named find(String name) {
    for (Named named : ALL) {
      if (named.name().equals(name)) {
        return named;
      }
    }
    return null;
  }
}
