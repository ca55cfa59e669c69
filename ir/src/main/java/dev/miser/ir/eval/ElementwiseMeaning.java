package dev.miser.ir.eval;

import dev.miser.ir.op.Binary;
import dev.miser.ir.op.Bitcast;
import dev.miser.ir.op.Compare;
import dev.miser.ir.op.Convert;
import dev.miser.ir.op.Elementwise;
import dev.miser.ir.op.Select;
import dev.miser.ir.op.Unary;
import dev.miser.ir.op.Value;
import dev.miser.ir.type.ElementType;
import dev.miser.ir.type.TensorType;
import java.lang.foreign.MemorySegment;
import java.util.function.DoubleBinaryOperator;
import java.util.function.DoubleUnaryOperator;
import java.util.function.LongBinaryOperator;
import java.util.function.LongUnaryOperator;

/** What functions of single elements are. */
final class ElementwiseMeaning {
  private ElementwiseMeaning() {}

  static Tensor of(Elementwise elementwise, Operands in) {
    TensorType type = elementwise.inferType();
    return switch (elementwise) {
      case Unary unary -> unary(unary, type, in);
      case Binary binary -> binary(binary, type, in);
      case Compare compare -> compare(compare, type, in);
      case Select select -> select(select, type, in);
      case Convert convert -> convert(convert, type, in);
      case Bitcast bitcast -> bitcast(bitcast, type, in);
    };
  }

  private static Tensor unary(Unary unary, TensorType type, Operands in) {
    ElementType element = unary.x().type().element();
    if (unary.kind().isPredicate()) {
      double[] x = in.doubles(unary.x());
      boolean nan = unary.kind() == Unary.Kind.IS_NAN;
      long[] result = new long[x.length];
      for (int i = 0; i < x.length; i++) {
        result[i] = (nan ? Double.isNaN(x[i]) : Double.isInfinite(x[i])) ? 1 : 0;
      }
      return Tensor.ofLongs(type, result);
    }
    if (element.isFloat()) {
      double[] x = in.doubles(unary.x());
      DoubleUnaryOperator f = FloatFunctions.of(unary.kind());
      double[] result = new double[x.length];
      for (int i = 0; i < x.length; i++) {
        result[i] = f.applyAsDouble(x[i]);
      }
      return Tensor.ofDoubles(type, result);
    }
    long[] x = in.longs(unary.x());
    LongUnaryOperator f = IntegerFunctions.of(unary.kind(), element);
    long[] result = new long[x.length];
    for (int i = 0; i < x.length; i++) {
      result[i] = Conversions.wrap(f.applyAsLong(x[i]), element);
    }
    return Tensor.ofLongs(type, result);
  }

  private static Tensor binary(Binary binary, TensorType type, Operands in) {
    if (type.element().isFloat()) {
      double[] lhs = in.doubles(binary.lhs());
      double[] rhs = in.doubles(binary.rhs());
      DoubleBinaryOperator f = FloatFunctions.of(binary.kind());
      double[] result = new double[lhs.length];
      for (int i = 0; i < lhs.length; i++) {
        result[i] = f.applyAsDouble(lhs[i], rhs[i]);
      }
      return Tensor.ofDoubles(type, result);
    }
    long[] lhs = in.longs(binary.lhs());
    long[] rhs = in.longs(binary.rhs());
    LongBinaryOperator f = IntegerFunctions.of(binary.kind(), type.element());
    long[] result = new long[lhs.length];
    for (int i = 0; i < lhs.length; i++) {
      result[i] = Conversions.wrap(f.applyAsLong(lhs[i], rhs[i]), type.element());
    }
    return Tensor.ofLongs(type, result);
  }

  private static Tensor compare(Compare compare, TensorType type, Operands in) {
    long[] result = new long[Tensor.count(type)];
    ElementType element = compare.lhs().type().element();
    if (element.isFloat()) {
      double[] lhs = in.doubles(compare.lhs());
      double[] rhs = in.doubles(compare.rhs());
      for (int i = 0; i < result.length; i++) {
        result[i] = holds(compare.kind(), lhs[i], rhs[i]) ? 1 : 0;
      }
    } else {
      long[] lhs = in.longs(compare.lhs());
      long[] rhs = in.longs(compare.rhs());
      for (int i = 0; i < result.length; i++) {
        int order = IntegerFunctions.compare(lhs[i], rhs[i], element);
        result[i] = holds(compare.kind(), order, 0) ? 1 : 0;
      }
    }
    return Tensor.ofLongs(type, result);
  }

  private static boolean holds(Compare.Kind kind, double lhs, double rhs) {
    return switch (kind) {
      case EQUAL -> lhs == rhs;
      case NOT_EQUAL -> lhs != rhs;
      case LESS -> lhs < rhs;
      case LESS_EQUAL -> lhs <= rhs;
      case GREATER -> lhs > rhs;
      case GREATER_EQUAL -> lhs >= rhs;
    };
  }

  private static Tensor select(Select select, TensorType type, Operands in) {
    long[] condition = in.longs(select.condition());
    if (type.element().isFloat()) {
      double[] onTrue = in.doubles(select.onTrue());
      double[] onFalse = in.doubles(select.onFalse());
      double[] result = new double[condition.length];
      for (int i = 0; i < condition.length; i++) {
        result[i] = condition[i] != 0 ? onTrue[i] : onFalse[i];
      }
      return Tensor.ofDoubles(type, result);
    }
    long[] onTrue = in.longs(select.onTrue());
    long[] onFalse = in.longs(select.onFalse());
    long[] result = new long[condition.length];
    for (int i = 0; i < condition.length; i++) {
      result[i] = condition[i] != 0 ? onTrue[i] : onFalse[i];
    }
    return Tensor.ofLongs(type, result);
  }

  private static Tensor convert(Convert convert, TensorType type, Operands in) {
    Value x = convert.x();
    ElementType from = x.type().element();
    int count = Tensor.count(type);
    if (type.element().isFloat()) {
      if (from.isFloat()) {
        return in.of(x).withType(type);
      }
      Precision precision = type.element() == ElementType.F64 ? Precision.DOUBLE : in.precision();
      double[] result = new double[count];
      for (int i = 0; i < count; i++) {
        result[i] = Conversions.toFloat(in.longs(x)[i], from, precision);
      }
      return Tensor.ofDoubles(type, result);
    }
    long[] result = new long[count];
    for (int i = 0; i < count; i++) {
      if (from.isFloat()) {
        result[i] = Conversions.toInteger(in.doubles(x)[i], type.element());
      } else if (type.element().isBoolean()) {
        result[i] = in.longs(x)[i] != 0 ? 1 : 0;
      } else {
        result[i] = Conversions.wrap(in.longs(x)[i], type.element());
      }
    }
    return Tensor.ofLongs(type, result);
  }

  /** Written as one type and read as the other; floats that were not rounded are by this. */
  private static Tensor bitcast(Bitcast bitcast, TensorType type, Operands in) {
    MemorySegment bytes = MemorySegment.ofArray(new byte[Math.toIntExact(type.byteCount())]);
    in.of(bitcast.x()).writeTo(bytes);
    return Tensor.read(type, bytes);
  }
}
