package dev.miser.codegen.attention;

import com.palantir.javapoet.CodeBlock;
import dev.miser.codegen.KernelContext;
import dev.miser.codegen.matrix.Arguments;
import dev.miser.ir.op.Attention;
import dev.miser.ir.op.Value;
import dev.miser.ir.plan.Access;
import dev.miser.ir.type.Shape;
import org.jspecify.annotations.Nullable;

/** Where the operands of an attention lie, in the code of a tile. */
final class AttentionOperands {
  private final KernelContext context;
  private final Attention op;
  private final AttentionSizes sizes;
  private final Arguments arguments = new Arguments();

  AttentionOperands(KernelContext context) {
    this.context = context;
    this.op = (Attention) context.group().requireAnchor().op();
    this.sizes = AttentionSizes.of(op, context.target());
    add("query", op.query());
    add("key", op.key());
    add("value", op.value());
    if (op.bias() != null) {
      add("bias", op.bias());
    }
    arguments.offset("out", context.group().outputs().getFirst(), 0);
    arguments.workspace();
    arguments.count("scale", Double.doubleToRawLongBits(op.scale()));
    arguments.count("blocks", sizes.blocks());
    arguments.count("rows", sizes.rows());
    arguments.count("keys", sizes.keys());
    arguments.count("depth", sizes.depth());
    arguments.count("width", sizes.width());
  }

  /** Passes an operand's place, and its steps in bytes along its last two axes. */
  private void add(String name, Value operand) {
    Access access = access(operand);
    int rank = access.shape().rank();
    long unit = operand.type().element().bytes();
    arguments.offset(name, access.source(), access.base() * unit);
    arguments.count(name + "Row", step(access, rank - 2) * unit);
    arguments.count(name + "Step", step(access, rank - 1) * unit);
  }

  private Access access(Value operand) {
    return context.group().leaf(operand);
  }

  /** Returns how far an axis steps; an axis of size 1 does not, so that a bias may have it. */
  private static long step(Access access, int axis) {
    return access.shape().dim(axis) == 1 ? 0 : access.strides().get(axis);
  }

  KernelContext context() {
    return context;
  }

  Attention op() {
    return op;
  }

  AttentionSizes sizes() {
    return sizes;
  }

  Arguments arguments() {
    return arguments;
  }

  /** Returns whether all rows have the same bias. */
  boolean sharesBias() {
    @Nullable Value bias = op.bias();
    return bias != null && step(access(bias), bias.type().rank() - 2) == 0;
  }

  /** Moves every operand to the batch of this tile, and declares its first and last row. */
  void begin(CodeBlock.Builder body) {
    Shape shape = op.query().type().shape();
    body.addStatement("long batch = tile / blocks");
    body.addStatement("long first = tile % blocks * $L", sizes.tileRows());
    body.addStatement("long last = $T.min(rows, first + $L)", Math.class, sizes.tileRows());
    body.addStatement("out += batch * rows * width * $L", unit());
    body.addStatement("long rest = batch");
    for (int axis = shape.rank() - 3; axis >= 0; axis--) {
      body.addStatement("long c$L = rest % $LL", axis, Math.max(shape.dim(axis), 1));
      body.addStatement("rest /= $LL", Math.max(shape.dim(axis), 1));
      move(body, "query", op.query(), axis);
      move(body, "key", op.key(), axis);
      move(body, "value", op.value(), axis);
      if (op.bias() != null) {
        move(body, "bias", op.bias(), axis);
      }
    }
  }

  private void move(CodeBlock.Builder body, String name, Value operand, int axis) {
    long step = step(access(operand), axis) * operand.type().element().bytes();
    if (step != 0) {
      body.addStatement("$N += c$L * $LL", name, axis, step);
    }
  }

  /** Returns the bytes of an element of the result. */
  int unit() {
    return op.query().type().element().bytes();
  }

  /** Returns how many tiles there are. */
  long tiles() {
    return sizes.width() == 0 ? 0 : sizes.batches() * sizes.blocks();
  }
}
