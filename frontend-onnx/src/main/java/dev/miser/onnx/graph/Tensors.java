package dev.miser.onnx.graph;

import dev.miser.ir.op.Binary;
import dev.miser.ir.op.Broadcast;
import dev.miser.ir.op.Compare;
import dev.miser.ir.op.Concat;
import dev.miser.ir.op.Convert;
import dev.miser.ir.op.Literal;
import dev.miser.ir.op.Reduce;
import dev.miser.ir.op.Reshape;
import dev.miser.ir.op.Select;
import dev.miser.ir.op.Slice;
import dev.miser.ir.op.Transpose;
import dev.miser.ir.op.Unary;
import dev.miser.ir.op.Value;
import dev.miser.ir.type.ElementType;
import dev.miser.ir.type.Shape;
import dev.miser.ir.type.TensorType;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.IntStream;

/**
 * What operators have in common: operations whose operands broadcast as NumPy's do, axes counted
 * from the end, and shapes that change without an instruction where nothing changes.
 */
public final class Tensors {
  private Tensors() {}

  // Elements that are known.

  /** Returns a scalar of this type; integers are cut to it. */
  public static Value scalar(Graph g, ElementType element, double number) {
    return fill(g, TensorType.of(element), number);
  }

  /** Returns a scalar of this type; of integers, exactly this number cut to it. */
  public static Value scalar(Graph g, ElementType element, long number) {
    return fill(g, TensorType.of(element), number);
  }

  /** Returns a tensor that holds the same number everywhere. */
  public static Value fill(Graph g, TensorType type, double number) {
    return g.constant(
        type.element().isFloat()
            ? Literal.splat(type, number)
            : Literal.splat(type, (long) number));
  }

  public static Value fill(Graph g, TensorType type, long number) {
    return g.constant(Literal.splat(type, number));
  }

  /** Returns integers as a vector. */
  public static Value vector(Graph g, List<Long> elements) {
    return longs(g, TensorType.of(ElementType.I64, elements.size()), elements);
  }

  /** Returns integers as a tensor of an integer or boolean type. */
  public static Value longs(Graph g, TensorType type, List<Long> elements) {
    long[] array = elements.stream().mapToLong(Long::longValue).toArray();
    return g.constant(Literal.ofLongs(type, array));
  }

  /** Returns numbers as a tensor of a float type. */
  public static Value doubles(Graph g, TensorType type, double... elements) {
    return g.constant(Literal.ofDoubles(type, elements));
  }

  /**
   * Returns the elements of an integer tensor that must be known at import.
   *
   * @param what what messages call it
   */
  public static List<Long> knownLongs(Graph g, String what, Value value) {
    if (value.type().element().isFloat()) {
      throw new NodeFailure("%s is %s, expected integers", what, value.type());
    }
    Literal literal = g.require(what, value);
    var all = new ArrayList<Long>();
    for (long i = 0; i < value.type().elementCount(); i++) {
      all.add(literal.longAt(i));
    }
    return all;
  }

  /** Returns the only element of an integer tensor that must be known at import. */
  public static long knownLong(Graph g, String what, Value value) {
    List<Long> all = knownLongs(g, what, value);
    if (all.size() != 1) {
      throw new NodeFailure("%s has %d elements, expected one", what, all.size());
    }
    return all.getFirst();
  }

  /** Returns the elements of a tensor, of any type, that must be known at import. */
  public static List<Double> knownDoubles(Graph g, String what, Value value) {
    Literal literal = g.require(what, value);
    boolean isFloat = value.type().element().isFloat();
    var all = new ArrayList<Double>();
    for (long i = 0; i < value.type().elementCount(); i++) {
      all.add(isFloat ? literal.doubleAt(i) : (double) literal.longAt(i));
    }
    return all;
  }

  /** Returns the only element of a tensor, of any type, that must be known at import. */
  public static double knownDouble(Graph g, String what, Value value) {
    List<Double> all = knownDoubles(g, what, value);
    if (all.size() != 1) {
      throw new NodeFailure("%s has %d elements, expected one", what, all.size());
    }
    return all.getFirst();
  }

  // Axes.

  /** Returns an axis counted from the front. */
  public static int axis(long axis, int rank) {
    if (axis < -rank || axis >= rank) {
      throw new NodeFailure("axis %d is not in [%d, %d)", axis, -rank, rank);
    }
    return (int) (axis < 0 ? axis + rank : axis);
  }

  /** Returns axes counted from the front, increasing. */
  public static List<Integer> axes(List<Long> axes, int rank) {
    var sorted = new TreeSet<Integer>();
    for (long axis : axes) {
      if (!sorted.add(axis(axis, rank))) {
        throw new NodeFailure("axes %s name an axis twice", axes);
      }
    }
    return List.copyOf(sorted);
  }

  /** Returns the axes from {@code from} until before {@code to}. */
  public static List<Integer> range(int from, int to) {
    return IntStream.range(from, to).boxed().toList();
  }

  // Shapes.

  /** Returns the shape that all of these broadcast to. */
  public static Shape broadcastShape(List<Value> values) {
    int rank = values.stream().mapToInt(v -> v.type().rank()).max().orElse(0);
    var dims = new ArrayList<Long>();
    for (int i = 0; i < rank; i++) {
      long size = 1;
      for (Value value : values) {
        int axis = i - (rank - value.type().rank());
        long own = axis < 0 ? 1 : value.type().dim(axis);
        if (own != 1 && size != 1 && own != size) {
          throw new NodeFailure(
              "shapes %s do not broadcast", values.stream().map(v -> v.type().shape()).toList());
        }
        size = own == 1 ? size : own;
      }
      dims.add(size);
    }
    return new Shape(dims);
  }

