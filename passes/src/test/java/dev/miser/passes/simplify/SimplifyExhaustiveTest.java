package dev.miser.passes.simplify;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.miser.ir.diag.RuleViolation;
import dev.miser.ir.eval.Evaluation;
import dev.miser.ir.eval.EvaluationException;
import dev.miser.ir.eval.Inputs;
import dev.miser.ir.eval.Precision;
import dev.miser.ir.eval.Reference;
import dev.miser.ir.eval.Tensor;
import dev.miser.ir.func.Function;
import dev.miser.ir.func.FunctionBuilder;
import dev.miser.ir.func.Verifier;
import dev.miser.ir.op.Binary;
import dev.miser.ir.op.Bitcast;
import dev.miser.ir.op.Compare;
import dev.miser.ir.op.Constant;
import dev.miser.ir.op.Convert;
import dev.miser.ir.op.Literal;
import dev.miser.ir.op.Op;
import dev.miser.ir.op.Select;
import dev.miser.ir.op.Unary;
import dev.miser.ir.op.Value;
import dev.miser.ir.type.ElementType;
import dev.miser.ir.type.TensorType;
import dev.miser.passes.PassContext;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/**
 * Every pair of elementwise operations, at every type, with every constant that algebra knows, over
 * the values where algebra goes wrong: the result is the same bit for bit.
 */
class SimplifyExhaustiveTest {
  private static final double[] FLOATS = {
    0,
    -0.0,
    1,
    -1,
    0.5,
    -2,
    3,
    100,
    1e-3,
    1e5,
    -1e30,
    1e-40,
    1e300,
    Double.MIN_VALUE,
    Double.NaN,
    Double.POSITIVE_INFINITY,
    Double.NEGATIVE_INFINITY,
    65504,
    3.3895314e38
  };
  private static final long[] INTEGERS = {
    0,
    1,
    -1,
    2,
    -2,
    3,
    5,
    7,
    8,
    100,
    127,
    128,
    -128,
    255,
    256,
    32767,
    -32768,
    65535,
    Integer.MAX_VALUE,
    Integer.MIN_VALUE,
    0xffffffffL,
    Long.MAX_VALUE,
    Long.MIN_VALUE
  };
  private static final double[] CONSTANTS = {
    0, -0.0, 1, -1, 2, 0.25, -8, 3, 1e-40, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY
  };

  private int simplified;

  private static Tensor values(ElementType element) {
    int count = element.isFloat() ? FLOATS.length : INTEGERS.length;
    TensorType type = TensorType.of(element, count);
    return (element.isFloat() ? Tensor.ofDoubles(type, FLOATS) : ofLongs(type)).rounded();
  }

  private static Tensor ofLongs(TensorType type) {
    return Tensor.of(Literal.ofLongs(type, INTEGERS));
  }

  private static List<Literal> constants(TensorType type) {
    var literals = new ArrayList<Literal>();
    for (double constant : CONSTANTS) {
      literals.add(
          type.element().isFloat()
              ? Literal.splat(type, constant)
              : Literal.splat(type, (long) constant));
    }
    return literals.stream().distinct().toList();
  }

  /** One operation over a value and, if it takes two, another; of a type it may not take. */
  private interface Maker {
    Op make(FunctionBuilder builder, Value x);
  }

  /** Builds {@code x -> outer(inner(x))}, and checks it if it is legal. */
  private void check(ElementType element, Maker inner, Maker outer) {
    var builder = new FunctionBuilder("f");
    Tensor values = values(element);
    Value x = builder.input("x", values.type());
    try {
      Value between = builder.add("between", inner.make(builder, x));
      Value y = builder.add("y", outer.make(builder, between));
      check(builder.returns(y).build(), values);
    } catch (RuleViolation illegal) {
      // Not every operation takes every type.
    }
  }

  private void check(Function before, Tensor x) {
    Function after = Simplify.DEFAULT.run(before, new PassContext());
    if (after.equals(before)) {
      return;
    }
    simplified++;
    assertEquals(List.of(), Verifier.verify(after), () -> before + "became\n" + after);
    assertEquals(evaluate(before, x), evaluate(after, x), () -> before + "became\n" + after);
  }

  private static String evaluate(Function function, Tensor x) {
    try {
      Evaluation evaluation =
          Reference.evaluate(function, Inputs.of(Map.of("x", x)), Precision.DECLARED);
      return evaluation.results().getFirst().toLiteral().toString();
    } catch (EvaluationException failure) {
      return failure.code().text();
    }
  }

