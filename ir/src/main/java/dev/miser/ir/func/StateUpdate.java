package dev.miser.ir.func;

import dev.miser.ir.op.Value;

/** What {@code return} assigns to a state parameter for the next step. */
public record StateUpdate(Value state, Value next) {}
