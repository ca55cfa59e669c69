package dev.miser.testmodels.text;

import dev.miser.ir.func.Function;
import dev.miser.ir.plan.AnalyticCatalog;
import dev.miser.ir.plan.KernelCatalog;
import dev.miser.ir.plan.Plan;
import dev.miser.ir.plan.Schedule;
import dev.miser.ir.plan.Target;
import dev.miser.passes.fuse.Fuse;
import dev.miser.passes.memory.MemoryPlanner;
import dev.miser.testmodels.models.SmallModels;
import java.util.ArrayList;
import java.util.List;

/** Makes a program's text in all three forms. */
final class TextForms {
  static final KernelCatalog CATALOG = new AnalyticCatalog();

  private TextForms() {}

  static Schedule schedule(Function function) {
    return new Fuse(Target.GOLDEN, CATALOG).run(function);
  }

  static Plan plan(Function function) {
    return MemoryPlanner.plan(schedule(function), CATALOG);
  }

  /** Returns the texts of the small models in all forms, as long as they have less than this. */
  static List<String> small(int characters) {
    var texts = new ArrayList<String>();
    for (Function function : SmallModels.all()) {
      for (Object form : List.of(function, schedule(function), plan(function))) {
        String text = form.toString();
        if (text.length() < characters) {
          texts.add(text);
        }
      }
    }
    return texts;
  }
}
