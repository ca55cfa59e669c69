package dev.miser.testmodels.numerics;

import dev.miser.ir.op.Convolution;
import dev.miser.ir.op.Dot;
import dev.miser.ir.op.TransposedConvolution;
import dev.miser.ir.op.Value;
import dev.miser.ir.type.Shape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Products summed over shared axes. */
final class ContractionCases {
  private ContractionCases() {}

  static List<Value> build(Composer c, Recorded r) {
    return List.of(
        switch (r.op()) {
          case "dot" ->
              dot(
                  c,
                  c.input("lhs"),
                  c.input("rhs"),
                  new Axes(
                      r.ints("lhs_contract"),
                      r.ints("rhs_contract"),
                      r.ints("lhs_batch"),
                      r.ints("rhs_batch")));
          case "matmul" -> matmul(c, c.input("a"), c.input("b"));
          case "einsum" -> einsum(c, r.text("equation"));
          case "linear" -> c.linear(c.input("x"), c.input("weight"), c.optional("bias"));
          case "convolution" -> convolution(c, r);
          case "transposed_convolution" -> transposedConvolution(c, r);
          default -> throw new IllegalArgumentException(r.op());
        });
  }

  /** Which axes a general product sums over and which both operands share. */
  private record Axes(
      List<Integer> lhsContract,
      List<Integer> rhsContract,
      List<Integer> lhsBatch,
      List<Integer> rhsBatch) {}

  private static Value dot(Composer c, Value lhs, Value rhs, Axes axes) {
    List<Integer> lhsFree = others(lhs, axes.lhsBatch, axes.lhsContract);
    List<Integer> rhsFree = others(rhs, axes.rhsBatch, axes.rhsContract);
    Value left = c.transpose(lhs, join(axes.lhsBatch, lhsFree, axes.lhsContract));
    Value right = c.transpose(rhs, join(axes.rhsBatch, axes.rhsContract, rhsFree));
    long batch = size(lhs, axes.lhsBatch);
    long inner = size(lhs, axes.lhsContract);
    Value product =
        c.add(
            new Dot(
                c.reshape(left, batch, size(lhs, lhsFree), inner),
                c.reshape(right, batch, inner, size(rhs, rhsFree)),
                false,
                false));
    var dims = new ArrayList<Long>();
    axes.lhsBatch.forEach(axis -> dims.add(lhs.type().dim(axis)));
    lhsFree.forEach(axis -> dims.add(lhs.type().dim(axis)));
    rhsFree.forEach(axis -> dims.add(rhs.type().dim(axis)));
    return c.reshape(product, new Shape(dims));
  }

  private static List<Integer> others(Value x, List<Integer> batch, List<Integer> contract) {
    return IntStream.range(0, x.type().rank())
        .filter(axis -> !batch.contains(axis) && !contract.contains(axis))
        .boxed()
        .toList();
  }

  private static List<Integer> join(List<Integer> a, List<Integer> b, List<Integer> c) {
    return Stream.of(a, b, c).flatMap(List::stream).toList();
  }

  private static long size(Value x, List<Integer> axes) {
    return axes.stream().mapToLong(axis -> x.type().dim(axis)).reduce(1, (a, b) -> a * b);
  }

  private static Value matmul(Composer c, Value a, Value b) {
    boolean row = a.type().rank() == 1;
    Value lhs = row ? c.reshape(a, 1, a.type().dim(0)) : a;
    Shape batch = Composer.common(leading(lhs), leading(b));
    Value product = c.add(new Dot(withBatch(c, lhs, batch), withBatch(c, b, batch), false, false));
    return row
        ? c.reshape(product, product.type().shape().without(List.of(product.type().rank() - 2)))
        : product;
  }

  private static Shape leading(Value x) {
    return new Shape(x.type().shape().dims().subList(0, x.type().rank() - 2));
  }

  private static Value withBatch(Composer c, Value x, Shape batch) {
    var dims = new ArrayList<>(batch.dims());
    dims.addAll(x.type().shape().dims().subList(x.type().rank() - 2, x.type().rank()));
    return c.stretch(x, new Shape(dims));
  }

  /** Joins the operands from left to right; a letter no longer needed is summed over. */
  private static Value einsum(Composer c, String equation) {
    String output = equation.substring(equation.indexOf("->") + 2);
    List<String> letters =
        new ArrayList<>(
            Arrays.asList(equation.substring(0, equation.indexOf("->")).split(",", -1)));
    List<Value> operands = new ArrayList<>(c.inputs());
    while (operands.size() > 1) {
      String left = letters.removeFirst();
      String right = letters.removeFirst();
      String needed = output + String.join("", letters);
      var batch = new StringBuilder();
      var contract = new StringBuilder();
      for (int i = 0; i < left.length(); i++) {
        char letter = left.charAt(i);
        if (right.indexOf(letter) >= 0) {
          (needed.indexOf(letter) >= 0 ? batch : contract).append(letter);
        }
      }
      Value product =
          dot(
              c,
              operands.removeFirst(),
              operands.removeFirst(),
              new Axes(
                  axes(left, contract),
                  axes(right, contract),
                  axes(left, batch),
                  axes(right, batch)));
      operands.addFirst(product);
      letters.addFirst(batch + without(left, batch, contract) + without(right, batch, contract));
    }
    return c.transpose(operands.getFirst(), axes(letters.getFirst(), output));
  }

  private static List<Integer> axes(String letters, CharSequence wanted) {
    return wanted.chars().mapToObj(letters::indexOf).toList();
  }

  private static String without(String letters, CharSequence batch, CharSequence contract) {
    return letters.replaceAll("[" + batch + contract + " ]", "");
  }

  private static Value convolution(Composer c, Recorded r) {
    var op =
        new Convolution(
            c.input("x"),
            c.input("weight"),
            r.longs("stride"),
            r.column("padding", 0),
            r.column("padding", 1),
            r.longs("dilation"),
            r.integer("groups"));
    return withBias(c, c.add(op), c.optional("bias"));
  }

  private static Value transposedConvolution(Composer c, Recorded r) {
    var op =
        new TransposedConvolution(
            c.input("x"),
            c.input("weight"),
            r.longs("stride"),
            r.longs("padding"),
            r.longs("padding"),
            r.longs("output_padding"),
            r.longs("dilation"),
            r.integer("groups"));
    return withBias(c, c.add(op), c.optional("bias"));
  }

  private static Value withBias(Composer c, Value x, @Nullable Value bias) {
    return bias == null ? x : c.plus(x, c.channels(bias, x));
  }
}
