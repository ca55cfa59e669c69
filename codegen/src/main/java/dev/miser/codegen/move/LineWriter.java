package dev.miser.codegen.move;

import com.palantir.javapoet.CodeBlock;
import dev.miser.codegen.EmittedKernel;
import dev.miser.codegen.KernelContext;
import dev.miser.codegen.vector.ScalarLanes;
import dev.miser.ir.op.Cumulative;
import dev.miser.ir.op.Ordering;
import dev.miser.ir.op.Sort;
import dev.miser.ir.op.TopK;
import dev.miser.ir.op.Value;
import dev.miser.ir.type.ElementType;
import dev.miser.ir.type.Shape;
import dev.miser.runtime.LineSort;
import dev.miser.runtime.Scalars;

/** Writes what goes along the lines of one axis: running sums, sorting, the k largest. */
final class LineWriter extends MoveWriter {
  LineWriter(KernelContext context) {
    super(context);
  }

  /** Returns the workspace of one worker for an ordering: a key and two numbers an element. */
  static long orderBytes(Ordering ordering) {
    return switch (ordering) {
      case Sort sort -> 24 * sort.x().type().dim(sort.axis());
      case TopK top -> 24 * top.x().type().dim(top.axis());
    };
  }

  /** Begins the loop over lines and declares the element number where each begins. */
  private int lines(Value x, int axis, long kept) {
    Shape shape = x.type().shape();
    long size = shape.dim(axis);
    long inner = shape.elementCount(axis + 1, shape.rank());
    number("size", size);
    number("inner", Math.max(inner, 1));
    long lines = inner * shape.elementCount(0, axis);
    int tiles = rows(lines, size * x.type().element().bytes());
    body.beginControlFlow("for (long r = first; r < last; r++)");
    body.addStatement("long from = r / inner * (size * inner) + r % inner");
    if (kept != size) {
      number("kept", kept);
      body.addStatement("long to = r / inner * (kept * inner) + r % inner");
    } else {
      body.addStatement("long to = from");
    }
    return tiles;
  }

  EmittedKernel cumulative(Cumulative op) {
    ElementType type = op.x().type().element();
    int width = type.bytes();
    boolean sum = op.kind() == Cumulative.Kind.CUMULATIVE_SUM;
    place("in", op.x());
    output();
    int tiles = lines(op.x(), op.axis(), op.x().type().dim(op.axis()));
    Class<?> wide = type.isFloat() ? double.class : long.class;
    body.addStatement("$T running = $L", wide, sum ? "0" : "1");
    body.beginControlFlow("for (long i = 0; i < size; i++)");
    body.addStatement(
        "long at = (from + $L * inner) * $L", op.reverse() ? "(size - 1 - i)" : "i", width);
    body.addStatement("$T x = $L", wide, ScalarLanes.read(type, CodeBlock.of("in + at")));
    CodeBlock store = ScalarLanes.write(type, CodeBlock.of("out + at"), narrow(type, "running"));
    if (op.exclusive()) {
      body.addStatement(store);
    }
    body.addStatement(sum ? "running += x" : "running *= x");
    if (!op.exclusive()) {
      body.addStatement(store);
    }
    body.endControlFlow();
    body.endControlFlow();
    return finish(tiles, "");
  }

  /** Returns the wide number as an element is held. */
  private static CodeBlock narrow(ElementType type, String wide) {
    return switch (type) {
      case F32 -> CodeBlock.of("(float) $L", wide);
      case F64, I64, U64 -> CodeBlock.of("$L", wide);
      case F16 -> CodeBlock.of("$T.doubleToFloat16($L)", Scalars.class, wide);
      case BF16 -> CodeBlock.of("$T.doubleToBfloat16($L)", Scalars.class, wide);
      case I32, U32, I16, U16, I8, U8 -> CodeBlock.of("(int) $L", wide);
      case BOOL -> throw new IllegalArgumentException("no running sum of bool");
    };
  }

  EmittedKernel order(Ordering ordering) {
    return switch (ordering) {
      case Sort op ->
          order(
              op.x(),
              op.axis(),
              op.x().type().dim(op.axis()),
              op.descending(),
              op.kind() == Sort.Kind.SORT,
              orderBytes(op));
      case TopK op ->
          order(
              op.x(),
              op.axis(),
              op.k(),
              op.largest(),
              op.kind() == TopK.Kind.TOP_K,
              orderBytes(op));
    };
  }

  private EmittedKernel order(
      Value x, int axis, long kept, boolean descending, boolean values, long workerBytes) {
    ElementType type = x.type().element();
    int width = type.bytes();
    place("in", x);
    output();
    workspace();
    number("workerBytes", workerBytes);
    body.addStatement("long keys = workspace + worker * workerBytes");
    int tiles = lines(x, axis, kept);
    body.beginControlFlow("for (long i = 0; i < size; i++)");
    CodeBlock at = CodeBlock.of("in + (from + i * inner) * $L", width);
    body.addStatement("long key = $L", key(type, ScalarLanes.read(type, at)));
    CodeBlock ordered = CodeBlock.of(descending ? "~key" : "key");
    body.addStatement(ScalarLanes.write(ElementType.I64, CodeBlock.of("keys + i * 8"), ordered));
    body.endControlFlow();
    body.addStatement(
        "long order = $T.sort($L, keys, keys + size * 8, keys + size * 16, size)",
        LineSort.class,
        dev.miser.codegen.vector.Emitted.SEG);
    body.beginControlFlow(
        "for (long i = 0; i < $L; i++)", kept == x.type().dim(axis) ? "size" : "kept");
    body.addStatement(
        "long number = $L", ScalarLanes.read(ElementType.I64, CodeBlock.of("order + i * 8")));
    if (values) {
      body.addStatement(
          copyElement(
              bits(type),
              "in + (from + number * inner) * " + width,
              "out + (to + i * inner) * " + width));
    } else {
      body.addStatement(
          ScalarLanes.write(
              ElementType.I64, CodeBlock.of("out + (to + i * inner) * 8"), CodeBlock.of("number")));
    }
    body.endControlFlow();
    body.endControlFlow();
    return finish(tiles, "");
  }

  /** Returns a signed integer that orders elements as their values do. */
  private static CodeBlock key(ElementType type, CodeBlock element) {
    return switch (type) {
      case F32, F64, F16, BF16 -> CodeBlock.of("$T.key($L)", LineSort.class, element);
      case U64 -> CodeBlock.of("$L ^ $T.MIN_VALUE", element, Long.class);
      case U32 -> CodeBlock.of("$L & 0xffffffffL", element);
      case I64, I32, I16, I8, U16, U8 -> element;
      case BOOL -> throw new IllegalArgumentException("no order of bool");
    };
  }
}
