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
                  ? operator("MaxPool", window, formula.withoutBfloat16(x), type)
                  : maximum(x, window);
          case AVERAGE_POOL ->
              hasOperator
                  ? average(window, formula.withoutBfloat16(x), type, pool.countPadding())
                  : formula.divide(sum(formula.widened(x), window), divisor(pool, x, window));
          case SUM_POOL ->
              hasOperator && element.isFloat()
                  ? formula.multiply(
                      average(window, formula.widened(x), type, true), (double) window.entries())
                  : sum(element.isFloat() ? formula.widened(x) : wide(x), window);
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
    // The largest of four-byte numbers and fewer is found in i64 as well.
    Value wide = element.isFloat() || element.bytes() == 8 ? x : formula.cast(x, ElementType.I64);
    Value fill =
        element.isFloat()
            ? graph.scalar(element, Double.NEGATIVE_INFINITY)
            : graph.scalar(wide.type().element(), least(element));
    return fold(window.slices(formula, wide, fill), (a, b) -> formula.binary("Max", a, b));
  }

  private static long least(ElementType element) {
    return element.isUnsigned() ? 0 : -1L << (element.bytes() * 8 - 1);
  }

  private Value sum(Value x, SlidingWindow window) {
    ElementType element = x.type().element();
    Value zero = element.isFloat() ? graph.scalar(element, 0.0) : graph.scalar(element, 0L);
    return fold(window.slices(formula, x, zero), formula::add);
  }

  /** Sums in i64 wrap to the same as sums of fewer bits. */
  private Value wide(Value x) {
    return formula.cast(x, x.type().element().bytes() < 4 ? ElementType.I32 : ElementType.I64);
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
