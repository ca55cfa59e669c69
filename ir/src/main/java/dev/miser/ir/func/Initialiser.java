package dev.miser.ir.func;

import dev.miser.ir.op.Numbers;

/**
 * How a parameter is filled when no weights file is given: pseudo-random numbers seeded by the
 * parameter's name, so that order does not matter, or one number everywhere.
 */
public sealed interface Initialiser {
  /** Normal with this mean and standard deviation. */
  record Normal(double mean, double deviation) implements Initialiser {
    @Override
    public String toString() {
      return "normal(" + Numbers.text(mean) + ", " + Numbers.text(deviation) + ")";
    }
  }

  /** Uniform in [low, high). */
  record Uniform(double low, double high) implements Initialiser {
    @Override
    public String toString() {
      return "uniform(" + Numbers.text(low) + ", " + Numbers.text(high) + ")";
    }
  }

  /**
   * Normal with mean 0 and deviation {@code sqrt(2 / fanIn)} (He et al., ICCV 2015). The fan-in of
   * a matrix [k, n] is k; of convolution weights [o, c, window...] it is c times the window.
   */
  record FanIn() implements Initialiser {
    @Override
    public String toString() {
      return "normal(fan_in)";
    }
  }

  /** Uniform in [-b, b) with {@code b = sqrt(1 / fanIn)}, fan-in as for {@link FanIn}. */
  record UniformFanIn() implements Initialiser {
    @Override
    public String toString() {
      return "uniform(fan_in)";
    }
  }

  /** The same number everywhere. */
  record Fill(double value) implements Initialiser {
    @Override
    public String toString() {
      return "fill(" + Numbers.text(value) + ")";
    }
  }
}
