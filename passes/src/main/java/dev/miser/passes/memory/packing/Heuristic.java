package dev.miser.passes.memory.packing;

/** A strategy that places every buffer once and searches for nothing. */
interface Heuristic extends Strategy {
  long[] offsets(Problem problem);

  @Override
  default Outcome pack(Problem problem, Effort effort) {
    long begin = CpuClock.nanos();
    Packing packing = Packing.of(problem, offsets(problem));
    LowerBound bound = LowerBounds.best(problem);
    return new Outcome(
        packing,
        bound.bytes(),
        name(),
        bound.argument(),
        0,
        Outcome.Stop.DONE,
        CpuClock.nanos() - begin);
  }
}
