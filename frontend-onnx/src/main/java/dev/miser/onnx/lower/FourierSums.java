package dev.miser.onnx.lower;

import dev.miser.ir.op.Binary;
import dev.miser.ir.op.Compare;
import dev.miser.ir.op.Dot;
import dev.miser.ir.op.Iota;
import dev.miser.ir.op.Pad;
import dev.miser.ir.op.Unary;
import dev.miser.ir.op.Value;
import dev.miser.ir.type.ElementType;
import dev.miser.ir.type.Shape;
import dev.miser.ir.type.TensorType;
import dev.miser.onnx.graph.Graph;
import dev.miser.onnx.graph.NodeFailure;
import dev.miser.onnx.graph.Tensors;
import java.util.List;

/**
 * Fourier sums of [samples, size, parts] as products with matrices, which the program's init makes.
 * A long transform is divided in two, so that the matrices grow with the length, not its square.
 */
final class FourierSums {
  /** Matrices of more elements are divided if the length has a divisor. */
  private static final long DIVIDED_ELEMENTS = 1 << 21;

  private static final long MOST_ELEMENTS = 1 << 27;

  private static final long LARGEST_DIVISOR = 16;

  /** Which axes of a matrix are the place in the sum, the part taken, the frequency, its part. */
  record Axes(int place, int part, int frequency, int result) {
    static final Axes OF_PRODUCT = new Axes(0, 1, 2, 3);

    /** Weights of a convolution: its outputs first, the window last. */
    static final Axes OF_WINDOW = new Axes(3, 2, 0, 1);
  }

  private FourierSums() {}

  /** Returns the complex transform of x, cut or filled up with zeros to {@code length}. */
  static Value complex(Graph g, Value given, long length, boolean inverse, long frequencies) {
    Value x = cut(g, given, length);
    long size = x.type().dim(1);
    long parts = x.type().dim(2);
    if (isDirect(size * parts, frequencies * 2, length)) {
      double scale = inverse ? 1.0 / length : 1;
      return product(g, x, Shape.of(size, parts, frequencies, 2), length, inverse, scale);
    }
    Value all = divided(g, filled(g, x, length), inverse);
    Value scaled = inverse ? Tensors.multiply(g, all, 1.0 / length) : all;
    return Tensors.slice(g, scaled, 1, 0, frequencies);
  }

  /**
   * Returns the real numbers whose transform begins with x, which holds what is not mirrored: up to
   * half of the frequencies. Each but the first, and the one at the half, stands for two.
   */
  static Value real(Graph g, Value given, long length) {
    Value x = cut(g, given, length / 2 + 1);
    long size = x.type().dim(1);
    long parts = x.type().dim(2);
    ElementType element = x.type().element();
    Value twice = g.add(new Iota(TensorType.of(ElementType.I64, 1, size, 1), 1));
    Value folded =
        Tensors.binary(
            g, Binary.Kind.FLOOR_REMAINDER, Tensors.multiply(g, twice, 2), (double) length);
    Value isOwnMirror = Tensors.compare(g, Compare.Kind.EQUAL, folded, 0);
    Value weights =
        Tensors.select(
            g, isOwnMirror, Tensors.scalar(g, element, 1), Tensors.scalar(g, element, 2));
    Value weighted = Tensors.multiply(g, x, weights);
    if (isDirect(size * parts, length, length)) {
      return product(g, weighted, Shape.of(size, parts, length, 1), length, true, 1.0 / length);
    }
    Value all = divided(g, filled(g, weighted, length), true);
    return Tensors.multiply(g, Tensors.slice(g, all, 2, 0, 1), 1.0 / length);
  }

  private static boolean isDirect(long rows, long columns, long length) {
    if (rows <= DIVIDED_ELEMENTS / columns) {
      return true;
    }
    if (divisor(length) > 1) {
      return false;
    }
    requireMatrix(rows, columns, length);
    return true;
  }

  private static void requireMatrix(long rows, long columns, long length) {
    if (rows > MOST_ELEMENTS / columns) {
      throw new NodeFailure(
          "a transform of length %d takes a matrix of %d x %d elements, expected %d at most",
          length, rows, columns, MOST_ELEMENTS);
    }
  }

  /** Returns the largest divisor up to a limit; 1 if there is no other. */
  private static long divisor(long length) {
    for (long divisor = LARGEST_DIVISOR; divisor > 1; divisor--) {
      if (length % divisor == 0) {
        return divisor;
      }
    }
    return 1;
  }

  private static Value cut(Graph g, Value x, long size) {
    return x.type().dim(1) > size ? Tensors.slice(g, x, 1, 0, size) : x;
  }

