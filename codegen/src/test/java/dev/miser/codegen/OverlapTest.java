package dev.miser.codegen;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.miser.ir.diag.Place;
import dev.miser.ir.eval.Tensor;
import dev.miser.ir.func.Function;
import dev.miser.ir.func.FunctionBuilder;
import dev.miser.ir.func.Instruction;
import dev.miser.ir.op.Binary;
import dev.miser.ir.op.Convert;
import dev.miser.ir.op.Convolution;
import dev.miser.ir.op.Op;
import dev.miser.ir.op.Pool;
import dev.miser.ir.op.Reduce;
import dev.miser.ir.op.Slice;
import dev.miser.ir.op.Softmax;
import dev.miser.ir.op.Transpose;
import dev.miser.ir.op.Unary;
import dev.miser.ir.op.Value;
import dev.miser.ir.plan.Buffer;
import dev.miser.ir.plan.Buffers;
import dev.miser.ir.plan.Certificate;
import dev.miser.ir.plan.Kernel;
import dev.miser.ir.plan.Overlap;
import dev.miser.ir.plan.Plan;
import dev.miser.ir.plan.Schedule;
import dev.miser.ir.plan.Step;
import dev.miser.ir.plan.Target;
import dev.miser.ir.type.ElementType;
import dev.miser.ir.type.TensorType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/**
 * Kernels compute the same bits when their output lies over a dying input as far as the catalogue
 * admits, in memory that is full of what is not a number.
 */
class OverlapTest {
  private static final Target ALONE = Target.of(256, 1);
  private static final List<ElementType> TYPES =
      List.of(ElementType.F32, ElementType.F64, ElementType.F16, ElementType.I8, ElementType.I64);

  private interface Body {
    Value write(FunctionBuilder builder, Value x);
  }

  private record Case(Value input, List<Instruction> body, Value output) {
    Overlap overlap(Target target) {
      return CodegenCatalog.DEFAULT.overwrite(kernel(target), output, input, target);
    }

    Kernel kernel(Target target) {
      var algorithm = CodegenCatalog.DEFAULT.algorithms(body, List.of(output), target).getFirst();
      return new Kernel(
          algorithm.name(), body, List.of(output), algorithm.workspaceBytes(), Place.NONE);
    }
  }

  private final FunctionBuilder builder = new FunctionBuilder("overlaps");
  private final List<Case> cases = new ArrayList<>();
  private final Map<String, Tensor> inputs = new LinkedHashMap<>();
  private final SplittableRandom random = new SplittableRandom(11);

  private Value input(TensorType type) {
    Value value = builder.input("x" + inputs.size(), type);
    long[] elements = new long[Math.toIntExact(type.elementCount())];
    for (int i = 0; i < elements.length; i++) {
      elements[i] = random.nextLong(-50, 50);
    }
    Tensor tensor =
        type.element().isFloat()
            ? Tensor.ofDoubles(type, Arrays.stream(elements).asDoubleStream().toArray())
            : Tensor.ofLongs(type, elements);
    inputs.put(value.name(), tensor);
    return value;
  }

  private Case add(Value x, Body body) {
    int from = builder.build().body().size();
    Value output = body.write(builder, x);
    var added = new Case(x, List.copyOf(builder.build().body().subList(from, size())), output);
    cases.add(added);
    return added;
  }

  private int size() {
    return builder.build().body().size();
  }

  private Case add(ElementType type, Body body, long... dims) {
    return add(input(TensorType.of(type, dims)), body);
  }

  private Value named(Op op) {
    return builder.add("y" + size(), op);
  }

  private Schedule schedule(Target target) {
    Function function = builder.build();
    List<Step> steps = cases.stream().<Step>map(c -> c.kernel(target)).toList();
    List<Value> outputs = cases.stream().map(Case::output).toList();
    return new Schedule(
        "overlaps", target, function.parameters(), List.of(), steps, outputs, List.of());
  }

