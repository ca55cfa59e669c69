package dev.miser.passes.memory.strips;

import dev.miser.ir.op.Value;
import dev.miser.ir.plan.Algorithm;
import dev.miser.ir.plan.Cut;
import dev.miser.ir.plan.Kernel;
import dev.miser.ir.plan.KernelCatalog;
import dev.miser.ir.plan.Schedule;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** What is known of a schedule and its kernels, each thing asked once. */
final class Facts {
  private final Schedule schedule;
  private final KernelCatalog catalog;
  private final Liveness liveness;
  private final Map<Integer, List<Cut>> cuts = new HashMap<>();
  private final Map<Integer, Algorithm> algorithms = new HashMap<>();

  Facts(Schedule schedule, KernelCatalog catalog) {
    this.schedule = schedule;
    this.catalog = catalog;
    this.liveness = new Liveness(schedule);
  }

  Schedule schedule() {
    return schedule;
  }

  KernelCatalog catalog() {
    return catalog;
  }

  Liveness liveness() {
    return liveness;
  }

  /** Returns the kernel of the step at a position, which is one. */
  Kernel kernel(int position) {
    if (schedule.steps().get(position) instanceof Kernel kernel) {
      return kernel;
    }
    throw new IllegalArgumentException("no kernel: " + schedule.steps().get(position));
  }

  /** Returns how the kernel at a position may be cut. */
  List<Cut> cuts(int position) {
    return cuts.computeIfAbsent(position, p -> catalog.cuts(kernel(p), schedule.target()));
  }

  /** Returns how the kernel at a position runs. */
  Algorithm algorithm(int position) {
    return algorithms.computeIfAbsent(position, p -> algorithm(kernel(p)));
  }

  private Algorithm algorithm(Kernel kernel) {
    for (Algorithm algorithm :
        catalog.algorithms(kernel.body(), kernel.outputs(), schedule.target())) {
      if (algorithm.name().equals(kernel.algorithm())) {
        return algorithm;
      }
    }
    throw new IllegalArgumentException("no such algorithm: " + kernel.algorithm());
  }

  /** Returns how long the kernel at a position takes, predicted. */
  double seconds(int position) {
    Kernel kernel = kernel(position);
    long bytes = 0;
    for (Value input : kernel.inputs()) {
      bytes += input.type().byteCount();
    }
    for (Value output : kernel.outputs()) {
      bytes += output.type().byteCount();
    }
    return Speed.seconds(algorithm(position).flops(), bytes);
  }
}
