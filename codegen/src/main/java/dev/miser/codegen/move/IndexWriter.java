package dev.miser.codegen.move;

import com.palantir.javapoet.CodeBlock;
import dev.miser.codegen.EmittedKernel;
import dev.miser.codegen.KernelContext;
import dev.miser.codegen.vector.Expressions;
import dev.miser.codegen.vector.Lane;
import dev.miser.codegen.vector.LaneNames;
import dev.miser.codegen.vector.ScalarLanes;
import dev.miser.ir.op.Binary;
import dev.miser.ir.op.Combine;
import dev.miser.ir.op.Gather;
import dev.miser.ir.op.GatherAlong;
import dev.miser.ir.op.GatherNd;
import dev.miser.ir.op.Indexing;
import dev.miser.ir.op.Scatter;
import dev.miser.ir.op.ScatterAlong;
import dev.miser.ir.op.ScatterNd;
import dev.miser.ir.op.Value;
import dev.miser.ir.type.ElementType;
import dev.miser.ir.type.Shape;
import dev.miser.ir.type.TensorType;
import dev.miser.runtime.IndexFailure;
import java.util.List;

/**
 * Writes moves between places that an index tensor names. A gather reads, a scatter writes, runs of
 * elements at {@code place}, an element number of the operand x.
 */
final class IndexWriter extends MoveWriter {
  private final Value x;
  private final Value indices;
  private final boolean fromEnd;
  private final int width;

  private IndexWriter(KernelContext context, Value x, Value indices, boolean fromEnd) {
    super(context);
    this.x = x;
    this.indices = indices;
    this.fromEnd = fromEnd;
    this.width = x.type().element().bytes();
  }

  static EmittedKernel write(KernelContext context, Indexing indexing) {
    return switch (indexing) {
      case Gather op -> new IndexWriter(context, op.x(), op.indices(), op.fromEnd()).gather(op);
      case GatherAlong op ->
          new IndexWriter(context, op.x(), op.indices(), op.fromEnd()).gatherAlong(op.axis());
      case GatherNd op ->
          new IndexWriter(context, op.x(), op.indices(), op.fromEnd()).gatherNd(op.batch());
      case Scatter op -> new IndexWriter(context, op.x(), op.indices(), op.fromEnd()).scatter(op);
      case ScatterAlong op ->
          new IndexWriter(context, op.x(), op.indices(), op.fromEnd())
              .scatterAlong(op.updates(), op.axis(), op.combine());
      case ScatterNd op ->
          new IndexWriter(context, op.x(), op.indices(), op.fromEnd())
              .scatterNd(op.updates(), op.combine());
    };
  }

  private void operands() {
    place("in", x);
    place("indices", indices);
    output();
  }

  /** Declares {@code index}, checked, as the indices have it at an element number. */
  private void index(String name, String number, long size) {
    ElementType type = indices.type().element();
    CodeBlock read =
        ScalarLanes.read(type, CodeBlock.of("indices + ($L) * $L", number, type.bytes()));
    body.addStatement(
        type == ElementType.U32 ? "long $L = ($L) & 0xffffffffL" : "long $L = $L", name, read);
    if (fromEnd && !type.isUnsigned()) {
      body.addStatement("$L += $L < 0 ? $LL : 0", name, name, size);
    }
    body.addStatement("$T.check($L, $LL)", IndexFailure.class, name, size);
  }

  private String checked() {
    return indices.toString();
  }

  private EmittedKernel gather(Gather op) {
    Shape shape = x.type().shape();
    long outer = shape.elementCount(0, op.axis());
    long size = shape.dim(op.axis());
    long inner = shape.elementCount(op.axis() + 1, shape.rank());
    long taken = indices.type().elementCount();
    operands();
    number("taken", Math.max(taken, 1));
    number("inner", inner);
    int tiles = rows(outer * taken, inner * width);
    body.beginControlFlow("for (long r = first; r < last; r++)");
    index("index", "r % taken", size);
    body.addStatement("long place = (r / taken * $LL + index) * inner", size);
    if (inner == 1) {
      body.addStatement(
          copyElement(bits(x.type().element()), "in + place * " + width, "out + r * " + width));
    } else {
      body.addStatement(
          copy("in + place * " + width, "out + r * inner * " + width, "inner * " + width));
    }
    body.endControlFlow();
    return finish(tiles, checked());
  }

