package dev.miser.frontend;

import dev.miser.ir.func.Function;
import dev.miser.ir.plan.Plan;
import dev.miser.ir.plan.Schedule;

/** A program in one of the three forms that have a text. */
public sealed interface Program {
  /** Head word {@code func}. */
  record OfFunction(Function function) implements Program {}

  /** Head word {@code schedule}. */
  record OfSchedule(Schedule schedule) implements Program {}

  /** Head word {@code plan}. */
  record OfPlan(Plan plan) implements Program {}

  /** Returns the text form, which parses back to an equal program. */
  default String text() {
    return switch (this) {
      case OfFunction(var function) -> function.toString();
      case OfSchedule(var schedule) -> schedule.toString();
      case OfPlan(var plan) -> plan.toString();
    };
  }
}
