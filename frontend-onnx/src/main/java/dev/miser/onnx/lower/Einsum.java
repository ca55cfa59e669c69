package dev.miser.onnx.lower;

import static dev.miser.onnx.graph.Lowering.one;

import dev.miser.ir.op.Dot;
import dev.miser.ir.op.Reduce;
import dev.miser.ir.op.Slice;
import dev.miser.ir.op.Value;
import dev.miser.ir.type.Shape;
import dev.miser.onnx.graph.Graph;
import dev.miser.onnx.graph.Lowering;
import dev.miser.onnx.graph.Node;
import dev.miser.onnx.graph.NodeFailure;
import dev.miser.onnx.graph.Tensors;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Sums of products over axes that letters name. Each operand first becomes one whose letters differ
 * and are needed elsewhere; then they are joined in turn, two by a matrix product where a letter is
 * summed over, else element by element. Axes of size 1 repeat, so they are left out until the end.
 */
final class Einsum {
  static final Map<String, Lowering> OPERATORS = Map.of("Einsum", one(Einsum::lower));

  /** A tensor and the letter of each of its axes, no letter twice. */
  private record Term(Value value, List<Integer> letters) {
    Term {
      letters = List.copyOf(letters);
    }

    long size(List<Integer> some) {
      long size = 1;
      for (int letter : some) {
        size *= value.type().dim(letters.indexOf(letter));
      }
      return size;
    }
  }

  private final Graph g;
  private final Equation equation;
  private final Map<Integer, Long> sizes = new HashMap<>();

  private Einsum(Graph g, Equation equation) {
    this.g = g;
    this.equation = equation;
  }

  private static Value lower(Node node, Graph g) {
    List<Value> operands = node.values(0);
    List<Integer> ranks = operands.stream().map(operand -> operand.type().rank()).toList();
    return new Einsum(g, Equation.of(node.attributes().text("equation"), ranks)).sum(operands);
  }

  private Value sum(List<Value> operands) {
    var terms = new ArrayList<Term>();
    for (int i = 0; i < operands.size(); i++) {
      measure(operands.get(i), equation.inputs().get(i));
    }
    for (int i = 0; i < operands.size(); i++) {
      terms.add(distinct(operands.get(i), equation.inputs().get(i)));
    }
    Term result = reduced(terms.getFirst(), needed(terms, 1));
    for (int i = 1; i < terms.size(); i++) {
      Set<Integer> later = needed(terms, i + 1);
      var either = new HashSet<>(later);
      either.addAll(result.letters);
      result = joined(result, reduced(terms.get(i), either), later);
    }
    return arranged(result);
  }

  private void measure(Value operand, List<Integer> letters) {
    for (int axis = 0; axis < letters.size(); axis++) {
      long size = operand.type().dim(axis);
      long known = sizes.getOrDefault(letters.get(axis), 1L);
      if (size != 1 && known != 1 && size != known) {
        throw new NodeFailure(
            "axis %d of operand %s has another size than %d, which its letter has elsewhere",
            axis, operand.type(), known);
      }
      sizes.put(letters.get(axis), size == 1 ? known : size);
    }
  }

  /** Returns the letters of the output and of the terms from {@code first} on. */
  private Set<Integer> needed(List<Term> terms, int first) {
    var needed = new HashSet<>(equation.output());
    terms.subList(first, terms.size()).forEach(term -> needed.addAll(term.letters));
    return needed;
  }

  /** A letter that stands twice means the diagonal. */
  private Term distinct(Value operand, List<Integer> letters) {
    var ones = new ArrayList<Integer>();
    var kept = new ArrayList<Integer>();
    for (int axis = 0; axis < letters.size(); axis++) {
      if (operand.type().dim(axis) == 1) {
        ones.add(axis);
      } else {
        kept.add(letters.get(axis));
      }
    }
    Value value = Tensors.squeeze(g, operand, ones);
    for (int first = 0; first < kept.size(); first++) {
      int second = kept.lastIndexOf(kept.get(first));
      if (second != first) {
        value = diagonal(value, first, second);
        int letter = kept.get(first);
        kept.subList(second, second + 1).clear();
        kept.subList(first, first + 1).clear();
        kept.add(letter);
        first = -1;
      }
    }
    return new Term(value, kept);
  }

