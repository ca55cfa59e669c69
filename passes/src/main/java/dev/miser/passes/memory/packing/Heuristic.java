package dev.miser.passes.memory.packing;

/** A strategy that places every buffer once and proves nothing beyond the load bound. */
interface Heuristic extends Strategy {
  long[] offsets(Problem problem);

  @Override
  default Outcome pack(Problem problem, Effort effort) {
    long begin = CpuClock.nanos();
    Packing packing = Packing.of(problem, offsets(problem));
    long bound = problem.loadBound();
    return new Outcome(
        packing, bound, name(), "load", 0, Outcome.Stop.DONE, CpuClock.nanos() - begin);
  }
}
