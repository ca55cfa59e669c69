package dev.miser.ir.op;

import dev.miser.ir.diag.Code;
import dev.miser.ir.diag.RuleViolation;
import java.util.List;
import java.util.Objects;

/** Checks used by type inference; each throws a {@link RuleViolation} with its code. */
public final class Require {
  private Require() {}

  public static void that(boolean holds, Code code, Object... arguments) {
    if (!holds) {
      throw new RuleViolation(code, arguments);
    }
  }

  static void sameType(Value a, Value b) {
    that(a.type().equals(b.type()), Code.TYPE_SAME, a.type(), b.type());
  }

  static void sameShape(Value a, Value b) {
    that(a.type().shape().equals(b.type().shape()), Code.TYPE_SHAPE_SAME, a.type(), b.type());
  }

  static void sameElement(Value a, Value b) {
    that(a.type().element() == b.type().element(), Code.TYPE_ELEMENT_SAME, a.type(), b.type());
  }

  static void element(Value value, boolean holds, String expected) {
    that(holds, Code.TYPE_ELEMENT, value.type().element(), expected);
  }

  static void isFloat(Value value) {
    element(value, value.type().element().isFloat(), "a float type");
  }

  static void isNumeric(Value value) {
    element(value, !value.type().element().isBoolean(), "a number type");
  }

  static void isBoolean(Value value) {
    element(value, value.type().element().isBoolean(), "bool");
  }

  static void isIndex(Value value) {
    that(value.type().element().isInteger(), Code.GATHER_INDICES, value.type().element());
  }

  static void isScalar(Value value) {
    that(value.type().rank() == 0, Code.TYPE_SCALAR, value.type());
  }

  static void rank(Value value, boolean holds, Object expected) {
    that(holds, Code.TYPE_RANK, value.type().rank(), expected);
  }

  static void axis(int axis, int rank) {
    that(axis >= 0 && axis < rank, Code.ATTRIBUTE_AXIS, axis, rank);
  }

  /** Requires increasing, distinct axes within the rank. */
  static void axes(List<Integer> axes, int rank) {
    for (int i = 0; i < axes.size(); i++) {
      axis(axes.get(i), rank);
      that(i == 0 || axes.get(i - 1) < axes.get(i), Code.ATTRIBUTE_AXES, axes);
    }
  }

  static void length(String name, List<?> list, int expected) {
    that(list.size() == expected, Code.ATTRIBUTE_LENGTH, name, list.size(), expected);
  }

  static void atLeast(String name, List<Long> list, long least) {
    for (long entry : list) {
      atLeast(name, entry, least);
    }
  }

  static void atLeast(String name, long entry, long least) {
    that(entry >= least, Code.ATTRIBUTE_POSITIVE, name, entry, least);
  }

  static void value(String name, Object found, boolean holds, String expected) {
    that(holds, Code.ATTRIBUTE_VALUE, name, Objects.requireNonNull(found), expected);
  }
}
