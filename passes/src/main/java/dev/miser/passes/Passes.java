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

/** Every pass that pipeline text can name, with its default options. */
public final class Passes {
  private Passes() {}

  /** The passes over a Function. */
  public static final List<Pass<Function>> FUNCTION =
      List.of(
          BatchNormFolding.DEFAULT,
          CommonSubexpressions.DEFAULT,
          ConstantFolding.DEFAULT,
          DeadCode.DEFAULT,
          Simplify.DEFAULT,
          SinkLayout.DEFAULT);

  /** The passes over a Schedule. */
  public static final List<Pass<Schedule>> SCHEDULE =
      List.of(ConcatInPlace.DEFAULT, Order.DEFAULT, PackInPieces.DEFAULT, Strips.DEFAULT);

  /** Returns all passes, Function first. */
  public static List<Pass<?>> all() {
    var all = new ArrayList<Pass<?>>(FUNCTION);
    all.addAll(SCHEDULE);
    return all;
  }

  /** Returns the names of all passes. */
  public static List<String> names() {
    return all().stream().map(Pass::name).toList();
  }

  static <P> @Nullable Pass<P> find(List<Pass<P>> passes, String name) {
    for (Pass<P> pass : passes) {
      if (pass.name().equals(name)) {
        return pass;
      }
    }
    return null;
  }
}