  private static final Maker SAME = (builder, x) -> new Convert(x, x.type().element());

  @Test
  void unaryOfUnary() {
    for (ElementType element : ElementType.values()) {
      for (Unary.Kind inner : Unary.Kind.values()) {
        for (Unary.Kind outer : Unary.Kind.values()) {
          check(element, (b, x) -> new Unary(inner, x), (b, x) -> new Unary(outer, x));
        }
      }
    }
    assertTrue(simplified > 240, "only " + simplified + " were simplified");
  }

  @Test
  void binaryWithAConstant() {
    for (ElementType element : ElementType.values()) {
      for (Literal literal : constants(values(element).type())) {
        for (Binary.Kind kind : Binary.Kind.values()) {
          // Squares and reciprocals are rounded once, where a power may be rounded twice.
          if (kind != Binary.Kind.POWER || !element.isFloat() || exact(literal.doubleAt(0))) {
            check(element, SAME, (b, x) -> new Binary(kind, x, constant(b, literal)));
            check(element, SAME, (b, x) -> new Binary(kind, constant(b, literal), x));
          }
        }
        for (Compare.Kind kind : Compare.Kind.values()) {
          check(element, SAME, (b, x) -> new Compare(kind, x, constant(b, literal)));
        }
      }
    }
    assertTrue(simplified > 500, "only " + simplified + " were simplified");
  }

  private static boolean exact(double exponent) {
    return exponent != 2 && exponent != -1;
  }

  private static Value constant(FunctionBuilder builder, Literal literal) {
    return builder.add("c", new Constant(literal));
  }

  @Test
  void binaryOfItselfAndOfNegations() {
    for (ElementType element : ElementType.values()) {
      for (Binary.Kind kind : Binary.Kind.values()) {
        check(element, SAME, (b, x) -> new Binary(kind, x, x));
        check(element, (b, x) -> new Unary(Unary.Kind.NEGATE, x), (b, n) -> new Binary(kind, n, n));
        for (Literal literal : constants(values(element).type())) {
          Maker negate = (b, x) -> new Unary(Unary.Kind.NEGATE, x);
          // The constant is negated by an instruction too.
          check(
              element,
              negate,
              (b, n) ->
                  new Binary(
                      kind, n, b.add("m", new Unary(Unary.Kind.NEGATE, constant(b, literal)))));
        }
      }
    }
    assertTrue(simplified > 100, "only " + simplified + " were simplified");
  }

  @Test
  void conversionsOfConversions() {
    for (ElementType from : ElementType.values()) {
      for (ElementType between : ElementType.values()) {
        for (ElementType to : ElementType.values()) {
          check(from, (b, x) -> new Convert(x, between), (b, x) -> new Convert(x, to));
        }
      }
    }
    assertTrue(simplified > 500, "only " + simplified + " were simplified");
  }

  @Test
  void bitcastsOfBitcasts() {
    for (ElementType from : ElementType.values()) {
      for (ElementType between : ElementType.values()) {
        for (ElementType to : ElementType.values()) {
          check(from, (b, x) -> new Bitcast(x, between), (b, x) -> new Bitcast(x, to));
        }
      }
    }
    assertTrue(simplified > 40, "only " + simplified + " were simplified");
  }

  @Test
  void comparisonsNegatedAndSelected() {
    for (ElementType element : ElementType.values()) {
      for (Compare.Kind kind : Compare.Kind.values()) {
        for (Literal literal : constants(values(element).type())) {
          check(
              element,
              (b, x) -> new Compare(kind, x, constant(b, literal)),
              (b, p) -> new Unary(Unary.Kind.LOGICAL_NOT, p));
          Maker not =
              (b, x) ->
                  new Unary(
                      Unary.Kind.LOGICAL_NOT,
                      b.add("p", new Compare(kind, x, constant(b, literal))));
          check(element, not, (b, p) -> new Select(p, p, b.add("q", not(p))));
        }
        check(element, SAME, (b, x) -> new Compare(kind, x, x));
      }
    }
    assertTrue(simplified > 300, "only " + simplified + " were simplified");
  }

  private static Op not(Value condition) {
    return new Unary(Unary.Kind.LOGICAL_NOT, condition);
  }
}
