package dev.miser.onnx.lower;

import static dev.miser.onnx.graph.Lowering.many;
import static dev.miser.onnx.graph.Lowering.one;
import static java.util.Map.entry;

import dev.miser.ir.op.Compare;
import dev.miser.ir.op.Cumulative;
import dev.miser.ir.op.Random;
import dev.miser.ir.op.Reduce;
import dev.miser.ir.op.Softmax;
import dev.miser.ir.op.Value;
import dev.miser.ir.type.ElementType;
import dev.miser.ir.type.Shape;
import dev.miser.ir.type.TensorType;
import dev.miser.onnx.graph.DataTypes;
import dev.miser.onnx.graph.Graph;
import dev.miser.onnx.graph.Lowering;
import dev.miser.onnx.graph.Node;
import dev.miser.onnx.graph.NodeFailure;
import dev.miser.onnx.graph.Tensors;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Operators that draw random numbers. The format fixes their distribution, not the numbers: these
 * are ours, from the counter-based generator. The seed that a node gives is the key; without one
 * the key is the node's place among those that draw, so that two nodes differ and two runs agree.
 */
final class RandomNumbers {
  static final Map<String, Lowering> OPERATORS =
      Map.ofEntries(
          entry("Bernoulli", one(RandomNumbers::bernoulli)),
          entry("Dropout", many(RandomNumbers::dropout)),
          entry("Multinomial", one(RandomNumbers::multinomial)),
          entry("RandomNormal", one((node, g) -> normal(node, g, typeByShape(node)))),
          entry("RandomNormalLike", one((node, g) -> normal(node, g, typeByInput(node)))),
          entry("RandomUniform", one((node, g) -> uniform(node, g, typeByShape(node)))),
          entry("RandomUniformLike", one((node, g) -> uniform(node, g, typeByInput(node)))));

  private RandomNumbers() {}

  private static TensorType typeByShape(Node node) {
    List<Long> shape = node.attributes().integers("shape");
    if (shape == null) {
      throw new NodeFailure("attribute 'shape' is missing");
    }
    ElementType element = DataTypes.of(node.attributes().integer("dtype", 1));
    return drawn(new TensorType(element, new Shape(shape)));
  }

  private static TensorType typeByInput(Node node) {
    return drawn(node.value(0).type().withElement(elementOrInputs(node)));
  }

  private static ElementType elementOrInputs(Node node) {
    return node.attributes().has("dtype")
        ? DataTypes.of(node.attributes().integer("dtype"))
        : node.value(0).type().element();
  }

  private static TensorType drawn(TensorType type) {
    if (!type.element().isFloat()) {
      throw new NodeFailure("it draws numbers of type %s, expected a float type", type.element());
    }
    return type;
  }

  private static Value uniform(Node node, Graph g, TensorType type) {
    double low = node.attributes().number("low", 0);
    double high = node.attributes().number("high", 1);
    return scaled(g, draw(g, Random.Kind.RANDOM_UNIFORM, seed(node), type), high - low, low);
  }

  private static Value normal(Node node, Graph g, TensorType type) {
    double mean = node.attributes().number("mean", 0);
    double scale = node.attributes().number("scale", 1);
    return scaled(g, draw(g, Random.Kind.RANDOM_NORMAL, seed(node), type), scale, mean);
  }

  private static Value scaled(Graph g, Value x, double scale, double offset) {
    Value wide = scale == 1 ? x : Tensors.multiply(g, x, scale);
    return offset == 0 ? wide : Tensors.add(g, wide, offset);
  }

  /** Each element is 1 with the probability that stands at its place. */
  private static Value bernoulli(Node node, Graph g) {
    ElementType element = elementOrInputs(node);
    ElementType wide = Widths.ofFloat(node.value(0).type().element());
    Value probability = Tensors.convert(g, node.value(0), wide);
    Value drawn = draw(g, Random.Kind.RANDOM_UNIFORM, seed(node), probability.type());
    Value hit = Tensors.compare(g, Compare.Kind.LESS, drawn, probability);
    return Tensors.convert(g, hit, element);
  }

