package dev.miser.ir.plan;

import dev.miser.ir.diag.Place;
import dev.miser.ir.op.Value;
import java.util.List;

/** One step of a schedule: it reads values and defines values. */
public sealed interface Step permits Kernel, View {
  /** Returns the values read from memory, each once, in order of first use. */
  List<Value> inputs();

  /** Returns the values defined. */
  List<Value> outputs();

  Place place();
}
