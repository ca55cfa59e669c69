package dev.miser.onnx.export;

import dev.miser.ir.op.Literal;
import dev.miser.ir.op.Pool;
import dev.miser.ir.op.Value;
import dev.miser.ir.op.Windowed;
import dev.miser.ir.type.ElementType;
import dev.miser.ir.type.Shape;
import dev.miser.ir.type.TensorType;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BinaryOperator;

/**
 * Pools. What the operators of ONNX do not cover, other integers and windows that lie in padding
 * alone, is folded over what each entry of the window meets.
 */
record PoolNodes(GraphDraft graph, Formula formula) {
  Value of(Windowed windowed, Operands operands) {
    return switch (windowed) {
      case Pool pool -> pool(pool, operands.of(pool.x()));
    };
  }

  private Value pool(Pool pool, Value x) {
    TensorType type = pool.inferType();
    ElementType element = type.element();
    var window =
        SlidingWindow.of(
            pool.window(), pool.stride(), pool.low(), pool.high(), pool.dilation(), type.shape());
    boolean hasOperator = isCovered(pool, window);
    Value result =
        switch (pool.kind()) {
          case MAX_POOL ->
              hasOperator && (element.isFloat() || element.bytes() == 1)
                  ? operator("MaxPool", window, x, type)
                  : maximum(x, window);
          // Runtimes average f32; f64 is written out.
          case AVERAGE_POOL ->
              hasOperator && element != ElementType.F64
                  ? average(window, x, type, pool.countPadding())
                  : formula.divide(sum(formula.widened(x), window), divisor(pool, x, window));
          case SUM_POOL ->
              hasOperator && element.isFloat() && element != ElementType.F64
                  ? formula.multiply(
                      average(window, formula.widened(x), type, true), (double) window.entries())
                  : sum(element.isFloat() ? formula.widened(x) : formula.wrapping(x), window);
        };
    return formula.cast(result, element);
  }

  /** Runtimes refuse padding as wide as the window; so do we where a window meets nothing else. */
  private static boolean isCovered(Pool pool, SlidingWindow window) {
    boolean covered = true;
    for (int i = 0; i < pool.window().size(); i++) {
      covered &= pool.low().get(i) < pool.window().get(i);
      covered &= pool.high().get(i) < pool.window().get(i);
      for (long inside : window.inside(i, pool.x().type().dim(i + 2))) {
        covered &= inside > 0;
      }
    }
    return covered;
  }

  private Value operator(String operator, SlidingWindow window, Value x, TensorType type) {
    return graph.node(
        operator,
        type.withElement(x.type().element()),
        List.of(x),
        Attributes.integers("kernel_shape", window.size()),
        Attributes.integers("strides", window.stride()),
        Attributes.integers("pads", window.pads()),
        Attributes.integers("dilations", window.dilation()));
  }

  private Value average(SlidingWindow window, Value x, TensorType type, boolean countPadding) {
    return graph.node(
        "AveragePool",
        type.withElement(x.type().element()),
        List.of(x),
        Attributes.integers("kernel_shape", window.size()),
        Attributes.integers("strides", window.stride()),
        Attributes.integers("pads", window.pads()),
        Attributes.integers("dilations", window.dilation()),
        Attributes.integer("count_include_pad", countPadding ? 1 : 0));
  }

  private Value maximum(Value x, SlidingWindow window) {
    ElementType element = x.type().element();
    Value ordered = formula.ordered(x);
    Value fill =
        element.isFloat()
            ? graph.scalar(element, Double.NEGATIVE_INFINITY)
            : graph.scalar(ordered.type().element(), least(element));
    Value found =
        fold(window.slices(formula, ordered, fill), (a, b) -> formula.binary("Max", a, b));
    return formula.unordered(found, element);
  }

  /** The least number of a type, as {@link Formula#ordered} has it. */
  private static long least(ElementType element) {
    boolean fromZero = element.isUnsigned() && element != ElementType.U64;
    return fromZero ? 0 : -1L << (element.bytes() * 8 - 1);
  }

  private Value sum(Value x, SlidingWindow window) {
    ElementType element = x.type().element();
    Value zero = element.isFloat() ? graph.scalar(element, 0.0) : graph.scalar(element, 0L);
    return fold(window.slices(formula, x, zero), formula::add);
  }

  private static Value fold(List<Value> slices, BinaryOperator<Value> join) {
    return slices.stream().reduce(join).orElseThrow();
  }

  /** What a sum is divided by: the window, or at each position what of it is in the image. */
  private Value divisor(Pool pool, Value x, SlidingWindow window) {
    ElementType element = formula.widened(x).type().element();
    if (pool.countPadding()) {
      return graph.scalar(element, (double) window.entries());
    }
    double[] counts = {1};
    for (int i = 0; i < window.size().size(); i++) {
      long[] inside = window.inside(i, x.type().dim(i + 2));
      double[] more = new double[counts.length * inside.length];
      for (int j = 0; j < more.length; j++) {
        more[j] = counts[j / inside.length] * inside[j % inside.length];
      }
      counts = more;
    }
    var dims = new ArrayList<>(List.of(1L, 1L));
    dims.addAll(window.count());
    return graph.constant(Literal.ofDoubles(new TensorType(element, new Shape(dims)), counts));
  }
}
