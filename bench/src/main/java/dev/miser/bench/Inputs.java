package dev.miser.bench;

import dev.miser.compiler.Executable;
import dev.miser.frontend.weights.RandomInputs;
import dev.miser.ir.func.Parameter;
import dev.miser.runtime.Instance;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;

/** Random elements for every input of an instance, kept because a step may reuse their bytes. */
final class Inputs {
  private final MemorySegment[] kept;
  private final MemorySegment[] places;

  Inputs(Executable executable, Instance instance) {
    List<Parameter> inputs = executable.compilation().inputs();
    kept = new MemorySegment[inputs.size()];
    places = new MemorySegment[inputs.size()];
    for (int i = 0; i < kept.length; i++) {
      places[i] = instance.input(inputs.get(i).value().name());
      kept[i] = Arena.ofAuto().allocate(places[i].byteSize(), 64);
      RandomInputs.fill(inputs.get(i), 0, kept[i]);
    }
  }

  /** Writes every input into the arena. */
  void set() {
    for (int i = 0; i < kept.length; i++) {
      MemorySegment.copy(kept[i], 0, places[i], 0, kept[i].byteSize());
    }
  }
}