  private static Value filled(Graph g, Value x, long length) {
    long missing = length - x.type().dim(1);
    Value zero = Tensors.scalar(g, x.type().element(), 0);
    List<Long> none = List.of(0L, 0L, 0L);
    return missing == 0 ? x : g.add(new Pad(x, zero, none, List.of(0L, missing, 0L), List.of()));
  }

  /** x [samples, place and part] times a matrix [place and part, frequency and its part]. */
  private static Value product(
      Graph g, Value x, Shape shape, long length, boolean inverse, double scale) {
    Value turns = matrix(g, x.type().element(), shape, Axes.OF_PRODUCT, length, inverse);
    Value matrix = scale == 1 ? turns : Tensors.multiply(g, turns, scale);
    long rows = shape.elementCount(0, 2);
    long columns = shape.elementCount(2, 4);
    Value lhs = Tensors.reshape(g, x, x.type().dim(0), rows);
    Value y = g.add(new Dot(lhs, Tensors.reshape(g, matrix, rows, columns), false, false));
    return Tensors.reshape(g, y, x.type().dim(0), shape.dim(2), shape.dim(3));
  }

  /**
   * Returns the sums of x with all frequencies, not divided by the length even if inverse. With
   * length = a b, place = b i + j and frequency = k + a l, the sum over i is a transform of length
   * a for each j, and what remains a product for each k, whose matrix has the turns of both.
   */
  private static Value divided(Graph g, Value x, boolean inverse) {
    long samples = x.type().dim(0);
    long length = x.type().dim(1);
    long parts = x.type().dim(2);
    ElementType element = x.type().element();
    if (isDirect(length * parts, length * 2, length)) {
      return product(g, x, Shape.of(length, parts, length, 2), length, inverse, 1);
    }
    long b = divisor(length);
    long a = length / b;
    Value apart = Tensors.reshape(g, x, samples, a, b, parts);
    Value strided = Tensors.transpose(g, apart, List.of(0, 2, 1, 3));
    Value inner = divided(g, Tensors.reshape(g, strided, samples * b, a, parts), inverse);
    Value split = Tensors.reshape(g, inner, samples, b, a, 2);
    Value lhs =
        Tensors.reshape(g, Tensors.transpose(g, split, List.of(2, 0, 1, 3)), a, samples, b * 2);
    Shape shape = Shape.of(a, b, 2, b, 2);
    requireMatrix(a * b * 2, b * 2, length);
    Value frequency =
        Tensors.add(g, index(g, shape, 0), Tensors.multiply(g, index(g, shape, 3), (double) a));
    Value place = index(g, shape, 1);
    Value matrix = turned(g, element, Tensors.multiply(g, place, frequency), 2, 4, length, inverse);
    Value rhs = Tensors.reshape(g, matrix, a, b * 2, b * 2);
    Value outer = Tensors.reshape(g, g.add(new Dot(lhs, rhs, false, false)), a, samples, b, 2);
    return Tensors.reshape(g, Tensors.transpose(g, outer, List.of(1, 2, 0, 3)), samples, length, 2);
  }

  /** Returns what each part of each place weighs in each part of each frequency. */
  static Value matrix(
      Graph g, ElementType element, Shape shape, Axes axes, long length, boolean inverse) {
    requireMatrix(shape.elementCount(0, 2), shape.elementCount(2, 4), length);
    Value product =
        Tensors.multiply(g, index(g, shape, axes.place), index(g, shape, axes.frequency));
    return turned(g, element, product, axes.part, axes.result, length, inverse);
  }

  /**
   * Returns cos(2 pi (turns / length + (result - part) / 4)), turns backwards if inverse: a number
   * times e^(-2 pi i turns / length), part by part. The angle is reduced as a whole number of
   * quarters of 1 / length, so that it is exact.
   */
  private static Value turned(
      Graph g,
      ElementType element,
      Value turns,
      int part,
      int result,
      long length,
      boolean inverse) {
    Shape shape = turns.type().shape();
    Value quarter = Tensors.subtract(g, index(g, shape, result), index(g, shape, part));
    Value sum =
        Tensors.add(
            g,
            Tensors.multiply(g, turns, inverse ? -4.0 : 4.0),
            Tensors.multiply(g, quarter, (double) length));
    Value within = Tensors.binary(g, Binary.Kind.FLOOR_REMAINDER, sum, 4.0 * length);
    Value angle =
        Tensors.multiply(g, Tensors.convert(g, within, ElementType.F64), Math.PI / (2.0 * length));
    return Tensors.convert(g, Tensors.unary(g, Unary.Kind.COS, angle), element);
  }

  private static Value index(Graph g, Shape shape, int axis) {
    return g.add(new Iota(new TensorType(ElementType.I64, shape), axis));
  }
}
