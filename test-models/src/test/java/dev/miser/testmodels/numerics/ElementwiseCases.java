package dev.miser.testmodels.numerics;

import dev.miser.ir.op.Binary;
import dev.miser.ir.op.Compare;
import dev.miser.ir.op.Convert;
import dev.miser.ir.op.Unary;
import dev.miser.ir.op.Value;
import dev.miser.ir.type.ElementType;
import java.util.List;
import java.util.Locale;

/** Functions of single elements. */
final class ElementwiseCases {
  private ElementwiseCases() {}

  static List<Value> build(Composer c, Recorded r) {
    return List.of(
        switch (r.op()) {
          case "relu",
              "silu",
              "sigmoid",
              "tanh",
              "erf",
              "exp",
              "expm1",
              "log",
              "log1p",
              "sqrt",
              "rsqrt",
              "reciprocal",
              "sin",
              "cos",
              "tan",
              "abs",
              "floor",
              "round_half_even" ->
              c.unary(Unary.Kind.valueOf(r.op().toUpperCase(Locale.ROOT)), c.input("x"));
          case "gelu",
              "softplus",
              "elu",
              "celu",
              "selu",
              "leaky_relu",
              "prelu",
              "hardswish",
              "hardsigmoid",
              "mish",
              "relu6",
              "log_sigmoid",
              "clip",
              "pow_scalar",
              "dropout",
              "convert_to_int64" ->
              ofOne(c, r, c.input("x"));
          case "where" -> c.select(c.input("condition"), c.input("a"), c.input("b"));
          case "compare" -> c.compare(direction(r), c.input("a"), c.input("b"));
          case "floor_divide" -> floorDivide(c, c.input("a"), c.input("b"));
          default -> c.binary(binary(r.op()), c.input("a"), c.input("b"));
        });
  }

  private static Binary.Kind binary(String op) {
    return switch (op) {
      case "add" -> Binary.Kind.ADD;
      case "sub" -> Binary.Kind.SUBTRACT;
      case "mul" -> Binary.Kind.MULTIPLY;
      case "div", "trunc_divide" -> Binary.Kind.DIVIDE;
      case "pow" -> Binary.Kind.POWER;
      case "min" -> Binary.Kind.MINIMUM;
      case "max" -> Binary.Kind.MAXIMUM;
      case "atan2" -> Binary.Kind.ATAN2;
      case "remainder_floor" -> Binary.Kind.FLOOR_REMAINDER;
      case "remainder_trunc" -> Binary.Kind.REMAINDER;
      default -> throw new IllegalArgumentException(op);
    };
  }

  private static Compare.Kind direction(Recorded r) {
    return switch (r.text("direction")) {
      case "lt" -> Compare.Kind.LESS;
      default -> throw new IllegalArgumentException(r.text("direction"));
    };
  }

  private static Value ofOne(Composer c, Recorded r, Value x) {
    return switch (r.op()) {
      case "gelu" ->
          c.unary(r.text("form").equals("erf") ? Unary.Kind.GELU : Unary.Kind.GELU_TANH, x);
      case "softplus" -> softplus(c, x, r.number("beta"), r.number("threshold"));
      case "elu" -> positiveOr(c, x, exponential(c, x, r.number("alpha"), 1));
      case "celu" -> positiveOr(c, x, exponential(c, x, r.number("alpha"), r.number("alpha")));
      case "selu" ->
          c.times(positiveOr(c, x, exponential(c, x, 1.6732632423543772, 1)), 1.0507009873554805);
      case "leaky_relu" -> positiveOr(c, x, c.times(x, r.number("slope")));
      case "prelu" -> positiveOr(c, x, c.times(x, c.channels(c.input("slope"), x)));
      case "hardsigmoid" -> hardSigmoid(c, x);
      case "hardswish" -> c.times(x, hardSigmoid(c, x));
      case "mish" -> c.times(x, c.unary(Unary.Kind.TANH, c.unary(Unary.Kind.SOFTPLUS, x)));
      case "relu6" -> clip(c, x, 0, 6);
      case "log_sigmoid" ->
          c.unary(Unary.Kind.NEGATE, c.unary(Unary.Kind.SOFTPLUS, c.unary(Unary.Kind.NEGATE, x)));
      case "clip" ->
          clip(
              c,
              x,
              r.has("min") ? r.number("min") : Double.NEGATIVE_INFINITY,
              r.has("max") ? r.number("max") : Double.POSITIVE_INFINITY);
      case "pow_scalar" -> c.binary(Binary.Kind.POWER, x, r.number("exponent"));
      case "dropout" -> {
        Value mask = c.add(new Convert(c.input("mask"), x.type().element()));
        yield c.over(c.times(x, mask), 1 - r.number("rate"));
      }
      case "convert_to_int64" -> c.add(new Convert(x, ElementType.I64));
      default -> throw new IllegalArgumentException(r.op());
    };
  }

  private static Value positiveOr(Composer c, Value x, Value otherwise) {
    return c.select(c.compare(Compare.Kind.GREATER, x, 0), x, otherwise);
  }

  /** alpha (exp(x / scale) - 1). */
  private static Value exponential(Composer c, Value x, double alpha, double scale) {
    return c.times(c.unary(Unary.Kind.EXPM1, c.over(x, scale)), alpha);
  }

  private static Value softplus(Composer c, Value x, double beta, double threshold) {
    Value scaled = c.times(x, beta);
    Value smooth = c.over(c.unary(Unary.Kind.SOFTPLUS, scaled), beta);
    return c.select(c.compare(Compare.Kind.GREATER, scaled, threshold), x, smooth);
  }

  /** clip(x + 3, 0, 6) / 6: unlike x / 6 + 1/2 exact where it is small. */
  private static Value hardSigmoid(Composer c, Value x) {
    return c.over(clip(c, c.plus(x, 3), 0, 6), 6);
  }

  private static Value clip(Composer c, Value x, double min, double max) {
    return c.binary(Binary.Kind.MINIMUM, c.binary(Binary.Kind.MAXIMUM, x, min), max);
  }

  /** (a - (a mod b)) / b, with the remainder of floor division. */
  private static Value floorDivide(Composer c, Value a, Value b) {
    return c.over(c.minus(a, c.binary(Binary.Kind.FLOOR_REMAINDER, a, b)), b);
  }
}
