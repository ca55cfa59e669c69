package dev.miser.ir.func;

import dev.miser.ir.diag.Place;
import dev.miser.ir.op.Value;
import org.jspecify.annotations.Nullable;

/** What a program is given: an input of each step, a parameter it reads, or state it replaces. */
public record Parameter(
    Role role, Value value, @Nullable Initialiser initialiser, @Nullable Range range, Place place) {
  /** How a parameter is bound. */
  public enum Role {
    /** Given anew for each step. */
    INPUT,
    /** Weights, read only. */
    PARAM,
    /** Weights or statistics that a step replaces. */
    STATE
  }

  public static Parameter input(Value value) {
    return new Parameter(Role.INPUT, value, null, null, Place.NONE);
  }

  public static Parameter param(Value value, @Nullable Initialiser initialiser) {
    return new Parameter(Role.PARAM, value, initialiser, null, Place.NONE);
  }
}
