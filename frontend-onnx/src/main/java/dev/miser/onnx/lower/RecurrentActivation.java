package dev.miser.onnx.lower;

import dev.miser.ir.op.Binary;
import dev.miser.ir.op.Compare;
import dev.miser.ir.op.Unary;
import dev.miser.ir.op.Value;
import dev.miser.onnx.graph.Attributes;
import dev.miser.onnx.graph.Graph;
import dev.miser.onnx.graph.NodeFailure;
import dev.miser.onnx.graph.Tensors;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * A function that a recurrent cell applies to its sums.
 *
 * @param alpha the function's first number, if it has one
 * @param beta the function's second number, if it has one
 * @param clip the argument is held between minus and plus this first; infinite if it is not
 */
record RecurrentActivation(Kind kind, double alpha, double beta, double clip) {
  /** Which numbers a function takes. */
  private enum Numbers {
    NONE,
    ALPHA,
    ALPHA_AND_BETA
  }

  /** The function, with what its numbers are unless they are given. */
  enum Kind {
    RELU(Numbers.NONE, 0, 0),
    TANH(Numbers.NONE, 0, 0),
    SIGMOID(Numbers.NONE, 0, 0),
    SOFTSIGN(Numbers.NONE, 0, 0),
    SOFTPLUS(Numbers.NONE, 0, 0),
    AFFINE(Numbers.ALPHA_AND_BETA, 1, 0),
    LEAKYRELU(Numbers.ALPHA, 0.01, 0),
    THRESHOLDEDRELU(Numbers.ALPHA, 1, 0),
    ELU(Numbers.ALPHA, 1, 0),
    SCALEDTANH(Numbers.ALPHA_AND_BETA, 1, 1),
    HARDSIGMOID(Numbers.ALPHA_AND_BETA, 0.2, 0.5);

    private final Numbers numbers;
    private final double alpha;
    private final double beta;

    Kind(Numbers numbers, double alpha, double beta) {
      this.numbers = numbers;
      this.alpha = alpha;
      this.beta = beta;
    }
  }

  /**
   * Returns the functions of all directions, those of one direction after those of the other.
   *
   * @param usual the functions of one direction where the node names none
   */
  static List<RecurrentActivation> read(Attributes attributes, List<Kind> usual, int directions) {
    List<String> names = attributes.texts("activations");
    var kinds = new ArrayList<Kind>();
    if (names == null) {
      for (int direction = 0; direction < directions; direction++) {
        kinds.addAll(usual);
      }
    } else if (names.size() == usual.size() * directions) {
      names.forEach(name -> kinds.add(kind(name)));
    } else {
      throw new NodeFailure(
          "activations are %s, expected %d for each of %d directions",
          names, usual.size(), directions);
    }
    double clip = attributes.number("clip", Double.POSITIVE_INFINITY);
    if (!(clip > 0)) {
      throw new NodeFailure("clip is %s, expected a number above 0", clip);
    }
    // Functions take what they need from the front of each list; what a list lacks is as usual.
    List<Float> alphas = attributes.numbers("activation_alpha");
    List<Float> betas = attributes.numbers("activation_beta");
    int nextAlpha = 0;
    int nextBeta = 0;
    var activations = new ArrayList<RecurrentActivation>();
    for (Kind kind : kinds) {
      double alpha = kind.alpha;
      double beta = kind.beta;
      if (kind.numbers != Numbers.NONE && alphas != null && nextAlpha < alphas.size()) {
        alpha = alphas.get(nextAlpha++);
      }
      if (kind.numbers == Numbers.ALPHA_AND_BETA && betas != null && nextBeta < betas.size()) {
        beta = betas.get(nextBeta++);
      }
      activations.add(new RecurrentActivation(kind, alpha, beta, clip));
    }
    return activations;
  }

  private static Kind kind(String name) {
    for (Kind kind : Kind.values()) {
      if (kind.name().equals(name.toUpperCase(Locale.ROOT))) {
        return kind;
      }
    }
    throw new NodeFailure("activation '%s' is not known", name);
  }

  /** Returns the function of each element. */
  Value of(Graph g, Value sum) {
    Value x = clip == Double.POSITIVE_INFINITY ? sum : between(g, sum, -clip, clip);
    return switch (kind) {
      case RELU -> Tensors.unary(g, Unary.Kind.RELU, x);
      case TANH -> Tensors.unary(g, Unary.Kind.TANH, x);
      case SIGMOID -> Tensors.unary(g, Unary.Kind.SIGMOID, x);
      case SOFTPLUS -> Tensors.unary(g, Unary.Kind.SOFTPLUS, x);
      case SOFTSIGN -> Tensors.divide(g, x, Tensors.add(g, Tensors.unary(g, Unary.Kind.ABS, x), 1));
      case AFFINE -> affine(g, x);
      case LEAKYRELU -> Tensors.select(g, isNegative(g, x), Tensors.multiply(g, x, alpha), x);
      case THRESHOLDEDRELU ->
          Tensors.select(
              g,
              Tensors.compare(g, Compare.Kind.GREATER_EQUAL, x, alpha),
              x,
              Tensors.scalar(g, x.type().element(), 0));
      case ELU -> {
        Value below = Tensors.unary(g, Unary.Kind.EXPM1, x);
        yield Tensors.select(g, isNegative(g, x), Tensors.multiply(g, below, alpha), x);
      }
      case SCALEDTANH -> {
        Value inner = Tensors.unary(g, Unary.Kind.TANH, Tensors.multiply(g, x, beta));
        yield Tensors.multiply(g, inner, alpha);
      }
      case HARDSIGMOID -> between(g, affine(g, x), 0, 1);
    };
  }

  private Value affine(Graph g, Value x) {
    return Tensors.add(g, Tensors.multiply(g, x, alpha), beta);
  }

  private static Value isNegative(Graph g, Value x) {
    return Tensors.compare(g, Compare.Kind.LESS, x, 0);
  }

  private static Value between(Graph g, Value x, double low, double high) {
    Value above = Tensors.binary(g, Binary.Kind.MAXIMUM, x, low);
    return Tensors.binary(g, Binary.Kind.MINIMUM, above, high);
  }
}
