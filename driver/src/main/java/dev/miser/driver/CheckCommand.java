package dev.miser.driver;

import dev.miser.compiler.Progress;
import dev.miser.frontend.Program;
import dev.miser.ir.diag.DiagnosticException;
import dev.miser.ir.func.Function;
import dev.miser.ir.plan.Schedule;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code miser check}: says whether programs are legal. */
@Command(name = "check", description = "Say whether programs are legal.")
final class CheckCommand implements Callable<Integer> {
  @Mixin ModelOptions model;
  @Mixin Console console;

  @Parameters(arity = "1..*", paramLabel = "FILE", description = "Program texts, ONNX models.")
  List<Path> files = List.of();

  @Override
  public Integer call() {
    model.requireModelAmong(files);
    int code = Main.GOOD;
    for (Path file : files) {
      try {
        Program program = model.read(file, Progress.SILENT).program();
        console.out().println(file + ": ok, " + describe(program));
      } catch (BadText refused) {
        code = Failures.refused(refused, console);
      } catch (DiagnosticException refused) {
        code = Failures.refused(refused, console);
      }
    }
    return code;
  }

  private static String describe(Program program) {
    return switch (program) {
      case Program.OfFunction(Function function) ->
          "func @" + function.name() + ", " + Plural.of(function.body().size(), "instruction");
      case Program.OfSchedule(Schedule schedule) -> "schedule " + describe(schedule);
      case Program.OfPlan(var plan) ->
          "plan " + describe(plan.schedule()) + ", arena of " + plan.arenaBytes() + " bytes";
    };
  }

  private static String describe(Schedule schedule) {
    return "@" + schedule.name() + ", " + Plural.of(schedule.steps().size(), "step");
  }
}
