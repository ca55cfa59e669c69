package dev.miser.bench;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/**
 * Multiply-adds that never leave the registers: twelve independent chains, enough to hide the
 * latency of one. What it reaches is the peak that matrix products are held against.
 */
final class PeakLoop implements Work {
  private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;
  private static final int CHAINS = 12;
  private static final int ROUNDS = 20_000;

  /** Kept so that the chains are not dead code. */
  private float sum;

  @Override
  public void run() {
    sum += chains(ROUNDS);
  }

  /** Returns the sum of all lanes, which is finite: each chain tends to 1. */
  float sum() {
    return sum;
  }

  @Override
  public double amount() {
    return 2.0 * CHAINS * SPECIES.length() * ROUNDS;
  }

  private static float chains(int rounds) {
    var factor = FloatVector.broadcast(SPECIES, 0.5f);
    var term = FloatVector.broadcast(SPECIES, 0.5f);
    var c0 = FloatVector.broadcast(SPECIES, 0.1f);
    var c1 = FloatVector.broadcast(SPECIES, 0.2f);
    var c2 = FloatVector.broadcast(SPECIES, 0.3f);
    var c3 = FloatVector.broadcast(SPECIES, 0.4f);
    var c4 = FloatVector.broadcast(SPECIES, 0.5f);
    var c5 = FloatVector.broadcast(SPECIES, 0.6f);
    var c6 = FloatVector.broadcast(SPECIES, 0.7f);
    var c7 = FloatVector.broadcast(SPECIES, 0.8f);
    var c8 = FloatVector.broadcast(SPECIES, 0.9f);
    var c9 = FloatVector.broadcast(SPECIES, 1.1f);
    var c10 = FloatVector.broadcast(SPECIES, 1.2f);
    var c11 = FloatVector.broadcast(SPECIES, 1.3f);
    for (int i = 0; i < rounds; i++) {
      c0 = c0.fma(factor, term);
      c1 = c1.fma(factor, term);
      c2 = c2.fma(factor, term);
      c3 = c3.fma(factor, term);
      c4 = c4.fma(factor, term);
      c5 = c5.fma(factor, term);
      c6 = c6.fma(factor, term);
      c7 = c7.fma(factor, term);
      c8 = c8.fma(factor, term);
      c9 = c9.fma(factor, term);
      c10 = c10.fma(factor, term);
      c11 = c11.fma(factor, term);
    }
    var low = c0.add(c1).add(c2).add(c3).add(c4).add(c5);
    var high = c6.add(c7).add(c8).add(c9).add(c10).add(c11);
    return low.add(high).reduceLanes(VectorOperators.ADD);
  }
}
