package dev.miser.passes.analysis;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.miser.ir.func.Function;
import dev.miser.ir.func.FunctionBuilder;
import dev.miser.ir.op.Attention;
import dev.miser.ir.op.Binary;
import dev.miser.ir.op.Convolution;
import dev.miser.ir.op.Dot;
import dev.miser.ir.op.Reshape;
import dev.miser.ir.op.TransposedConvolution;
import dev.miser.ir.op.Unary;
import dev.miser.ir.op.Value;
import dev.miser.ir.type.ElementType;
import dev.miser.ir.type.Shape;
import dev.miser.ir.type.TensorType;
import java.util.List;
import org.junit.jupiter.api.Test;

class AnalysisTest {
  private static Value f32(String name, long... dims) {
    return new Value(name, TensorType.of(ElementType.F32, dims));
  }

  @Test
  void multiplyAddsAreCountedAsPapersDo() {
    // The first convolution of a residual network: 112 * 112 * 64 outputs of 3 * 7 * 7 each.
    var stem =
        new Convolution(
            f32("x", 1, 3, 224, 224),
            f32("w", 64, 3, 7, 7),
            List.of(2L, 2L),
            List.of(3L, 3L),
            List.of(3L, 3L),
            List.of(),
            1);
    assertEquals(118_013_952, Cost.of(stem).multiplyAdds());
    assertEquals(2 * 118_013_952, Cost.of(stem).flops());
    var depthwise =
        new Convolution(
            f32("x", 2, 8, 5, 5),
            f32("w", 8, 1, 3, 3),
            List.of(),
            List.of(),
            List.of(),
            List.of(),
            8);
    assertEquals(2 * 8 * 3 * 3 * 9, Cost.of(depthwise).multiplyAdds());
    var up =
        new TransposedConvolution(
            f32("x", 1, 4, 5, 5),
            f32("w", 4, 6, 2, 2),
            List.of(2L, 2L),
            List.of(),
            List.of(),
            List.of(),
            List.of(),
            1);
    assertEquals(4 * 25 * 6 * 4, Cost.of(up).multiplyAdds());
    var dot = new Dot(f32("a", 3, 4, 5), f32("b", 3, 7, 5), false, true);
    assertEquals(3 * 4 * 5 * 7, Cost.of(dot).multiplyAdds());
    var attention =
        new Attention(f32("q", 2, 5, 8), f32("k", 2, 6, 8), f32("v", 2, 6, 4), null, 0.5, false);
    assertEquals(2 * 5 * 6 * (8 + 4), Cost.of(attention).multiplyAdds());
  }

  @Test
  void costsThatDoNotFitStayAtTheLargest() {
    long much = 1L << 39;
    var dot = new Dot(f32("a", much, 2), f32("b", 2, much), false, false);
    long all =
        Cost.of(new Dot(f32("a", 1L << 31, 1), f32("b", 1, 1L << 9), false, false)).multiplyAdds();
    assertEquals(1L << 40, all);
    assertTrue(dot.rows() == much);
    Cost sum = new Cost(Long.MAX_VALUE, 1, 1, 1).plus(new Cost(1, 1, 1, 1));
    assertEquals(new Cost(Long.MAX_VALUE, 2, 2, 2), sum);
  }

  private static Function chain() {
    var builder = new FunctionBuilder("f");
    Value x = builder.input("x", TensorType.of(ElementType.F32, 4));
    Value w = builder.param("w", TensorType.of(ElementType.F32, 4), null);
    Value a = builder.add("a", new Unary(Unary.Kind.NEGATE, x));
    Value b = builder.add("b", new Binary(Binary.Kind.ADD, a, w));
    Value c = builder.add("c", new Reshape(b, Shape.of(2, 2)));
    Value d = builder.add("d", new Binary(Binary.Kind.MULTIPLY, c, c));
    return builder.returns(d, a).build();
  }

  @Test
  void bytesAreThoseThatMove() {
    // negate 16 + 16, add 32 + 16, reshape none, multiply of a value by itself 16 + 16.
    assertEquals(new Cost(0, 12, 64, 48), Cost.of(chain()));
  }

  @Test
  void usesCountOperandsAndReturns() {
    Function function = chain();
    Uses uses = Uses.OF.of(function);
    assertEquals(2, uses.count(function.body().get(0).result()));
    assertFalse(uses.isSingle(function.body().get(0).result()));
    assertTrue(uses.isSingle(function.body().get(1).result()));
    assertEquals(2, uses.count(function.body().get(2).result()));
    assertTrue(uses.isReturned(function.body().get(3).result()));
  }

  @Test
  void livenessRunsFromDefinitionToLastUse() {
    Function function = chain();
    Liveness liveness = Liveness.OF.of(function);
    Value x = function.parameters().getFirst().value();
    assertEquals(new Liveness.Interval(0, 1), liveness.interval(x));
    assertEquals(new Liveness.Interval(0, 4), liveness.interval(function.body().get(0).result()));
    assertEquals(new Liveness.Interval(1, 3), liveness.interval(function.body().get(1).result()));
    // w, a, b, c at the reshape; w, a, c, d at the product.
    assertEquals(64, liveness.bytesAt(2));
    assertEquals(64, liveness.peakBytes());
    assertEquals(2, liveness.peakPosition());
    assertEquals(4, liveness.aliveAt(3).size());
  }

  @Test
  void parametersAreCountedWithoutInputs() {
    assertEquals(new ParameterCount(4, 16), ParameterCount.of(chain()));
    assertEquals(new ParameterCount(0, 0), ParameterCount.of(chain(), p -> false));
  }
}