  /** Begins a loop over rows of the indices and declares {@code base}, the row's place in x. */
  private int alongRows(int axis) {
    TensorType type = indices.type();
    int rank = type.rank();
    long length = type.dim(rank - 1);
    number("length", length);
    int tiles = rows(length == 0 ? 0 : type.elementCount() / length, length * width);
    body.beginControlFlow("for (long r = first; r < last; r++)");
    body.addStatement("long base = 0");
    body.addStatement("long rest = r");
    for (int a = rank - 2; a >= 0; a--) {
      long dim = Math.max(type.dim(a), 1);
      if (a != axis) {
        long stride = x.type().shape().elementCount(a + 1, rank);
        body.addStatement("base += rest % $LL * $LL", dim, stride);
      }
      body.addStatement("rest /= $LL", dim);
    }
    return tiles;
  }

  /** Begins a loop over one row and declares {@code number} and {@code place}. */
  private void alongRow(int axis) {
    int rank = x.type().rank();
    body.beginControlFlow("for (long i = 0; i < length; i++)");
    body.addStatement("long number = r * length + i");
    index("index", "number", x.type().dim(axis));
    if (axis == rank - 1) {
      body.addStatement("long place = base + index");
    } else {
      long stride = x.type().shape().elementCount(axis + 1, rank);
      body.addStatement("long place = base + i + index * $LL", stride);
    }
  }

  private EmittedKernel gatherAlong(int axis) {
    operands();
    int tiles = alongRows(axis);
    alongRow(axis);
    body.addStatement(
        copyElement(bits(x.type().element()), "in + place * " + width, "out + number * " + width));
    body.endControlFlow();
    body.endControlFlow();
    return finish(tiles, checked());
  }

  /** Declares {@code place} of the slice that the coordinates in row {@code r} name. */
  private void coordinates(int batch) {
    Shape shape = x.type().shape();
    int last = indices.type().rank() - 1;
    long count = indices.type().dim(last);
    long perBatch = Math.max(indices.type().shape().elementCount(batch, last), 1);
    body.addStatement(
        "long place = r / $LL * $LL", perBatch, shape.elementCount(batch, shape.rank()));
    for (int c = 0; c < count; c++) {
      String name = "index" + c;
      index(name, "r * " + count + "L + " + c, shape.dim(batch + c));
      body.addStatement("place += $L * $LL", name, shape.elementCount(batch + c + 1, shape.rank()));
    }
  }

  private EmittedKernel gatherNd(int batch) {
    Shape shape = x.type().shape();
    int last = indices.type().rank() - 1;
    int used = batch + Math.toIntExact(indices.type().dim(last));
    operands();
    number("inner", shape.elementCount(used, shape.rank()));
    int tiles =
        rows(
            indices.type().shape().elementCount(0, last),
            shape.elementCount(used, shape.rank()) * width);
    body.beginControlFlow("for (long r = first; r < last; r++)");
    coordinates(batch);
    body.addStatement(
        copy("in + place * " + width, "out + r * inner * " + width, "inner * " + width));
    body.endControlFlow();
    return finish(tiles, checked());
  }