  /**
   * Draws classes by the logarithms of their probabilities, up to a constant: the number of classes
   * whose cumulative probability is not above a uniform number.
   */
  private static Value multinomial(Node node, Graph g) {
    Value x = node.value(0);
    if (x.type().rank() != 2 || x.type().dim(1) < 1) {
      throw new NodeFailure("it draws of %s, expected [samples, classes]", x.type());
    }
    ElementType element = DataTypes.of(node.attributes().integer("dtype", 6));
    ElementType wide = Widths.ofFloat(x.type().element());
    long batch = x.type().dim(0);
    long classes = x.type().dim(1);
    long count = node.attributes().integer("sample_size", 1);
    Value probability = g.add(new Softmax(Softmax.Kind.SOFTMAX, Tensors.convert(g, x, wide), 1));
    Value below =
        g.add(new Cumulative(Cumulative.Kind.CUMULATIVE_SUM, probability, 1, false, false));
    TensorType type = TensorType.of(wide, batch, count, 1);
    Value drawn = draw(g, Random.Kind.RANDOM_UNIFORM, seed(node), type);
    // The sum of all is 1 but for rounding. Without the last class none can be drawn beyond it.
    Value total = Tensors.slice(g, below, 1, classes - 1, classes);
    Value point = Tensors.multiply(g, drawn, Tensors.unsqueeze(g, total, List.of(2)));
    Value bounds = Tensors.unsqueeze(g, Tensors.slice(g, below, 1, 0, classes - 1), List.of(1));
    Value passed = Tensors.compare(g, Compare.Kind.LESS_EQUAL, bounds, point);
    Value ones = Tensors.convert(g, passed, element);
    return g.add(new Reduce(Reduce.Kind.REDUCE_SUM, ones, List.of(2)));
  }

  /**
   * Zeroes elements at random and scales the others up; the second output tells which remain.
   * Outside of training it does nothing.
   */
  private static List<Value> dropout(Node node, Graph g) {
    Value x = node.value(0);
    ElementType maskElement = node.opset() < 10 ? x.type().element() : ElementType.BOOL;
    Value ratio = ratio(node, g);
    if (ratio == null) {
      return List.of(x, Tensors.fill(g, x.type().withElement(maskElement), 1));
    }
    TensorType type = x.type().withElement(ratio.type().element());
    Value drawn = draw(g, Random.Kind.RANDOM_UNIFORM, seed(node), type);
    Value remains = Tensors.compare(g, Compare.Kind.GREATER_EQUAL, drawn, ratio);
    Value one = Tensors.scalar(g, ratio.type().element(), 1);
    Value scale = Tensors.divide(g, one, Tensors.subtract(g, one, ratio));
    ElementType element = x.type().element();
    Value scaled = Tensors.multiply(g, x, Tensors.convert(g, scale, element));
    Value y = Tensors.select(g, remains, scaled, Tensors.scalar(g, element, 0));
    return List.of(y, Tensors.convert(g, remains, maskElement));
  }

  /**
   * Returns the share of elements that are zeroed, null if it is known that none is. Whether it is
   * training may be decided by an input of each step: outside of training the share is 0.
   */
  private static @Nullable Value ratio(Node node, Graph g) {
    ElementType element = Widths.ofFloat(node.value(0).type().element());
    if (node.opset() < 12) {
      double ratio = node.attributes().number("ratio", 0.5);
      boolean training = node.opset() < 7 && !node.attributes().flag("is_test");
      return training && ratio != 0 ? Tensors.scalar(g, element, checked(ratio)) : null;
    }
    if (!node.has(2)) {
      return null;
    }
    Value ratio =
        node.has(1)
            ? Tensors.convert(g, Tensors.reshape(g, node.value(1), Shape.SCALAR), element)
            : Tensors.scalar(g, element, 0.5);
    Value training = Tensors.reshape(g, node.value(2), Shape.SCALAR);
    Value zero = Tensors.scalar(g, element, 0);
    Value effective =
        g.elements(training) != null
            ? Tensors.knownLong(g, "training_mode", training) != 0 ? ratio : zero
            : Tensors.select(g, training, ratio, zero);
    if (g.elements(effective) != null) {
      double known = checked(Tensors.knownDouble(g, "ratio", effective));
      return known == 0 ? null : effective;
    }
    return effective;
  }

  private static double checked(double ratio) {
    if (!(ratio >= 0 && ratio <= 1)) {
      throw new NodeFailure("ratio is %s, expected one from 0 to 1", ratio);
    }
    return ratio;
  }

  /** Returns the seed, or null if none is given: a float of most operators, an integer of some. */
  private static @Nullable Long seed(Node node) {
    if (!node.attributes().has("seed")) {
      return null;
    }
    return node.operator().equals("Dropout")
        ? (Long) node.attributes().integer("seed")
        : (Long) (long) Float.floatToIntBits((float) node.attributes().number("seed"));
  }

  /** Keys of nodes without a seed are negative: they differ from those of usual seeds. */
  private static Value draw(Graph g, Random.Kind kind, @Nullable Long seed, TensorType type) {
    long key = seed == null ? -1 - g.nextDraw() : seed;
    Value scalar = Tensors.longs(g, TensorType.of(ElementType.I64), List.of(key));
    return g.add(new Random(kind, scalar, type));
  }
}
