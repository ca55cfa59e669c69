package dev.miser.codegen.move;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.miser.codegen.KernelRun;
import dev.miser.ir.eval.Precision;
import dev.miser.ir.eval.Tensor;
import dev.miser.ir.func.Function;
import dev.miser.ir.func.FunctionBuilder;
import dev.miser.ir.op.Combine;
import dev.miser.ir.op.Concat;
import dev.miser.ir.op.Constant;
import dev.miser.ir.op.Cumulative;
import dev.miser.ir.op.Gather;
import dev.miser.ir.op.GatherAlong;
import dev.miser.ir.op.GatherNd;
import dev.miser.ir.op.Literal;
import dev.miser.ir.op.Op;
import dev.miser.ir.op.PackPanels;
import dev.miser.ir.op.Pad;
import dev.miser.ir.op.Scatter;
import dev.miser.ir.op.ScatterAlong;
import dev.miser.ir.op.ScatterNd;
import dev.miser.ir.op.Sort;
import dev.miser.ir.op.TopK;
import dev.miser.ir.op.Value;
import dev.miser.ir.plan.Target;
import dev.miser.ir.type.ElementType;
import dev.miser.ir.type.TensorType;
import dev.miser.runtime.StepFailure;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Every move gives exactly what the reference gives, at every element type and axis. */
class MoveTest {
  private final FunctionBuilder builder = new FunctionBuilder("f");
  private final Map<String, Tensor> inputs = new HashMap<>();
  private final Random random = new Random(7);

  private Value numbers(TensorType type) {
    Value value = builder.input("x" + inputs.size(), type);
    int count = Math.toIntExact(type.elementCount());
    if (type.element().isFloat()) {
      double[] values = new double[count];
      java.util.Arrays.setAll(values, i -> random.nextInt(-40, 40) / 8.0);
      inputs.put(value.name(), Tensor.ofDoubles(type, values));
    } else {
      long[] values = new long[count];
      boolean bool = type.element().isBoolean();
      java.util.Arrays.setAll(
          values,
          i -> bool || type.element().isUnsigned() ? random.nextInt(2) : random.nextInt(-9, 9));
      inputs.put(value.name(), Tensor.ofLongs(type, values));
    }
    return value;
  }

  private Value indices(ElementType element, long low, long high, long... dims) {
    TensorType type = TensorType.of(element, dims);
    Value value = builder.input("i" + inputs.size(), type);
    long[] values = new long[Math.toIntExact(type.elementCount())];
    java.util.Arrays.setAll(values, i -> random.nextLong(low, high));
    inputs.put(value.name(), Tensor.ofLongs(type, values));
    return value;
  }

  private Function function(Op op) {
    builder.returns(builder.add("y", op));
    return builder.build();
  }

  private void check(Op op) {
    Function function = function(op);
    assertEquals(
        KernelRun.reference(function, inputs, Precision.DECLARED),
        KernelRun.run(function, inputs, Target.of(256, 2)));
  }

  @ParameterizedTest
  @EnumSource
  void concatAlongAMiddleAxis(ElementType element) {
    Value a = numbers(TensorType.of(element, 3, 2, 5));
    Value b = numbers(TensorType.of(element, 3, 0, 5));
    Value c = numbers(TensorType.of(element, 3, 4, 5));
    check(new Concat(List.of(a, b, c, a), 1));
  }

  @Test
  void concatOfLongRowsIsCutIntoPieces() {
    Value a = numbers(TensorType.of(ElementType.F32, 1, 70_001));
    Value b = numbers(TensorType.of(ElementType.F32, 1, 3));
    check(new Concat(List.of(a, b, a), 1));
  }

  @ParameterizedTest
  @EnumSource
  void padsCropsAndSpreads(ElementType element) {
    Value x = numbers(TensorType.of(element, 2, 4, 5));
    Value fill = numbers(TensorType.of(element));
    check(new Pad(x, fill, List.of(1L, -1L, 2L), List.of(0L, 3L, -4L), List.of(2L, 0L, 1L)));
  }

  @Test
  void padsWithNegativeLowAndSpread() {
    Value x = numbers(TensorType.of(ElementType.F32, 5, 7));
    Value fill = numbers(TensorType.of(ElementType.F32));
    check(new Pad(x, fill, List.of(-3L, -4L), List.of(2L, 1L), List.of(1L, 2L)));
  }

  @Test
  void padsAScalarByNothing() {
    check(
        new Pad(
            numbers(TensorType.of(ElementType.F32)),
            numbers(TensorType.of(ElementType.F32)),
            List.of(),
            List.of(),
            List.of()));
  }

  @Test
  void padsToNothing() {
    Value x = numbers(TensorType.of(ElementType.F32, 2, 3));
    check(
        new Pad(
            x,
            numbers(TensorType.of(ElementType.F32)),
            List.of(0L, -3L),
            List.of(0L, 0L),
            List.of()));
  }

  @Test
  void packsPanels() {
    check(new PackPanels(numbers(TensorType.of(ElementType.F32, 2, 5, 37)), 16, false));
  }

