package dev.miser.bench;

import dev.miser.compiler.Executable;
import dev.miser.compiler.Miser;
import dev.miser.compiler.Options.CachePolicy;
import dev.miser.compiler.ReferenceRun;
import dev.miser.runtime.Instance;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;

/** A model compiled by Miser. A step begins with writing its inputs, as it must. */
final class MiserSide implements Side {
  private final Executable executable;
  private final Instance instance;
  private final List<MemorySegment> places = new ArrayList<>();
  private final List<MemorySegment> given = new ArrayList<>();

  /** Compiles the text of {@code task}, its weights from the file that ONNX Runtime's were too. */
  MiserSide(PeerTask task, int threads, CachePolicy cache) {
    executable =
        Miser.compile(task.text())
            .weights(task.weights())
            .threads(threads)
            .with(options -> options.withCache(cache))
            .build();
    instance = executable.instantiate();
    for (var input : task.inputs()) {
      places.add(instance.input(input.value().name()));
      given.add(task.input(input));
    }
  }

  long arenaBytes() {
    return executable.plan().arenaBytes();
  }

  /** Returns how far a result may be from the reference, as {@code run --check} has it. */
  double bound() {
    return ReferenceRun.bound(executable.compilation().schedule());
  }

  @Override
  public void step() {
    for (int i = 0; i < places.size(); i++) {
      MemorySegment.copy(given.get(i), 0, places.get(i), 0, given.get(i).byteSize());
    }
    instance.step();
  }

  @Override
  public MemorySegment result(int index) {
    return instance.result(index);
  }
}
