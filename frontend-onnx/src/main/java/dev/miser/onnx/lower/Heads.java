package dev.miser.onnx.lower;

import dev.miser.ir.op.Attention;
import dev.miser.ir.op.Binary;
import dev.miser.ir.op.Compare;
import dev.miser.ir.op.Dot;
import dev.miser.ir.op.Iota;
import dev.miser.ir.op.Literal;
import dev.miser.ir.op.Reduce;
import dev.miser.ir.op.Value;
import dev.miser.ir.type.ElementType;
import dev.miser.ir.type.Shape;
import dev.miser.ir.type.TensorType;
import dev.miser.onnx.graph.Graph;
import dev.miser.onnx.graph.NodeFailure;
import dev.miser.onnx.graph.Tensors;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Queries, keys and values by heads. Several heads of the query in a row may share one of the keys
 * and values: they are read as more queries of one head, so that nothing is repeated.
 *
 * @param query [batch, heads, queries, depth]
 * @param key [batch, shared heads, keys, depth]
 * @param value [batch, shared heads, keys, width]
 */
record Heads(Value query, Value key, Value value) {
  /**
   * Which scores count, and what is added to them: shapes of rank 4 that broadcast to that of the
   * scores, [batch, heads, queries, keys].
   *
   * @param kept where it is false a score does not count; null if all do
   * @param bias what is added; null if nothing is
   * @param isCausal query i sees keys j <= i only
   */
  record Mask(@Nullable Value kept, @Nullable Value bias, boolean isCausal) {
    static final Mask NONE = new Mask(null, null, false);
  }

  Heads {
    if (query.type().rank() != 4 || key.type().rank() != 4 || value.type().rank() != 4) {
      throw new NodeFailure(
          "query %s, key %s and value %s are not of rank 4",
          query.type(), key.type(), value.type());
    }
    long shared = key.type().dim(1);
    if (shared == 0 || query.type().dim(1) % shared != 0 || value.type().dim(1) != shared) {
      throw new NodeFailure(
          "heads of query %s do not divide among those of key %s and value %s",
          query.type(), key.type(), value.type());
    }
  }

  /** Returns [batch, sequence, heads * depth] as [batch, heads, sequence, depth]. */
  static Value split(Graph g, Value x, long heads) {
    if (x.type().rank() != 3 || heads < 1 || x.type().dim(2) % heads != 0) {
      throw new NodeFailure("%s does not divide into %d heads", x.type(), heads);
    }
    long depth = x.type().dim(2) / heads;
    Value apart = Tensors.reshape(g, x, x.type().dim(0), x.type().dim(1), heads, depth);
    return Tensors.transpose(g, apart, List.of(0, 2, 1, 3));
  }

  /** Returns [batch, heads, sequence, depth] as [batch, sequence, heads * depth]. */
  static Value join(Graph g, Value x) {
    TensorType type = x.type();
    Value turned = Tensors.transpose(g, x, List.of(0, 2, 1, 3));
    return Tensors.reshape(g, turned, type.dim(0), type.dim(2), type.dim(1) * type.dim(3));
  }

  long queries() {
    return query.type().dim(2);
  }

  long keys() {
    return key.type().dim(2);
  }

  private ElementType element() {
    return query.type().element();
  }

  /** Returns how many heads of the query share one of the keys. */
  private long group() {
    return query.type().dim(1) / key.type().dim(1);
  }

  /** Returns the scale of scores unless another is given. */
  double usualScale() {
    return 1 / Math.sqrt((double) query.type().dim(3));
  }

  /** Returns the place of each key minus that of each query, [1, 1, queries, keys]. */
  Value distance(Graph g) {
    TensorType type = TensorType.of(ElementType.I64, 1, 1, queries(), keys());
    return Tensors.subtract(g, g.add(new Iota(type, 3)), g.add(new Iota(type, 2)));
  }