  /** Lays each output so many bytes behind its input, and all else apart. */
  private List<Tensor> run(Target target, Map<Case, Long> displacements) {
    Schedule schedule = schedule(target);
    Map<String, Long> offsets = new HashMap<>();
    long next = 0;
    for (Case one : cases) {
      Long displacement = displacements.get(one);
      if (displacement != null) {
        long input = aligned(next + Math.max(0, -displacement));
        offsets.put(one.input.name(), input);
        offsets.put(one.output.name(), input + displacement);
        long ends = input + Math.max(bytes(one.input), displacement + bytes(one.output));
        next = aligned(ends) + Buffer.ALIGNMENT;
      }
    }
    var allocations = new ArrayList<Plan.Allocation>();
    for (Buffer buffer : Buffers.of(schedule).all()) {
      Long known = offsets.get(buffer.name());
      allocations.add(new Plan.Allocation(buffer, known == null ? next : known));
      next += known == null ? buffer.alignedBytes() + Buffer.ALIGNMENT : 0;
    }
    var certificate = Certificate.ofLoad(next, 0, "nobody");
    return KernelRun.run(new Plan(schedule, allocations, List.of(), next, certificate), inputs);
  }

  private static long bytes(Value value) {
    return value.type().byteCount();
  }

  private static long aligned(long offset) {
    return Math.ceilDiv(offset, Buffer.ALIGNMENT) * Buffer.ALIGNMENT;
  }

  private void loops() {
    for (ElementType from : TYPES) {
      for (ElementType to : TYPES) {
        long rows = random.nextLong(1, 40);
        long columns = random.nextLong(1, 1000);
        add(from, (b, x) -> named(new Convert(x, to)), rows, columns);
        long skip = random.nextLong(0, columns);
        List<Long> start = List.of(0L, skip);
        List<Long> limit = List.of(rows, columns);
        List<Long> stride = List.of(1 + skip % 2, 1 + skip % 3);
        add(
            from,
            (b, x) -> named(new Convert(named(new Slice(x, start, limit, stride)), to)),
            rows,
            columns);
      }
    }
    add(ElementType.F32, (b, x) -> named(new Unary(Unary.Kind.RELU, x)), 50_001);
    Value side = input(TensorType.of(ElementType.F32, 70, 300));
    Body sum = (b, x) -> named(new Binary(Binary.Kind.ADD, x, side));
    add(ElementType.F32, sum, 70, 300);
    Body turned = (b, x) -> named(new Binary(Binary.Kind.ADD, named(turn(x)), x));
    add(ElementType.F32, turned, 90, 90);
    add(ElementType.F32, (b, x) -> named(turn(x)), 90, 90);
  }

  private static Op turn(Value x) {
    return new Transpose(x, List.of(1, 0));
  }

  private void windows() {
    List<Long> one = List.of(1L, 1L);
    List<Long> three = List.of(3L, 3L);
    for (int i = 0; i < 12; i++) {
      long size = random.nextLong(1, 60);
      long channels = random.nextLong(1, 5);
      long multiplier = random.nextLong(1, 3);
      List<Long> stride = List.of(random.nextLong(1, 4), random.nextLong(1, 3));
      Value weights = input(TensorType.of(ElementType.F32, channels * multiplier, 1, 3, 3));
      Value image = input(TensorType.of(ElementType.F32, 2, channels, size, size + i));
      var depthwise = new Convolution(image, weights, stride, one, one, List.of(), channels);
      add(image, (b, x) -> named(depthwise));
      // The same over an image of its own, with a residual that may be overwritten.
      Value other = input(image.type());
      var again = new Convolution(other, weights, stride, one, one, List.of(), channels);
      add(
          input(depthwise.inferType()),
          (b, residual) -> named(new Binary(Binary.Kind.ADD, named(again), residual)));
      Pool.Kind kind = i % 3 == 0 ? Pool.Kind.AVERAGE_POOL : Pool.Kind.MAX_POOL;
      add(
          TYPES.get(i % 2),
          (b, x) -> named(new Pool(kind, x, three, stride, one, one, List.of(), false)),
          channels,
          multiplier,
          size + 2,
          size);
    }
  }

