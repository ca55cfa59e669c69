package dev.miser.onnx.lower;

import static dev.miser.onnx.graph.Lowering.one;
import static java.util.Map.entry;

import dev.miser.frontend.weights.Tensor;
import dev.miser.ir.op.Iota;
import dev.miser.ir.op.Literal;
import dev.miser.ir.op.Unary;
import dev.miser.ir.op.Value;
import dev.miser.ir.type.ElementType;
import dev.miser.ir.type.TensorType;
import dev.miser.onnx.graph.DataTypes;
import dev.miser.onnx.graph.Graph;
import dev.miser.onnx.graph.Lowering;
import dev.miser.onnx.graph.Node;
import dev.miser.onnx.graph.NodeFailure;
import dev.miser.onnx.graph.Tensors;
import java.lang.foreign.MemorySegment;
import java.util.Map;

/** Constant weights of signal processing: windows of samples, bands of frequencies. */
final class Windowing {
  static final Map<String, Lowering> OPERATORS =
      Map.ofEntries(
          entry("BlackmanWindow", one((node, g) -> window(node, g, 0.42, -0.5, 0.08))),
          entry("HammingWindow", one((node, g) -> window(node, g, 25.0 / 46, -21.0 / 46, 0))),
          entry("HannWindow", one((node, g) -> window(node, g, 0.5, -0.5, 0))),
          entry("MelWeightMatrix", one(Windowing::melWeights)));

  /** Bands of real models have some hundred thousand weights. */
  private static final long MOST_WEIGHTS = 1 << 24;

  private static final long MOST_IN_TEXT = 256;

  private Windowing() {}

  /** a + b cos(2 pi n / N) + c cos(4 pi n / N), N the size, or one less of a symmetric window. */
  private static Value window(Node node, Graph g, double a, double b, double c) {
    long size = Tensors.knownLong(g, "size", node.value(0));
    ElementType element = DataTypes.of(node.attributes().integer("output_datatype", 1));
    boolean periodic = node.attributes().integer("periodic", 1) != 0;
    TensorType type = TensorType.of(ElementType.F64, size);
    if (size == 1 && !periodic) {
      return Tensors.fill(g, type.withElement(element), 1);
    }
    double turn = 2 * Math.PI / (periodic ? size : size - 1);
    Value angle = Tensors.multiply(g, g.add(new Iota(type, 0)), turn);
    Value result =
        Tensors.add(g, Tensors.multiply(g, Tensors.unary(g, Unary.Kind.COS, angle), b), a);
    if (c != 0) {
      Value twice = Tensors.unary(g, Unary.Kind.COS, Tensors.multiply(g, angle, 2));
      result = Tensors.add(g, result, Tensors.multiply(g, twice, c));
    }
    return Tensors.convert(g, result, element);
  }

  /**
   * Triangles over the frequencies of a transform, of equal width on the mel scale: element [f, b]
   * is what frequency f weighs in band b.
   */
  private static Value melWeights(Node node, Graph g) {
    long bands = Tensors.knownLong(g, "num_mel_bins", node.value(0));
    long length = Tensors.knownLong(g, "dft_length", node.value(1));
    long rate = Tensors.knownLong(g, "sample_rate", node.value(2));
    double low = mel(Tensors.knownDouble(g, "lower_edge_hertz", node.value(3)));
    double high = mel(Tensors.knownDouble(g, "upper_edge_hertz", node.value(4)));
    ElementType element = DataTypes.of(node.attributes().integer("output_datatype", 1));
    if (bands < 0 || length < 0 || rate <= 0 || bands > MOST_WEIGHTS || length > MOST_WEIGHTS) {
      throw new NodeFailure(
          "num_mel_bins is %d, dft_length %d, sample_rate %d, expected sizes up to %d",
          bands, length, rate, MOST_WEIGHTS);
    }
    long frequencies = length / 2 + 1;
    if (bands * frequencies > MOST_WEIGHTS) {
      throw new NodeFailure("it has %d x %d weights", frequencies, bands);
    }
    long[] edges = new long[(int) bands + 2];
    for (int i = 0; i < edges.length; i++) {
      double hertz = 700 * (Math.pow(10, (low + i * (high - low) / edges.length) / 2595) - 1);
      edges[i] = (long) Math.floor((length + 1) * hertz / rate);
    }
    // Integer elements take the whole part of each weight: only the tips of the triangles.
    TensorType type =
        TensorType.of(element.isFloat() ? element : ElementType.F32, frequencies, bands);
    MemorySegment bytes = MemorySegment.ofArray(new byte[(int) type.byteCount()]);
    for (int band = 0; band < bands; band++) {
      long below = edges[band];
      long centre = edges[band + 1];
      long above = edges[band + 2];
      for (long f = Math.max(below, 0);
          f < Math.min(Math.max(above, centre + 1), frequencies);
          f++) {
        double weight =
            f < centre
                ? (double) (f - below) / (centre - below)
                : f == centre ? 1 : (double) (above - f) / (above - centre);
        Literal.put(bytes, type.element(), f * bands + band, weight);
      }
    }
    Value weights = g.tensor("mel", new Tensor(type, bytes), MOST_IN_TEXT);
    return Tensors.convert(g, weights, element);
  }

  private static double mel(double hertz) {
    return 2595 * Math.log10(1 + hertz / 700);
  }
}
