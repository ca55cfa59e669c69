package dev.miser.ir.plan;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;

import dev.miser.ir.func.FunctionBuilder;
import dev.miser.ir.op.Binary;
import dev.miser.ir.op.Broadcast;
import dev.miser.ir.op.Constant;
import dev.miser.ir.op.Dot;
import dev.miser.ir.op.Iota;
import dev.miser.ir.op.Literal;
import dev.miser.ir.op.Reduce;
import dev.miser.ir.op.Reshape;
import dev.miser.ir.op.Reverse;
import dev.miser.ir.op.Slice;
import dev.miser.ir.op.Softmax;
import dev.miser.ir.op.Transpose;
import dev.miser.ir.op.Unary;
import dev.miser.ir.op.UnpackPanels;
import dev.miser.ir.op.Value;
import dev.miser.ir.type.ElementType;
import dev.miser.ir.type.Shape;
import dev.miser.ir.type.TensorType;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A kernel's family and the strides of its leaves decide which loops are emitted. */
class GroupTest {
  private final FunctionBuilder builder = new FunctionBuilder("f");

  private Value input(String name, long... dims) {
    return builder.input(name, TensorType.of(ElementType.F32, dims));
  }

  private Group group(Value... outputs) {
    return assertNotNull(Group.of(builder.build().body(), List.of(outputs)));
  }

  private static <T> T assertNotNull(@org.jspecify.annotations.Nullable T value) {
    org.junit.jupiter.api.Assertions.assertNotNull(value);
    return java.util.Objects.requireNonNull(value);
  }

  @Test
  void layoutOfALeafBecomesStrides() {
    Value a = input("a", 3, 4);
    Value b = input("b", 4);
    Value t = builder.add("t", new Transpose(a, List.of(1, 0)));
    Value r = builder.add("r", new Reverse(t, List.of(0)));
    Value s = builder.add("s", new Slice(r, List.of(1L, 0L), List.of(4L, 3L), List.of(2L, 1L)));
    Value w = builder.add("w", new Slice(b, List.of(1L), List.of(4L), List.of()));
    Value v = builder.add("v", new Broadcast(w, Shape.of(2, 3), List.of(1)));
    Value y = builder.add("y", new Binary(Binary.Kind.ADD, s, v));
    Group group = group(y);
    assertEquals(Group.Family.LOOP, group.family());
    assertEquals(List.of(-2L, 4L), group.leaf(s).strides());
    assertEquals(2, group.leaf(s).base());
    assertEquals(List.of(0L, 1L), group.leaf(v).strides());
    assertEquals(1, group.leaf(v).base());
    assertEquals(b, group.leaf(v).source());
  }

  @Test
  void reshapeOfALeafSplitsAndMergesAxesThatStepAsOne() {
    Value a = input("a", 6, 4, 5);
    Value s = builder.add("s", new Slice(a, List.of(0L, 0L, 1L), List.of(6L, 4L, 3L), List.of()));
    Value r = builder.add("r", new Reshape(s, Shape.of(2, 12, 1, 2)));
    Value y = builder.add("y", new Unary(Unary.Kind.RELU, r));
    assertEquals(List.of(60L, 5L, 0L, 1L), group(y).leaf(r).strides());
  }

  @Test
  void reshapeThatMergesDistantAxesIsNoLeaf() {
    Value a = input("a", 3, 4);
    Value t = builder.add("t", new Transpose(a, List.of(1, 0)));
    Value r = builder.add("r", new Reshape(t, Shape.of(12)));
    Value y = builder.add("y", new Unary(Unary.Kind.RELU, r));
    assertNull(Group.of(builder.build().body(), List.of(y)));
  }

  @Test
  void iotaIsALeafWhoseElementNumberIsItsValue() {
    Value i = builder.add("i", new Iota(TensorType.of(ElementType.F32, 2, 3), 1));
    Group group = group(i);
    assertEquals(List.of(0L, 1L), group.leaf(i).strides());
    assertFalse(group.leaf(i).isMemory());
  }

  @Test
  void epilogueFollowsTheAnchorAndReadsItsOwnLeaves() {
    Value x = input("x", 8, 16);
    Value p = input("p", 2, 16, 4);
    Value bias = input("bias", 8);
    Value w = builder.add("w", new UnpackPanels(p, 8, false));
    Value d = builder.add("d", new Dot(x, w, false, false));
    Value b = builder.add("b", new Broadcast(bias, Shape.of(8, 8), List.of(1)));
    Value y = builder.add("y", new Binary(Binary.Kind.ADD, d, b));
    Group group = group(y);
    assertEquals(Group.Family.DOT, group.family());
    assertEquals(p, group.leaf(w).source());
    assertEquals(1, group.epilogue().size());
    assertEquals(List.of(x, w, b), List.copyOf(group.leaves().keySet()));
  }

  @Test
  void prologueMayBeAnOutputOfAReduction() {
    Value x = input("x", 4, 8);
    Value two =
        builder.add("two", new Constant(Literal.splat(TensorType.of(ElementType.F32, 4, 8), 2.0)));
    Value s = builder.add("s", new Binary(Binary.Kind.MULTIPLY, x, two));
    Value r = builder.add("r", new Reduce(Reduce.Kind.REDUCE_SUM, s, List.of(1)));
    Value q = builder.add("q", new Unary(Unary.Kind.SQRT, r));
    Group group = group(s, q);
    assertEquals(Group.Family.REDUCE, group.family());
    assertEquals(List.of(s), group.prologue().stream().map(i -> i.result()).toList());
    assertEquals(List.of(q), group.epilogue().stream().map(i -> i.result()).toList());
  }

  @Test
  void twoAnchorsAreNoKernel() {
    Value x = input("x", 4, 8);
    Value s = builder.add("s", new Softmax(Softmax.Kind.SOFTMAX, x, 1));
    Value r = builder.add("r", new Reduce(Reduce.Kind.REDUCE_SUM, s, List.of(1)));
    assertNull(Group.of(builder.build().body(), List.of(r)));
  }

  @Test
  void contractionsTakeNoPrologue() {
    Value x = input("x", 4, 4);
    Value r = builder.add("r", new Unary(Unary.Kind.RELU, x));
    Value d = builder.add("d", new Dot(r, x, false, false));
    assertNull(Group.of(builder.build().body(), List.of(d)));
  }
}
