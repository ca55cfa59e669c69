package dev.miser.testmodels.models;

import dev.miser.ir.func.Initialiser;
import java.math.BigDecimal;
import java.math.MathContext;

/**
 * The seeded values of parameters, chosen so that activations keep their magnitude through many
 * layers and no parameter is neutral: a pass that drops one changes the result.
 */
public final class Initial {
  /** Of biases and running means. */
  public static final Initialiser BIAS = normal(0.1);

  /** Of a normalization's scale; with {@link #VARIANCE} its mean square gain is 1. */
  public static final Initialiser SCALE = new Initialiser.Uniform(0.75, 1.15);

  /** Of the last normalization of a residual branch: the sum then grows by a fifth only. */
  public static final Initialiser RESIDUAL_SCALE = new Initialiser.Uniform(0.3, 0.6);

  public static final Initialiser VARIANCE = new Initialiser.Uniform(0.5, 1.5);

  /** Of all matrices and embeddings of a transformer. */
  public static final Initialiser TRANSFORMER = normal(0.02);

  private Initial() {}

  /** Returns a normal initialiser with mean 0. */
  public static Initialiser normal(double deviation) {
    return new Initialiser.Normal(0, threeDigits(deviation));
  }

  /** Returns normal weights that keep the mean square of operands from a rectifier. */
  public static Initialiser rectified(long fanIn) {
    return normal(Math.sqrt(2.0 / fanIn));
  }

  /** Returns normal weights that keep the mean square of operands around zero. */
  public static Initialiser linear(long fanIn) {
    return normal(Math.sqrt(1.0 / fanIn));
  }

  /** Returns uniform weights in plus or minus the square root of {@code 1 / size}. */
  public static Initialiser recurrent(long size) {
    double bound = threeDigits(Math.sqrt(1.0 / size));
    return new Initialiser.Uniform(-bound, bound);
  }

  private static double threeDigits(double value) {
    return BigDecimal.valueOf(value).round(new MathContext(3)).doubleValue();
  }
}
