package dev.miser.testmodels.e2e;

import dev.miser.runtime.KernelInfo;
import dev.miser.runtime.Program;
import dev.miser.runtime.Slot;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.function.Consumer;

/**
 * A program in which one kernel does something else: it then looks at the arena and does what it
 * may not.
 *
 * @param output a value that the kernel defines
 * @param runs whether the kernel first does what it should
 */
record Tampered(Program program, String output, boolean runs, Consumer<MemorySegment> deed)
    implements Program {
  @Override
  public void tile(int kernel, int tile, int worker) {
    KernelInfo info = program.kernels().get(kernel);
    boolean isIt = info.label().contains(output + ",") || info.label().contains(output + ")");
    if (runs || !isIt) {
      program.tile(kernel, tile, worker);
    }
    if (isIt && tile == info.tiles() - 1) {
      deed.accept(program.arena());
    }
  }

  @Override
  public String name() {
    return program.name();
  }

  @Override
  public MemorySegment arena() {
    return program.arena();
  }

  @Override
  public int maximumWorkers() {
    return program.maximumWorkers();
  }

  @Override
  public int initKernels() {
    return program.initKernels();
  }

  @Override
  public List<KernelInfo> kernels() {
    return program.kernels();
  }

  @Override
  public List<Slot> slots() {
    return program.slots();
  }

  @Override
  public List<Stretch> persistent() {
    return program.persistent();
  }

  @Override
  public List<Copy> copies() {
    return program.copies();
  }

  @Override
  public void warmUp() {
    program.warmUp();
  }
}