  /** The elements of a flat n x n matrix that are n + 1 apart; they become the last axis. */
  private Value diagonal(Value x, int first, int second) {
    var order = new ArrayList<>(Tensors.range(0, x.type().rank()));
    order.removeAll(List.of(first, second));
    order.addAll(List.of(first, second));
    long n = x.type().dim(first);
    Value last = Tensors.transpose(g, x, order);
    var dims = new ArrayList<>(last.type().shape().dims().subList(0, order.size() - 2));
    dims.add(n * n);
    Value flat = Tensors.reshape(g, last, new Shape(dims));
    var stride = new ArrayList<>(Collections.nCopies(dims.size(), 1L));
    stride.set(dims.size() - 1, n + 1);
    return g.add(new Slice(flat, Collections.nCopies(dims.size(), 0L), dims, stride));
  }

  /** Sums over axes that nothing else needs. */
  private Term reduced(Term term, Set<Integer> needed) {
    var axes = new ArrayList<Integer>();
    var kept = new ArrayList<Integer>();
    for (int axis = 0; axis < term.letters.size(); axis++) {
      int letter = term.letters.get(axis);
      if (needed.contains(letter)) {
        kept.add(letter);
      } else {
        axes.add(axis);
      }
    }
    Value sum = Tensors.reduce(g, Reduce.Kind.REDUCE_SUM, term.value, axes, false);
    return new Term(sum, kept);
  }

  private Term joined(Term a, Term b, Set<Integer> later) {
    var inner = new ArrayList<Integer>();
    var batch = new ArrayList<Integer>();
    var left = new ArrayList<Integer>();
    for (int letter : a.letters) {
      boolean shared = b.letters.contains(letter);
      (!shared ? left : later.contains(letter) ? batch : inner).add(letter);
    }
    var right = new ArrayList<>(b.letters);
    right.removeAll(a.letters);
    if (inner.isEmpty()) {
      var all = new ArrayList<>(a.letters);
      all.addAll(right);
      return new Term(Tensors.multiply(g, spread(a, all), spread(b, all)), all);
    }
    return place(right) < place(left)
        ? product(b, a, batch, right, inner, left)
        : product(a, b, batch, left, inner, right);
  }

  /** Where in the output the first of these letters stands. */
  private int place(List<Integer> letters) {
    int place = 0;
    while (place < equation.output().size() && !letters.contains(equation.output().get(place))) {
      place++;
    }
    return place;
  }

  private Value spread(Term term, List<Integer> all) {
    var order = new ArrayList<>(term.letters);
    order.sort((a, b) -> Integer.compare(all.indexOf(a), all.indexOf(b)));
    var dims = new ArrayList<Long>();
    for (int letter : all) {
      dims.add(term.letters.contains(letter) ? term.size(List.of(letter)) : 1);
    }
    return Tensors.reshape(g, ordered(term, order), new Shape(dims));
  }

  private Value ordered(Term term, List<Integer> order) {
    return Tensors.transpose(
        g, term.value, order.stream().map(letter -> term.letters.indexOf(letter)).toList());
  }

  private Term product(
      Term a,
      Term b,
      List<Integer> batch,
      List<Integer> left,
      List<Integer> inner,
      List<Integer> right) {
    // An operand that lies the other way round is read so by the product itself.
    boolean turnedLeft = a.letters.equals(joined(batch, inner, left)) && !left.isEmpty();
    boolean turnedRight = b.letters.equals(joined(batch, right, inner)) && !right.isEmpty();
    Value lhs = turnedLeft ? matrix(a, batch, inner, left) : matrix(a, batch, left, inner);
    Value rhs = turnedRight ? matrix(b, batch, right, inner) : matrix(b, batch, inner, right);
    Value result = g.add(new Dot(lhs, rhs, turnedLeft, turnedRight));
    var letters = joined(batch, left, right);
    var dims = new ArrayList<Long>();
    letters.forEach(letter -> dims.add(sizes.getOrDefault(letter, 1L)));
    return new Term(Tensors.reshape(g, result, new Shape(dims)), letters);
  }

  private static List<Integer> joined(List<Integer> a, List<Integer> b, List<Integer> c) {
    var all = new ArrayList<>(a);
    all.addAll(b);
    all.addAll(c);
    return all;
  }

  private Value matrix(Term term, List<Integer> batch, List<Integer> rows, List<Integer> columns) {
    Value value = ordered(term, joined(batch, rows, columns));
    long m = term.size(rows);
    long n = term.size(columns);
    return batch.isEmpty()
        ? Tensors.reshape(g, value, m, n)
        : Tensors.reshape(g, value, term.size(batch), m, n);
  }

  private Value arranged(Term term) {
    var order = new ArrayList<>(equation.output());
    order.retainAll(term.letters);
    var dims = new ArrayList<Long>();
    equation.output().forEach(letter -> dims.add(sizes.getOrDefault(letter, 1L)));
    return Tensors.reshape(g, ordered(term, order), new Shape(dims));
  }
}