  /** Returns x repeated along axes of size 1 and new leading ones. */
  public static Value broadcast(Graph g, Value x, Shape shape) {
    if (x.type().shape().equals(shape)) {
      return x;
    }
    int lead = shape.rank() - x.type().rank();
    if (lead < 0) {
      throw new NodeFailure("%s does not broadcast to %s", x.type(), shape);
    }
    return g.add(new Broadcast(x, shape, range(lead, shape.rank())));
  }

  /** Returns a vector repeated so that its elements lie along one axis of a shape. */
  public static Value along(Graph g, Value vector, Shape shape, int axis) {
    return g.add(new Broadcast(vector, shape, List.of(axis)));
  }

  public static Value reshape(Graph g, Value x, Shape shape) {
    return x.type().shape().equals(shape) ? x : g.add(new Reshape(x, shape));
  }

  public static Value reshape(Graph g, Value x, long... dims) {
    return reshape(g, x, Shape.of(dims));
  }

  /** Returns x with axes of size 1 put in, at these places of the result. */
  public static Value unsqueeze(Graph g, Value x, List<Integer> axes) {
    var dims = new ArrayList<>(x.type().shape().dims());
    axes.stream().sorted().forEach(axis -> dims.add(axis, 1L));
    return reshape(g, x, new Shape(dims));
  }

  /** Returns x without these axes, each of size 1. */
  public static Value squeeze(Graph g, Value x, List<Integer> axes) {
    for (int axis : axes) {
      if (x.type().dim(axis) != 1) {
        throw new NodeFailure("axis %d of %s is not of size 1", axis, x.type());
      }
    }
    return reshape(g, x, x.type().shape().without(axes));
  }

  public static Value transpose(Graph g, Value x, List<Integer> permutation) {
    return permutation.equals(range(0, x.type().rank())) ? x : g.add(new Transpose(x, permutation));
  }

  /** Returns the elements from {@code from} until before {@code to} along one axis. */
  public static Value slice(Graph g, Value x, int axis, long from, long to) {
    var start = new ArrayList<Long>();
    for (int i = 0; i < x.type().rank(); i++) {
      start.add(i == axis ? from : 0L);
    }
    Shape limit = x.type().shape().with(axis, to);
    return from == 0 && to == x.type().dim(axis)
        ? x
        : g.add(new Slice(x, start, limit.dims(), List.of()));
  }

  public static Value concat(Graph g, List<Value> values, int axis) {
    return values.size() == 1 ? values.getFirst() : g.add(new Concat(values, axis));
  }

  // Elements.

  public static Value convert(Graph g, Value x, ElementType element) {
    return x.type().element() == element ? x : g.add(new Convert(x, element));
  }

  public static Value unary(Graph g, Unary.Kind kind, Value x) {
    return g.add(new Unary(kind, x));
  }

  public static Value binary(Graph g, Binary.Kind kind, Value a, Value b) {
    Shape shape = broadcastShape(List.of(a, b));
    return g.add(new Binary(kind, broadcast(g, a, shape), broadcast(g, b, shape)));
  }

  /** Returns a function of each element and a number of its type. */
  public static Value binary(Graph g, Binary.Kind kind, Value a, double number) {
    return binary(g, kind, a, scalar(g, a.type().element(), number));
  }

  public static Value binary(Graph g, Binary.Kind kind, Value a, long number) {
    return binary(g, kind, a, scalar(g, a.type().element(), number));
  }

  public static Value add(Graph g, Value a, Value b) {
    return binary(g, Binary.Kind.ADD, a, b);
  }

  public static Value subtract(Graph g, Value a, Value b) {
    return binary(g, Binary.Kind.SUBTRACT, a, b);
  }

  public static Value multiply(Graph g, Value a, Value b) {
    return binary(g, Binary.Kind.MULTIPLY, a, b);
  }

  public static Value divide(Graph g, Value a, Value b) {
    return binary(g, Binary.Kind.DIVIDE, a, b);
  }

  public static Value add(Graph g, Value a, double number) {
    return binary(g, Binary.Kind.ADD, a, number);
  }

  public static Value add(Graph g, Value a, long number) {
    return binary(g, Binary.Kind.ADD, a, number);
  }

  public static Value multiply(Graph g, Value a, double number) {
    return binary(g, Binary.Kind.MULTIPLY, a, number);
  }

  public static Value multiply(Graph g, Value a, long number) {
    return binary(g, Binary.Kind.MULTIPLY, a, number);
  }

  public static Value compare(Graph g, Compare.Kind kind, Value a, Value b) {
    Shape shape = broadcastShape(List.of(a, b));
    return g.add(new Compare(kind, broadcast(g, a, shape), broadcast(g, b, shape)));
  }

  public static Value compare(Graph g, Compare.Kind kind, Value a, double number) {
    return compare(g, kind, a, scalar(g, a.type().element(), number));
  }

  public static Value compare(Graph g, Compare.Kind kind, Value a, long number) {
    return compare(g, kind, a, scalar(g, a.type().element(), number));
  }

  public static Value select(Graph g, Value condition, Value onTrue, Value onFalse) {
    Shape shape = broadcastShape(List.of(condition, onTrue, onFalse));
    return g.add(
        new Select(
            broadcast(g, condition, shape),
            broadcast(g, onTrue, shape),
            broadcast(g, onFalse, shape)));
  }

  /** Returns a reduction over axes, which remain with size 1 if they are kept. */
  public static Value reduce(
      Graph g, Reduce.Kind kind, Value x, List<Integer> axes, boolean keepAxes) {
    Value reduced = axes.isEmpty() ? x : g.add(new Reduce(kind, x, axes));
    return keepAxes ? unsqueeze(g, reduced, axes) : reduced;
  }
}
