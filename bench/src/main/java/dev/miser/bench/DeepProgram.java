package dev.miser.bench;

import dev.miser.ir.func.Function;
import dev.miser.ir.func.FunctionBuilder;
import dev.miser.ir.func.Initialiser;
import dev.miser.ir.op.Binary;
import dev.miser.ir.op.Dot;
import dev.miser.ir.op.Softmax;
import dev.miser.ir.op.Unary;
import dev.miser.ir.op.Value;
import dev.miser.ir.type.ElementType;
import dev.miser.ir.type.TensorType;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/**
 * A deep random program with lives like those of a training step: a chain of layers forth, whose
 * values the same chain back needs in the opposite order, and some skips. Its values have {@link
 * #WIDTHS} many sizes.
 */
final class DeepProgram {
  private static final List<Long> WIDTHS = List.of(32L, 48L, 64L, 96L, 160L, 256L);
  private static final long ROWS = 16;

  private final SplittableRandom random;
  private final FunctionBuilder builder;
  private final Value[][] weights = new Value[WIDTHS.size()][WIDTHS.size()];

  private DeepProgram(long seed) {
    random = new SplittableRandom(seed);
    builder = new FunctionBuilder("deep" + seed);
  }

  /** A value of the chain forth, and the width of the one before it. */
  private record Layer(Value value, int before, int width) {}

  /** Returns the program of a seed with so many layers forth, and as many back. */
  static Function of(long seed, int layers) {
    return new DeepProgram(seed).build(layers);
  }

  private Function build(int layers) {
    for (int from = 0; from < WIDTHS.size(); from++) {
      for (int to = 0; to < WIDTHS.size(); to++) {
        TensorType type = TensorType.of(ElementType.F32, WIDTHS.get(from), WIDTHS.get(to));
        weights[from][to] = builder.param("w", type, new Initialiser.Uniform(-1, 1));
      }
    }
    int width = random.nextInt(WIDTHS.size());
    Value x = builder.input("x", TensorType.of(ElementType.F32, ROWS, WIDTHS.get(width)));
    var forth = new ArrayList<Layer>();
    for (int i = 0; i < layers; i++) {
      int next = random.nextInt(WIDTHS.size());
      x = layer(builder.add("h", new Dot(x, weights[width][next], false, false)), forth, next);
      forth.add(new Layer(x, width, next));
      width = next;
    }
    Value gradient = x;
    for (Layer layer : forth.reversed()) {
      Value scaled = builder.add("g", new Binary(Binary.Kind.MULTIPLY, gradient, layer.value()));
      Value weight = weights[layer.before()][layer.width()];
      gradient = builder.add("d", new Dot(scaled, weight, false, true));
    }
    builder.returns(gradient);
    return builder.build();
  }

  private Value layer(Value sum, List<Layer> forth, int width) {
    return switch (random.nextInt(4)) {
      case 0 -> builder.add("s", new Softmax(Softmax.Kind.SOFTMAX, sum, 1));
      case 1 -> {
        int at = forth.size() - 1 - random.nextInt(60);
        boolean fits = at >= 0 && forth.get(at).width() == width;
        yield fits
            ? builder.add("k", new Binary(Binary.Kind.ADD, sum, forth.get(at).value()))
            : builder.add("r", new Unary(Unary.Kind.RELU, sum));
      }
      default -> builder.add("r", new Unary(Unary.Kind.RELU, sum));
    };
  }
}
