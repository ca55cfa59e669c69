package dev.miser.codegen.loop;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.miser.codegen.CodegenCatalog;
import dev.miser.codegen.KernelRun;
import dev.miser.ir.diag.Place;
import dev.miser.ir.diag.RuleViolation;
import dev.miser.ir.eval.Precision;
import dev.miser.ir.eval.Tensor;
import dev.miser.ir.func.Function;
import dev.miser.ir.func.FunctionBuilder;
import dev.miser.ir.func.Instruction;
import dev.miser.ir.op.Binary;
import dev.miser.ir.op.Bitcast;
import dev.miser.ir.op.Compare;
import dev.miser.ir.op.Convert;
import dev.miser.ir.op.Op;
import dev.miser.ir.op.Select;
import dev.miser.ir.op.Unary;
import dev.miser.ir.op.Value;
import dev.miser.ir.plan.Kernel;
import dev.miser.ir.plan.Schedule;
import dev.miser.ir.plan.Step;
import dev.miser.ir.plan.Target;
import dev.miser.ir.type.ElementType;
import dev.miser.ir.type.TensorType;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Every elementwise operation at every type it admits and at awkward sizes, each a kernel of its
 * own, against the reference evaluator.
 */
class ElementwiseTest {
  private static final List<Integer> SIZES =
      List.of(1, 2, 3, 4, 7, 8, 9, 15, 16, 17, 31, 33, 64, 100, 257, 1000);

  private static final double[] SPECIAL = {
    0.0,
    -0.0,
    1,
    -1,
    Double.NaN,
    Double.POSITIVE_INFINITY,
    Double.NEGATIVE_INFINITY,
    Float.MAX_VALUE,
    -Float.MAX_VALUE,
    Float.MIN_VALUE,
    -Float.MIN_VALUE,
    Float.MIN_NORMAL,
    -Float.MIN_NORMAL,
    0x1p-130,
    1e-20,
    -1e-20,
    1e-5,
    -1e-5,
    0.5,
    -0.5,
    1.5,
    2.5,
    -2.5,
    0.49999997,
    8388607.5,
    8388608,
    -8388609,
    4194303.5,
    88.7,
    88.73,
    -87.3,
    -88,
    -100,
    -103.9,
    -104.1,
    17.33,
    9.01,
    -9.01,
    -5.5,
    -13,
    -14.3,
    1e30,
    2147483647.0,
    2147483648.0,
    -2147483649.0,
    1e19,
    -1e19,
    300,
    -300,
    70000
  };

  private final FunctionBuilder builder = new FunctionBuilder("elementwise");
  private final Map<String, Tensor> inputs = new LinkedHashMap<>();
  private final List<Value> results = new ArrayList<>();

  private Value input(ElementType element, int size, int which) {
    String name = element.text() + "_" + size + "_" + which;
    Value value = new Value(name, TensorType.of(element, size));
    if (inputs.containsKey(name)) {
      return value;
    }
    builder.input(name, value.type());
    var random = new Random(31 * size + which);
    if (element.isFloat()) {
      double[] values = new double[size];
      for (int i = 0; i < size; i++) {
        int k = (i + size * 7 + which * 13) % (2 * SPECIAL.length);
        values[i] =
            k < SPECIAL.length
                ? SPECIAL[k]
                : random.nextGaussian() * Math.pow(10, random.nextInt(5) - 3);
      }
      inputs.put(name, Tensor.ofDoubles(value.type(), values).rounded());
    } else {
      long[] values = new long[size];
      for (int i = 0; i < size; i++) {
        long bits = i % 3 == 0 ? random.nextInt(9) - 4 : random.nextLong();
        values[i] = wrap(i % 11 == 5 ? Long.MIN_VALUE : bits, element);
      }
      inputs.put(name, Tensor.ofLongs(value.type(), values));
    }
    return value;
  }

  private static long wrap(long bits, ElementType element) {
    int width = element.isBoolean() ? 1 : 8 * element.bytes();
    return element.isUnsigned() || element.isBoolean()
        ? bits << (64 - width) >>> (64 - width)
        : bits << (64 - width) >> (64 - width);
  }

  /** A divisor that is never zero: that failure has a test of its own. */
  private Value nonZero(ElementType element, int size) {
    Value value = input(element, size, 2);
    if (element.isInteger()) {
      long[] values = java.util.Objects.requireNonNull(inputs.get(value.name())).longs();
      for (int i = 0; i < size; i++) {
        values[i] = values[i] == 0 ? 3 : values[i];
      }
    }
    return value;
  }

  private void add(Op op) {
    try {
      op.inferType();
    } catch (RuleViolation notAdmitted) {
      return;
    }
    results.add(builder.add(op.mnemonic() + results.size(), op));
  }

