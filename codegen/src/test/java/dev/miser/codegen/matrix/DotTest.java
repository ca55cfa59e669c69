package dev.miser.codegen.matrix;

import dev.miser.codegen.Cases;
import dev.miser.ir.op.Binary;
import dev.miser.ir.op.Broadcast;
import dev.miser.ir.op.Compare;
import dev.miser.ir.op.Convert;
import dev.miser.ir.op.Dot;
import dev.miser.ir.op.Transpose;
import dev.miser.ir.op.Unary;
import dev.miser.ir.op.Value;
import dev.miser.ir.type.ElementType;
import dev.miser.ir.type.Shape;
import dev.miser.ir.type.TensorType;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Matrix products of awkward sizes, however operands lie, with what may follow them. */
class DotTest {
  private static final List<Long> SIZES =
      List.of(1L, 2L, 3L, 4L, 7L, 8L, 9L, 15L, 16L, 17L, 31L, 33L, 64L, 100L, 257L);

  private final Cases cases = new Cases();

  /** Sums of k products of normal numbers: rounding errors grow with k. */
  private static double tolerance(ElementType type, long inner) {
    double unit =
        switch (type) {
          case F64 -> 0x1p-52;
          case F16 -> 0x1p-9;
          case BF16 -> 0x1p-6;
          case F32, I64, I32, I16, I8, U64, U32, U16, U8, BOOL -> 0x1p-22;
        };
    return unit * (8 + inner);
  }

  private Value dot(ElementType type, boolean left, boolean right, long m, long k, long n) {
    Value lhs = cases.input(TensorType.of(type, left ? k : m, left ? m : k));
    Value rhs = cases.input(TensorType.of(type, right ? n : k, right ? k : n));
    return cases.add(new Dot(lhs, rhs, left, right));
  }

  @Test
  void sizes() {
    for (int i = 0; i < SIZES.size(); i++) {
      long size = SIZES.get(i);
      long other = SIZES.get((i * 7 + 3) % SIZES.size());
      long inner = SIZES.get((i * 4 + 5) % SIZES.size());
      boolean left = i % 2 == 1;
      boolean right = i / 2 % 2 == 1;
      double tolerance = tolerance(ElementType.F32, inner);
      cases.kernel(tolerance, dot(ElementType.F32, left, right, size, inner, other));
      cases.kernel(tolerance, dot(ElementType.F32, !left, right, other, inner, size));
      cases.kernel(
          tolerance(ElementType.F32, size), dot(ElementType.F32, left, !right, other, size, inner));
    }
    cases.kernel(
        tolerance(ElementType.F32, 1000), dot(ElementType.F32, false, false, 40, 1000, 70));
    cases.kernel(0, dot(ElementType.F32, false, false, 5, 0, 7));
    cases.check();
  }

  @Test
  void epilogues() {
    for (List<Long> sizes :
        List.of(List.of(1L, 33L, 100L), List.of(50L, 17L, 49L), List.of(9L, 64L, 513L))) {
      long m = sizes.get(0);
      long k = sizes.get(1);
      long n = sizes.get(2);
      Shape shape = Shape.of(m, n);
      double tolerance = 8 * tolerance(ElementType.F32, k);
      Value columns = cases.input(TensorType.of(ElementType.F32, n));
      Value rows = cases.input(TensorType.of(ElementType.F32, m));
      Value residual = cases.input(TensorType.of(ElementType.F32, m, n));
      Value turned = cases.input(TensorType.of(ElementType.F32, n, m));
      Value product = dot(ElementType.F32, false, false, m, k, n);
      Value sum =
          cases.add(
              new Binary(
                  Binary.Kind.ADD, product, cases.add(new Broadcast(columns, shape, List.of(1)))));
      cases.kernel(tolerance, cases.add(new Unary(Unary.Kind.RELU, sum)));
      product = dot(ElementType.F32, false, true, m, k, n);
      sum = cases.add(new Binary(Binary.Kind.ADD, product, residual));
      Value scaled =
          cases.add(
              new Binary(
                  Binary.Kind.MULTIPLY, sum, cases.add(new Broadcast(rows, shape, List.of(0)))));
      cases.kernel(tolerance, product, scaled);
      product = dot(ElementType.F32, true, false, m, k, n);
      sum =
          cases.add(
              new Binary(
                  Binary.Kind.SUBTRACT, product, cases.add(new Transpose(turned, List.of(1, 0)))));
      cases.kernel(tolerance, sum);
      product = dot(ElementType.F32, true, true, m, k, n);
      cases.kernel(
          tolerance,
          cases.add(new Convert(product, ElementType.F64)),
          cases.add(new Unary(Unary.Kind.TANH, product)));
    }
    cases.check();
  }

  @Test
  void batches() {
    var types = new ArrayList<>(List.of(ElementType.F32, ElementType.F64, ElementType.I8));
    for (ElementType type : types) {
      double tolerance = tolerance(type, 20);
      Value a = cases.input(TensorType.of(type, 3, 2, 13, 20));
      Value b = cases.input(TensorType.of(type, 3, 2, 20, 35));
      cases.kernel(tolerance, cases.add(new Dot(a, b, false, false)));
      // Attention's operands: [batch, position, head, feature] with heads moved outside.
      Value q = cases.input(TensorType.of(type, 2, 17, 3, 20));
      Value k = cases.input(TensorType.of(type, 2, 33, 3, 20));
      Value bias = cases.input(TensorType.of(type, 3, 17, 33));
      Value heads = cases.add(new Transpose(q, List.of(0, 2, 1, 3)));
      Value keys = cases.add(new Transpose(k, List.of(0, 2, 1, 3)));
      Value scores = cases.add(new Dot(heads, keys, false, true));
      Value biases = cases.add(new Broadcast(bias, Shape.of(2, 3, 17, 33), List.of(1, 2, 3)));
      cases.kernel(2 * tolerance, cases.add(new Binary(Binary.Kind.ADD, scores, biases)));
    }
    cases.check();
  }

  @Test
  void otherTypes() {
    for (ElementType type : ElementType.values()) {
      if (type.isBoolean()) {
        continue;
      }
      cases.kernel(tolerance(type, 31), dot(type, false, true, 5, 31, 9));
      cases.kernel(
          2 * tolerance(type, 17),
          cases.add(new Unary(Unary.Kind.NEGATE, dot(type, true, false, 3, 17, 16))));
    }
    Value product = dot(ElementType.I32, false, false, 4, 9, 3);
    Value zero = cases.input(TensorType.of(ElementType.I32, 4, 3));
    cases.kernel(0, cases.add(new Compare(Compare.Kind.LESS, product, zero)));
    cases.check();
  }
}
