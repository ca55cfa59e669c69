package dev.miser.ir.plan;

import dev.miser.ir.func.Instruction;
import dev.miser.ir.func.Printer;
import dev.miser.ir.op.Value;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Prints a schedule as text that parses back to it:
 *
 * <pre>
 * schedule @name(parameters) -> results target {vector_bits = 256, ...} {
 *   init {
 *     kernel pack (%w.packed) {
 *       %w.packed = pack_panels %w {width = 16} : f32[16,784,16]
 *     }
 *   }
 *   step {
 *     kernel gemm (%r) workspace 36864 {
 *       ...
 *     }
 *     view %v = reshape %r {shape = [32, 16, 16]} : f32[32,16,16]
 *   }
 *   return %v
 * }
 * </pre>
 */
public final class SchedulePrinter {
  private SchedulePrinter() {}

  public static String print(Schedule schedule) {
    return print("schedule", schedule, "");
  }

  /** Prints with another head word and with lines of its own before {@code return}. */
  static String print(String head, Schedule schedule, String extra) {
    var out = new StringBuilder();
    out.append(head).append(" @");
    out.append(Printer.signature(schedule.name(), schedule.parameters(), schedule.results()));
    out.append(" target ").append(schedule.target()).append(" {\n");
    section(out, "init", schedule.init());
    section(out, "step", schedule.steps());
    out.append(extra);
    out.append("  ").append(Printer.returnLine(schedule.results(), schedule.updates()));
    return out.append("\n}\n").toString();
  }

  private static void section(StringBuilder out, String name, List<Step> steps) {
    out.append("  ").append(name).append(" {\n");
    for (Step step : steps) {
      print(out, step);
    }
    out.append("  }\n");
  }

  private static void print(StringBuilder out, Step step) {
    switch (step) {
      case View view ->
          out.append("    view ").append(Printer.print(view.instruction())).append('\n');
      case Kernel kernel -> {
        out.append("    kernel ").append(kernel.algorithm()).append(' ');
        out.append(
            kernel.outputs().stream()
                .map(Value::toString)
                .collect(Collectors.joining(", ", "(", ")")));
        if (kernel.workspaceBytes() > 0) {
          out.append(" workspace ").append(kernel.workspaceBytes());
        }
        out.append(" {\n");
        for (Instruction instruction : kernel.body()) {
          out.append("      ").append(Printer.print(instruction)).append('\n');
        }
        out.append("    }\n");
      }
    }
  }
}