  private void addAll(int size) {
    for (ElementType element : ElementType.values()) {
      Value x = input(element, size, 0);
      Value y = input(element, size, 1);
      for (Unary.Kind kind : Unary.Kind.values()) {
        add(new Unary(kind, x));
      }
      for (Binary.Kind kind : Binary.Kind.values()) {
        boolean divides =
            kind == Binary.Kind.DIVIDE
                || kind == Binary.Kind.REMAINDER
                || kind == Binary.Kind.FLOOR_REMAINDER;
        boolean shifts = kind == Binary.Kind.SHIFT_LEFT || kind == Binary.Kind.SHIFT_RIGHT;
        add(new Binary(kind, x, divides || shifts ? nonZero(element, size) : y));
      }
      for (Compare.Kind kind : Compare.Kind.values()) {
        add(new Compare(kind, x, y));
      }
      add(new Select(input(ElementType.BOOL, size, 0), x, y));
      for (ElementType to : ElementType.values()) {
        add(new Convert(x, to));
        add(new Bitcast(x, to));
      }
    }
  }

  /** Each instruction a kernel: thousands of steps, whose equal bodies are emitted once. */
  private static Schedule schedule(Function function, Target target) {
    var steps = new ArrayList<Step>();
    for (Instruction instruction : function.body()) {
      List<Instruction> body = List.of(instruction);
      List<Value> outputs = List.of(instruction.result());
      var algorithm = CodegenCatalog.DEFAULT.algorithms(body, outputs, target).getFirst();
      steps.add(new Kernel(algorithm.name(), body, outputs, 0, Place.NONE));
    }
    return new Schedule(
        "elementwise",
        target,
        function.parameters(),
        List.of(),
        steps,
        function.results(),
        List.of());
  }

  @ParameterizedTest
  @ValueSource(ints = {128, 256, 512})
  void agreesWithTheReference(int vectorBits) {
    SIZES.forEach(this::addAll);
    Function function = builder.returns(results.toArray(Value[]::new)).build();
    List<Tensor> expected = KernelRun.reference(function, inputs, Precision.DECLARED);
    List<Tensor> found =
        KernelRun.run(KernelRun.plan(schedule(function, Target.of(vectorBits, 2))), inputs);
    var wrong = new LinkedHashMap<String, String>();
    for (int i = 0; i < results.size(); i++) {
      Instruction instruction = function.body().get(i);
      String difference = difference(instruction, expected.get(i), found.get(i), inputs);
      if (!difference.isEmpty()) {
        ElementType from = instruction.operands().getFirst().type().element();
        wrong.putIfAbsent(instruction.op().mnemonic() + " " + from, difference);
      }
    }
    assertTrue(
        wrong.isEmpty(),
        () -> wrong.size() + " of " + results.size() + ":\n" + String.join("\n", wrong.values()));
  }

  private static String difference(
      Instruction instruction, Tensor expected, Tensor found, Map<String, Tensor> inputs) {
    ElementType element = expected.type().element();
    int size = (int) expected.type().elementCount();
    for (int i = 0; i < size; i++) {
      boolean same =
          instruction.op() instanceof Bitcast(var x, var to)
              ? isNaN(java.util.Objects.requireNonNull(inputs.get(x.name())), i)
                  || bits(expected, i) == bits(found, i)
              : element.isFloat()
                  ? near(expected.doubles()[i], found.doubles()[i], element)
                  : expected.longs()[i] == found.longs()[i];
      if (!same) {
        var operands = new ArrayList<String>();
        for (Value operand : instruction.operands()) {
          Tensor tensor = java.util.Objects.requireNonNull(inputs.get(operand.name()));
          operands.add(text(tensor, i));
        }
        return instruction
            + " at "
            + i
            + " of "
            + operands
            + ": "
            + text(found, i)
            + ", expected "
            + text(expected, i);
      }
    }
    return "";
  }

  /** The bits of a NaN are those of any. */
  private static boolean isNaN(Tensor tensor, int i) {
    return tensor.type().element().isFloat() && Double.isNaN(tensor.doubles()[i]);
  }

  private static long bits(Tensor tensor, int i) {
    return tensor.type().element().isFloat()
        ? Double.doubleToLongBits(tensor.doubles()[i])
        : tensor.longs()[i];
  }

  private static String text(Tensor tensor, int i) {
    return tensor.type().element().isFloat()
        ? String.valueOf(tensor.doubles()[i])
        : String.valueOf(tensor.longs()[i]);
  }

  /** Near by one in a million, or by the last place of the format where that is coarser. */
  private static boolean near(double expected, double found, ElementType element) {
    if (Double.isNaN(expected) || Double.isInfinite(expected)) {
      return Double.doubleToLongBits(expected) == Double.doubleToLongBits(found);
    }
    double relative =
        switch (element) {
          case F32 -> 1e-6;
          case F16 -> 0x1p-10;
          case BF16 -> 0x1p-7;
          default -> 1e-14;
        };
    double smallest =
        switch (element) {
          case F16 -> 0x1p-24;
          case F32 -> Float.MIN_VALUE;
          case BF16 -> 0x1p-133;
          default -> Double.MIN_VALUE;
        };
    return Math.copySign(1, expected) == Math.copySign(1, found)
        && Math.abs(expected - found) <= Math.max(relative * Math.abs(expected), smallest);
  }
}
