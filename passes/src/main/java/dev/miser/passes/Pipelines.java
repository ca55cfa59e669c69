package dev.miser.passes;

import dev.miser.ir.func.Function;
import dev.miser.ir.plan.Schedule;
import dev.miser.passes.memory.ConcatInPlace;
import dev.miser.passes.memory.Order;
import dev.miser.passes.memory.PackInPieces;
import dev.miser.passes.memory.strips.Strips;
import dev.miser.passes.simplify.BatchNormFolding;
import dev.miser.passes.simplify.CommonSubexpressions;
import dev.miser.passes.simplify.ConstantFolding;
import dev.miser.passes.simplify.DeadCode;
import dev.miser.passes.simplify.Simplify;
import dev.miser.passes.simplify.SinkLayout;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The pipelines that have a name: flat lists, each line with its reason. */
public final class Pipelines {
  private Pipelines() {}

  /** A pass and why it stands where it stands. */
  public record Line<P>(Pass<P> pass, String reason) {}

  /** A pipeline over programs of one form that pipeline text can name. */
  public record Named<P>(String name, List<Line<P>> lines) {
    public Named {
      lines = List.copyOf(lines);
    }

    /** Returns the passes in order. */
    public List<Pass<P>> passes() {
      return lines.stream().<Pass<P>>map(Line::pass).toList();
    }
  }

  /** {@code first} must come before {@code then}. */
  public record Before(
      Class<? extends Pass<?>> first, Class<? extends Pass<?>> then, String because) {}

  /** What every program goes through before fusion. */
  public static final Named<Function> STANDARD =
      new Named<>(
          "standard",
          List.of(
              new Line<>(ConstantFolding.DEFAULT, "algebra asks which operands are constant"),
              new Line<>(Simplify.DEFAULT, "fewer instructions for all that follow"),
              new Line<>(BatchNormFolding.DEFAULT, "while the contraction is still its operand"),
              new Line<>(SinkLayout.DEFAULT, "elementwise work goes next to what it fuses with"),
              new Line<>(Simplify.DEFAULT, "layouts that met cancel"),
              new Line<>(ConstantFolding.DEFAULT, "what earlier passes made of constants"),
              new Line<>(CommonSubexpressions.DEFAULT, "equal instructions look alike by now"),
              new Line<>(DeadCode.DEFAULT, "what all of the above left behind")));

  /** What every program goes through before it gets its places in the arena. */
  public static final Named<Schedule> MEMORY =
      new Named<>(
          "memory",
          List.of(
              new Line<>(ConcatInPlace.DEFAULT, "a copy spared costs neither time nor bytes"),
              new Line<>(Order.DEFAULT, "what runs is known: few bytes are to be alive at once"),
              new Line<>(Strips.DEFAULT, "what is left of the peak is made a part at a time"),
              new Line<>(PackInPieces.DEFAULT, "what init still needs more than the step")));

  /** All pipelines over functions. */
  public static final List<Named<Function>> FUNCTION = List.of(STANDARD);

  /** All pipelines over schedules. */
  public static final List<Named<Schedule>> SCHEDULE = List.of(MEMORY);

  /** Returns all of them, over functions first. */
  public static List<Named<?>> all() {
    var all = new ArrayList<Named<?>>(FUNCTION);
    all.addAll(SCHEDULE);
    return all;
  }

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
              BatchNormFolding.class, DeadCode.class, "weights that were scaled are read no more"),
          new Before(
              ConcatInPlace.class, Order.class, "operands that lie in a concat live otherwise"),
          new Before(Order.class, Strips.class, "strips are for peaks that no order avoids"),
          new Before(
              Order.class,
              PackInPieces.class,
              "with the largest weights first there is less to cut, often nothing"),
          new Before(Strips.class, PackInPieces.class, "init may need what the step needs"));

  static <P> @Nullable Named<P> find(List<Named<P>> pipelines, String name) {
    for (Named<P> named : pipelines) {
      if (named.name().equals(name)) {
        return named;
      }
    }
    return null;
  }
}