  /** Returns the attention of all queries, [batch, heads, queries, width], as one operation. */
  Value attention(Graph g, double scale, Mask mask) {
    boolean folds = group() > 1;
    Value kept = mask.kept;
    if (mask.isCausal && folds) {
      kept = both(g, kept, Tensors.compare(g, Compare.Kind.LESS_EQUAL, distance(g), 0));
    }
    Value bias = mask.bias;
    if (kept != null && bias != null) {
      Value never = Tensors.scalar(g, element(), Double.NEGATIVE_INFINITY);
      bias = Tensors.select(g, kept, bias, never);
    } else if (bias == null) {
      bias = kept;
    }
    Value folded = bias == null || !folds ? bias : folded(g, bias);
    boolean causal = mask.isCausal && !folds;
    Value result = g.add(new Attention(folded(g, query), key, value, folded, scale, causal));
    return unfolded(g, result);
  }

  static Value both(Graph g, @Nullable Value a, Value b) {
    return a == null ? b : Tensors.binary(g, Binary.Kind.AND, a, b);
  }

  /** Returns [batch, heads, queries, n] as [batch, shared heads, group * queries, n]. */
  private Value folded(Graph g, Value x) {
    TensorType type = x.type();
    if (group() == 1) {
      return x;
    }
    if (type.dim(1) == 1 && type.dim(2) == 1) {
      return x;
    }
    long groups = type.dim(1) == 1 ? 1 : type.dim(1) / group();
    Value whole = x;
    if (type.dim(1) == 1 || type.dim(2) == 1) {
      // A bias may say one thing for all heads, or for all queries: of a group it must say it all.
      Value apart =
          Tensors.reshape(
              g, x, type.dim(0), groups, type.dim(1) / groups, type.dim(2), type.dim(3));
      Shape shape = Shape.of(type.dim(0), groups, group(), queries(), type.dim(3));
      whole = Tensors.broadcast(g, apart, shape);
    }
    return Tensors.reshape(g, whole, type.dim(0), groups, group() * queries(), type.dim(3));
  }

  private Value unfolded(Graph g, Value x) {
    TensorType type = x.type();
    return Tensors.reshape(g, x, type.dim(0), query.type().dim(1), queries(), type.dim(3));
  }

  /** Returns query key^T * scale, [batch, heads, queries, keys]. */
  Value scores(Graph g, double scale) {
    Value scaled = Tensors.multiply(g, query, scale);
    return unfolded(g, g.add(new Dot(folded(g, scaled), key, false, true)));
  }

  /** Returns the sum of values with these weights, [batch, heads, queries, width]. */
  Value weighted(Graph g, Value weights) {
    return unfolded(g, g.add(new Dot(folded(g, weights), value, false, false)));
  }

  /** Returns the scores with their bias, -infinity where they do not count. */
  Value masked(Graph g, Value scores, Mask mask) {
    Value kept = mask.kept;
    if (mask.isCausal) {
      kept = both(g, kept, Tensors.compare(g, Compare.Kind.LESS_EQUAL, distance(g), 0));
    }
    Value sum = mask.bias == null ? scores : Tensors.add(g, scores, mask.bias);
    return kept == null
        ? sum
        : Tensors.select(
            g, kept, sum, Tensors.scalar(g, sum.type().element(), Double.NEGATIVE_INFINITY));
  }

  /** Returns the result with 0 for queries that see no key, which else were NaN. */
  Value zeroWhereBlind(Graph g, Value result, Mask mask) {
    Value seen = mask.kept;
    if (mask.bias != null) {
      double never = Double.NEGATIVE_INFINITY;
      seen = both(g, seen, Tensors.compare(g, Compare.Kind.NOT_EQUAL, mask.bias, never));
    }
    if (seen == null) {
      return result;
    }
    if (mask.isCausal) {
      seen = both(g, seen, Tensors.compare(g, Compare.Kind.LESS_EQUAL, distance(g), 0));
    }
    Value sees = Tensors.reduce(g, Reduce.Kind.REDUCE_OR, seen, List.of(3), true);
    Literal known = g.elements(sees);
    if (known != null && isAllTrue(known)) {
      return result;
    }
    return Tensors.select(g, sees, result, Tensors.scalar(g, element(), 0));
  }

  private static boolean isAllTrue(Literal literal) {
    for (long i = 0; i < literal.type().elementCount(); i++) {
      if (literal.longAt(i) == 0) {
        return false;
      }
    }
    return true;
  }
}