  /** A tile is one slice of the axes before the scattered one: its copy, then its updates. */
  private EmittedKernel scatter(Scatter op) {
    Shape shape = x.type().shape();
    long outer = shape.elementCount(0, op.axis());
    long size = shape.dim(op.axis());
    long inner = shape.elementCount(op.axis() + 1, shape.rank());
    operands();
    place("updates", op.updates());
    number("taken", indices.type().elementCount());
    number("slice", size * inner);
    number("inner", inner);
    body.addStatement("long start = tile * slice");
    copySlice("start * " + width, "slice * " + width);
    body.beginControlFlow("for (long j = 0; j < taken; j++)");
    index("index", "j", size);
    body.addStatement("long place = start + index * inner");
    body.addStatement("long number = (tile * taken + j) * inner");
    join(op.combine());
    body.endControlFlow();
    return finish(Math.toIntExact(outer), checked());
  }

  private void copySlice(String at, String bytes) {
    body.beginControlFlow("if (in != out)");
    body.addStatement(copy("in + " + at, "out + " + at, bytes));
    body.endControlFlow();
  }

  /** Joins {@code inner} updates from {@code number} on with the elements from {@code place} on. */
  private void join(Combine combine) {
    if (combine == Combine.SET) {
      body.addStatement(
          copy("updates + number * " + width, "out + place * " + width, "inner * " + width));
      return;
    }
    body.beginControlFlow("for (long i = 0; i < inner; i++)");
    joinElement(combine, "number + i", "place + i");
    body.endControlFlow();
  }

  private void joinElement(Combine combine, String number, String place) {
    ElementType type = x.type().element();
    if (combine == Combine.SET) {
      body.addStatement(
          copyElement(
              bits(type),
              "updates + (" + number + ") * " + width,
              "out + (" + place + ") * " + width));
      return;
    }
    var lanes = new ScalarLanes(new LaneNames(List.of()));
    Lane old = lanes.load(type, CodeBlock.of("out + ($L) * $L", place, width));
    Lane update = lanes.load(type, CodeBlock.of("updates + ($L) * $L", number, width));
    Value operand = new Value("x", type(type));
    Lane joined =
        Expressions.write(lanes, new Binary(kind(combine), operand, operand), List.of(old, update));
    lanes.store(joined, CodeBlock.of("out + ($L) * $L", place, width));
    body.add(lanes.preamble());
    body.add(lanes.takeBody());
  }

  private static TensorType type(ElementType element) {
    return new TensorType(element, Shape.SCALAR);
  }

  private static Binary.Kind kind(Combine combine) {
    return switch (combine) {
      case ADD -> Binary.Kind.ADD;
      case MULTIPLY -> Binary.Kind.MULTIPLY;
      case MINIMUM -> Binary.Kind.MINIMUM;
      case MAXIMUM -> Binary.Kind.MAXIMUM;
      case SET -> throw new IllegalArgumentException("setting joins nothing");
    };
  }

  /** One tile: updates join in index order wherever they fall. */
  private EmittedKernel scatterAlong(Value updates, int axis, Combine combine) {
    operands();
    place("updates", updates);
    number("all", x.type().byteCount());
    copySlice("0", "all");
    var cut = body.build();
    body.clear();
    alongRows(axis);
    alongRow(axis);
    joinElement(combine, "number", "place");
    body.endControlFlow();
    body.endControlFlow();
    CodeBlock loop = body.build();
    body.clear();
    body.add(cut).add(loop);
    return single(indices.type());
  }

  private EmittedKernel scatterNd(Value updates, Combine combine) {
    Shape shape = x.type().shape();
    int last = indices.type().rank() - 1;
    int used = Math.toIntExact(indices.type().dim(last));
    operands();
    place("updates", updates);
    number("all", x.type().byteCount());
    number("inner", shape.elementCount(used, shape.rank()));
    copySlice("0", "all");
    rows(indices.type().shape().elementCount(0, last), 0);
    body.beginControlFlow("for (long r = first; r < last; r++)");
    coordinates(0);
    body.addStatement("long number = r * inner");
    join(combine);
    body.endControlFlow();
    return single(indices.type());
  }

  /** All rows in one tile. */
  private EmittedKernel single(TensorType type) {
    number("rowsPerTile", Math.max(type.elementCount(), 1));
    return finish(1, checked());
  }
}