  private void others() {
    add(ElementType.F32, (b, x) -> named(new Softmax(Softmax.Kind.SOFTMAX, x, 1)), 30, 77);
    add(ElementType.F32, (b, x) -> named(new Softmax(Softmax.Kind.SOFTMAX, x, 0)), 30, 77);
    Body sum = (b, x) -> named(new Reduce(Reduce.Kind.REDUCE_SUM, x, List.of(1)));
    add(ElementType.F32, sum, 30, 77);
  }

  /** Runs every case at the largest displacement that it admits, and at smaller ones. */
  private int check(Target target) {
    List<Tensor> apart = run(target, Map.of());
    Map<Case, Long> farthest = new HashMap<>();
    Map<Case, Long> nearer = new HashMap<>();
    for (Case one : cases) {
      switch (one.overlap(target)) {
        case Overlap.None none -> {}
        case Overlap.SamePlace same -> farthest.put(one, 0L);
        case Overlap.UpTo(long most) -> {
          assertEquals(1, target.workers(), "tiles of two workers have no order");
          // Elements stand at multiples of their size.
          long bytes = one.output.type().element().bytes();
          long elements = Math.floorDiv(most, bytes);
          farthest.put(one, elements * bytes);
          nearer.put(one, (elements - random.nextLong(1, 70)) * bytes);
        }
      }
    }
    compare(apart, run(target, farthest), farthest);
    if (!nearer.isEmpty()) {
      compare(apart, run(target, nearer), nearer);
    }
    return farthest.size();
  }

  private void compare(List<Tensor> apart, List<Tensor> found, Map<Case, Long> displacements) {
    for (int i = 0; i < cases.size(); i++) {
      Case one = cases.get(i);
      assertEquals(apart.get(i), found.get(i), one.body + " at " + displacements.get(one));
    }
  }

  @Test
  void loopsAndRows() {
    loops();
    others();
    int admitted = check(ALONE);
    assertTrue(admitted > TYPES.size() * TYPES.size(), admitted + " of " + cases.size());
    assertTrue(check(Target.of(512, 2)) > TYPES.size());
  }

  @Test
  void windowsOverPlanes() {
    windows();
    assertEquals(cases.size(), check(ALONE));
    assertEquals(cases.size() / 3, check(Target.of(512, 2)));
  }

  /** One element farther than is admitted gives other results. */
  @Test
  void theRulesAreTight() {
    Case whole = add(ElementType.F32, (b, x) -> named(new Unary(Unary.Kind.NEGATE, x)), 1000);
    Case part =
        add(
            ElementType.F32,
            (b, x) ->
                named(
                    new Unary(
                        Unary.Kind.NEGATE,
                        named(new Slice(x, List.of(5L), List.of(1000L), List.of(1L))))),
            1000);
    Value weights = input(TensorType.of(ElementType.F32, 2, 1, 3, 3));
    List<Long> one = List.of(1L, 1L);
    Case planes =
        add(
            ElementType.F32,
            (b, x) -> named(new Convolution(x, weights, one, one, one, List.of(), 2)),
            1,
            2,
            128,
            128);
    assertEquals(new Overlap.UpTo(0), whole.overlap(ALONE));
    assertEquals(new Overlap.UpTo(20), part.overlap(ALONE));
    assertEquals(new Overlap.UpTo(-4 * 128 * 128), planes.overlap(ALONE));
    List<Tensor> apart = run(ALONE, Map.of());
    List<Tensor> farther = run(ALONE, Map.of(whole, 4L, part, 24L, planes, 0L));
    for (int i = 0; i < cases.size(); i++) {
      assertNotEquals(apart.get(i), farther.get(i));
    }
  }
}
