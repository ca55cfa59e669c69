package dev.miser.bench;

import dev.miser.runtime.KernelInfo;
import dev.miser.runtime.Program;
import dev.miser.runtime.Slot;
import dev.miser.runtime.WorkerPool;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;

/**
 * A kernel that does nothing in as many tiles as there are threads: what remains is the cost of
 * handing a kernel to the pool and waiting for it, which the profile counts as the kernel's.
 */
final class Handoff implements Work, Program {
  private final WorkerPool pool = WorkerPool.shared();
  private final int threads;
  private final MemorySegment arena = Arena.ofAuto().allocate(64);

  Handoff(int threads) {
    this.threads = threads;
  }

  /** Returns the nanoseconds of one hand-over, the median of several rounds. */
  static Spread nanos(int threads, Effort effort) {
    var handoff = new Handoff(threads);
    double[] rounds = new double[effort.pairs()];
    Sample.of(handoff, effort.warmUpNanos() / 10);
    for (int round = 0; round < rounds.length; round++) {
      int runs = 0;
      long began = System.nanoTime();
      long elapsed;
      do {
        for (int i = 0; i < 100; i++) {
          handoff.run();
        }
        runs += 100;
        elapsed = System.nanoTime() - began;
      } while (elapsed < effort.sampleNanos());
      rounds[round] = (double) elapsed / runs;
    }
    return Spread.of(rounds);
  }

  @Override
  public void run() {
    try {
      pool.run(this, 0, threads, threads);
    } catch (Throwable e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public double amount() {
    return 1;
  }

  @Override
  public void tile(int kernel, int tile, int worker) {}

  @Override
  public void warmUp() {}

  @Override
  public String name() {
    return "handoff";
  }

  @Override
  public MemorySegment arena() {
    return arena;
  }

  @Override
  public int maximumWorkers() {
    return threads;
  }

  @Override
  public int initKernels() {
    return 0;
  }

  @Override
  public List<KernelInfo> kernels() {
    return List.of(new KernelInfo("nothing", "", threads, 0, 0));
  }

  @Override
  public List<Slot> slots() {
    return List.of();
  }

  @Override
  public List<Stretch> persistent() {
    return List.of();
  }

  @Override
  public List<Copy> copies() {
    return List.of();
  }
}