  @Test
  void packsTransposedPanels() {
    check(new PackPanels(numbers(TensorType.of(ElementType.F32, 2, 37, 5)), 12, true));
  }

  @ParameterizedTest
  @EnumSource
  void gathersSlices(ElementType element) {
    Value x = numbers(TensorType.of(element, 3, 6, 2));
    check(new Gather(x, indices(ElementType.I32, -6, 6, 2, 4), 1, true));
  }

  @ParameterizedTest
  @EnumSource(names = {"U8", "U16", "U32", "U64", "I8", "I16", "I32", "I64"})
  void gathersByEveryIndexType(ElementType element) {
    Value x = numbers(TensorType.of(ElementType.F32, 4, 6));
    check(new Gather(x, indices(element, 0, 6, 5), 1, false));
  }

  @Test
  void gathersAlongEveryAxis() {
    for (int axis = 0; axis < 3; axis++) {
      var test = new MoveTest();
      Value x = test.numbers(TensorType.of(ElementType.F32, 4, 5, 6));
      test.check(new GatherAlong(x, test.indices(ElementType.I64, -4, 4, 3, 5, 2), axis, true));
    }
  }

  @Test
  void gathersByCoordinates() {
    Value x = numbers(TensorType.of(ElementType.F64, 2, 4, 5, 3));
    check(new GatherNd(x, indices(ElementType.I64, 0, 4, 2, 6, 2), 1, false));
  }

  @ParameterizedTest
  @EnumSource
  void scattersSlices(Combine combine) {
    Value x = numbers(TensorType.of(ElementType.F32, 3, 6, 2));
    Value at = indices(ElementType.I64, -6, 6, 4);
    Value updates = numbers(TensorType.of(ElementType.F32, 3, 4, 2));
    check(new Scatter(x, at, updates, 1, combine, true));
  }

  @ParameterizedTest
  @EnumSource(
      names = {"BOOL"},
      mode = EnumSource.Mode.EXCLUDE)
  void scatterAddsAlongAnAxis(ElementType element) {
    Value x = numbers(TensorType.of(element, 3, 6, 2));
    Value at = indices(ElementType.I64, 0, 6, 2, 4, 2);
    Value updates = numbers(TensorType.of(element, 2, 4, 2));
    check(new ScatterAlong(x, at, updates, 1, Combine.ADD, false));
  }

  @ParameterizedTest
  @EnumSource
  void scattersByCoordinates(Combine combine) {
    Value x = numbers(TensorType.of(ElementType.I32, 3, 6, 2));
    Value at = indices(ElementType.I32, 0, 3, 5, 2);
    Value updates = numbers(TensorType.of(ElementType.I32, 5, 2));
    check(new ScatterNd(x, at, updates, combine, false));
  }

  @Test
  void namesTheIndicesThatAreOutside() {
    Value x = numbers(TensorType.of(ElementType.F32, 4, 6));
    Function function = function(new Gather(x, indices(ElementType.I64, 6, 9, 5), 1, false));
    var failure =
        assertThrows(StepFailure.class, () -> KernelRun.run(function, inputs, Target.of(256, 2)));
    assertTrue(String.valueOf(failure.getMessage()).contains("%i1"), failure::getMessage);
  }

  @ParameterizedTest
  @EnumSource(
      names = {"BOOL"},
      mode = EnumSource.Mode.EXCLUDE)
  void runningSumsAndProducts(ElementType element) {
    for (int axis = 0; axis < 3; axis++) {
      for (var kind : Cumulative.Kind.values()) {
        var test = new MoveTest();
        Value x = test.numbers(TensorType.of(element, 2, 5, 3));
        test.check(new Cumulative(kind, x, axis, axis == 1, axis != 0));
      }
    }
  }

  @ParameterizedTest
  @EnumSource(
      names = {"BOOL"},
      mode = EnumSource.Mode.EXCLUDE)
  void sortsStably(ElementType element) {
    for (var kind : Sort.Kind.values()) {
      for (boolean descending : List.of(true, false)) {
        var test = new MoveTest();
        Value x = test.numbers(TensorType.of(element, 3, 33, 2));
        test.check(new Sort(kind, x, 1, descending));
      }
    }
  }

  @Test
  void sortsNotANumberLast() {
    TensorType type = TensorType.of(ElementType.F32, 6);
    Value x = builder.input("x", type);
    inputs.put("x", Tensor.ofDoubles(type, Double.NaN, 0.0, -0.0, 1 / 0.0, -1 / 0.0, 3));
    check(new Sort(Sort.Kind.SORT_INDICES, x, 0, false));
  }

  @Test
  void takesTheLargest() {
    for (var kind : TopK.Kind.values()) {
      var test = new MoveTest();
      Value x = test.numbers(TensorType.of(ElementType.F32, 4, 100, 3));
      test.check(new TopK(kind, x, 7, 1, kind == TopK.Kind.TOP_K));
    }
  }

  @Test
  void longConstantsSpanSeveralStrings() {
    TensorType type = TensorType.of(ElementType.F32, 30_000);
    double[] values = new double[30_000];
    java.util.Arrays.setAll(values, i -> random.nextGaussian());
    check(new Constant(Literal.ofDoubles(type, values)));
  }
}
