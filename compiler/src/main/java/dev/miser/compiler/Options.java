package dev.miser.compiler;

import dev.miser.ir.plan.Target;
import dev.miser.passes.Pipeline;
import dev.miser.passes.Pipelines;
import dev.miser.passes.RunOptions;
import dev.miser.passes.fuse.FuseOptions;
import dev.miser.passes.memory.MemoryOptions;

/**
 * How a program is compiled.
 *
 * @param target what it is compiled for
 * @param pipeline the passes to run
 * @param passes how they are run
 * @param fusion how instructions become kernels
 * @param memory how buffers are placed in the arena
 * @param budget the most bytes its arena may take; {@link Long#MAX_VALUE} if it may take any,
 *     {@link #LEAST} if it shall take as few as can be
 * @param threads how many threads serve a step at most
 * @param seed what initialisers and random inputs start from
 * @param weights where parameters get their bytes from
 * @param cache where compiled classes and prepared weights are kept between runs
 */
public record Options(
    Target target,
    Pipeline pipeline,
    RunOptions passes,
    FuseOptions fusion,
    MemoryOptions memory,
    long budget,
    int threads,
    long seed,
    Weights weights,
    CachePolicy cache) {
  /** Whether compiled classes and prepared weights are kept for the next run. */
  public enum CachePolicy {
    USE,
    IGNORE
  }

  /** A budget of as few bytes as can be, however slow. */
  public static final long LEAST = -1;

  public Options {
    if (threads < 1) {
      throw new IllegalArgumentException("threads must be at least 1: " + threads);
    }
    if (budget < 0 && budget != LEAST) {
      throw new IllegalArgumentException("budget must not be negative: " + budget);
    }
  }

  /** Returns the usual options for a target: the standard pipelines, no budget, all workers. */
  public static Options of(Target target) {
    return new Options(
        target,
        new Pipeline(Pipelines.STANDARD.passes(), Pipelines.MEMORY.passes()),
        RunOptions.DEFAULT,
        FuseOptions.DEFAULT,
        MemoryOptions.DEFAULT,
        Long.MAX_VALUE,
        target.workers(),
        0,
        new Weights.Initialisers(),
        CachePolicy.USE);
  }

  public Options withTarget(Target other) {
    return new Options(
        other, pipeline, passes, fusion, memory, budget, threads, seed, weights, cache);
  }

  public Options withPipeline(Pipeline other) {
    return new Options(
        target, other, passes, fusion, memory, budget, threads, seed, weights, cache);
  }

  public Options withPasses(RunOptions other) {
    return new Options(
        target, pipeline, other, fusion, memory, budget, threads, seed, weights, cache);
  }

  public Options withFusion(FuseOptions other) {
    return new Options(
        target, pipeline, passes, other, memory, budget, threads, seed, weights, cache);
  }

  public Options withMemory(MemoryOptions other) {
    return new Options(
        target, pipeline, passes, fusion, other, budget, threads, seed, weights, cache);
  }

  public Options withBudget(long other) {
    return new Options(
        target, pipeline, passes, fusion, memory, other, threads, seed, weights, cache);
  }

  public Options withThreads(int other) {
    return new Options(
        target, pipeline, passes, fusion, memory, budget, other, seed, weights, cache);
  }

  public Options withSeed(long other) {
    return new Options(
        target, pipeline, passes, fusion, memory, budget, threads, other, weights, cache);
  }

  public Options withWeights(Weights other) {
    return new Options(
        target, pipeline, passes, fusion, memory, budget, threads, seed, other, cache);
  }

  public Options withCache(CachePolicy other) {
    return new Options(
        target, pipeline, passes, fusion, memory, budget, threads, seed, weights, other);
  }
}
