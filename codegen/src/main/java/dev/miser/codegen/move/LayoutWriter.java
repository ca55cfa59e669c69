package dev.miser.codegen.move;

import com.palantir.javapoet.CodeBlock;
import dev.miser.codegen.EmittedKernel;
import dev.miser.codegen.KernelContext;
import dev.miser.codegen.vector.Lane;
import dev.miser.codegen.vector.LaneNames;
import dev.miser.codegen.vector.ScalarLanes;
import dev.miser.codegen.vector.Sources;
import dev.miser.ir.op.Concat;
import dev.miser.ir.op.Constant;
import dev.miser.ir.op.PackPanels;
import dev.miser.ir.op.Pad;
import dev.miser.ir.plan.Access;
import dev.miser.ir.type.ElementType;
import dev.miser.ir.type.TensorType;
import java.util.List;

/** Writes moves between places known beforehand. */
final class LayoutWriter extends MoveWriter {
  /** A method has at most 255 parameter slots, and a long takes two. */
  static final int MOST_OPERANDS = 100;

  LayoutWriter(KernelContext context) {
    super(context);
  }

  /** Each operand is rows of bytes that go between the others' rows. */
  EmittedKernel concat(Concat concat) {
    TensorType type = concat.inferType();
    long rows = type.shape().elementCount(0, concat.axis());
    long toStep = type.shape().elementCount(concat.axis(), type.rank()) * type.element().bytes();
    output();
    long at = 0;
    int tiles = 0;
    for (int i = 0; i < concat.inputs().size(); i++) {
      long bytes = rows == 0 ? 0 : concat.inputs().get(i).type().byteCount() / rows;
      if (bytes == 0) {
        continue;
      }
      place("in" + i, concat.inputs().get(i));
      // A single row is cut into pieces; of many, a tile takes some.
      long piece = rows == 1 ? Math.min(bytes, TILE_BYTES) : bytes;
      long count = rows == 1 ? (bytes + piece - 1) / piece : rows;
      long perTile = Math.max(1, TILE_BYTES / piece);
      int from = tiles;
      tiles += Math.toIntExact((count + perTile - 1) / perTile);
      body.beginControlFlow("if (tile < $L)", tiles);
      body.addStatement("long first = (tile - $LL) * $LL", (long) from, perTile);
      body.addStatement("long last = $T.min($LL, first + $LL)", Math.class, count, perTile);
      body.beginControlFlow("for (long r = first; r < last; r++)");
      if (rows == 1) {
        body.addStatement("long at = r * $LL", piece);
        String length = "Math.min(" + piece + "L, " + bytes + "L - at)";
        body.addStatement(copy("in" + i + " + at", "out + " + at + "L + at", length));
      } else {
        body.addStatement(
            copy(
                "in" + i + " + r * " + bytes + "L",
                "out + " + at + "L + r * " + toStep + "L",
                bytes + "L"));
      }
      body.endControlFlow();
      body.addStatement("return");
      body.endControlFlow();
      at += bytes;
    }
    return finish(tiles, "");
  }

  /** Fills each row of the result, then copies the elements that stand in it. */
  EmittedKernel pad(Pad pad) {
    TensorType from = pad.x().type();
    TensorType to = pad.inferType();
    ElementType element = to.element();
    int width = element.bytes();
    int rank = to.rank();
    long length = rank == 0 ? 1 : to.dim(rank - 1);
    place("in", pad.x());
    output();
    number("length", length);
    var lanes = new ScalarLanes(new LaneNames(List.of()));
    Lane fill = fill(pad, lanes);
    body.add(lanes.preamble());
    body.add(lanes.takeBody());
    long rows = length == 0 ? 0 : to.elementCount() / length;
    int tiles = rows(rows, length * width);
    body.beginControlFlow("for (long r = first; r < last; r++)");
    body.addStatement("long to = out + r * length * $L", width);
    body.addStatement("long from = in");
    body.addStatement("boolean inside = true");
    body.addStatement("long rest = r");
    for (int axis = rank - 2; axis >= 0; axis--) {
      long step = pad.interior().get(axis) + 1;
      long stride = from.shape().elementCount(axis + 1, rank) * width;
      body.addStatement(
          "long c$L = rest % $LL - $LL", axis, Math.max(to.dim(axis), 1), pad.low().get(axis));
      body.addStatement("rest /= $LL", Math.max(to.dim(axis), 1));
      body.addStatement(
          "inside &= c$L >= 0 && c$L % $LL == 0 && c$L / $LL < $LL",
          axis, axis, step, axis, step, from.dim(axis));
      body.addStatement("from += c$L / $LL * $LL", axis, step, stride);
    }
    body.beginControlFlow("for (long i = 0; i < length; i++)");
    body.addStatement(ScalarLanes.write(element, CodeBlock.of("to + i * $L", width), fill.code()));
    body.endControlFlow();
    body.beginControlFlow("if (inside)");
    inside(pad, from, length, width);
    body.endControlFlow();
    body.endControlFlow();
    return finish(tiles, "");
  }

  private Lane fill(Pad pad, ScalarLanes lanes) {
    Access access = context().group().leaf(pad.fill());
    ElementType type = pad.fill().type().element();
    if (access.isMemory()) {
      place("fill", pad.fill());
      CodeBlock at = CodeBlock.of("fill + $LL", access.base() * type.bytes());
      return lanes.define("filler", type, ScalarLanes.read(type, at));
    }
    Lane constant =
        Sources.constant(lanes, (Constant) java.util.Objects.requireNonNull(access.origin()));
    return lanes.define("filler", type, constant.code());
  }

  /** Copies the elements of one row of the operand. */
  private void inside(Pad pad, TensorType from, long length, int width) {
    int rank = from.rank();
    long size = rank == 0 ? 1 : from.dim(rank - 1);
    long low = rank == 0 ? 0 : pad.low().get(rank - 1);
    long step = rank == 0 ? 1 : pad.interior().get(rank - 1) + 1;
    // Source element i stands at low + i * step, which must be in [0, length).
    long begin = low >= 0 ? 0 : (-low + step - 1) / step;
    long end = Math.min(size, length <= low ? 0 : (length - low - 1) / step + 1);
    if (begin >= end) {
      return;
    }
    if (step == 1) {
      body.addStatement(
          copy(
              "from + " + begin * width + "L",
              "to + " + (low + begin) * width + "L",
              (end - begin) * width + "L"));
    } else {
      body.beginControlFlow("for (long i = $LL; i < $LL; i++)", begin, end);
      body.addStatement(
          copyElement(
              bits(from.element()),
              "from + i * " + width,
              "to + (" + low + "L + i * " + step + "L) * " + width));
      body.endControlFlow();
    }
  }

  /** A tile is one panel. */
  EmittedKernel pack(PackPanels pack) {
    TensorType to = pack.inferType();
    ElementType bits = bits(to.element());
    int width = bits.bytes();
    int rank = to.rank();
    long panels = to.dim(rank - 3);
    int source = pack.x().type().rank();
    place("in", pack.x());
    output();
    number("panels", panels);
    number("k", to.dim(rank - 2));
    number("n", pack.x().type().dim(pack.transpose() ? source - 2 : source - 1));
    number("width", pack.width());
    body.addStatement("long batch = tile / panels");
    body.addStatement("long column = tile % panels * width");
    body.addStatement("long columns = $T.min(width, n - column)", Math.class);
    body.addStatement("long to = out + tile * k * width * $L", width);
    body.beginControlFlow("for (long row = 0; row < k; row++)");
    if (pack.transpose()) {
      body.addStatement("long from = in + ((batch * n + column) * k + row) * $L", width);
      body.beginControlFlow("for (long j = 0; j < columns; j++)");
      body.addStatement(copyElement(bits, "from + j * k * " + width, "to + j * " + width));
      body.endControlFlow();
    } else {
      body.addStatement("long from = in + ((batch * k + row) * n + column) * $L", width);
      body.addStatement(copy("from", "to", "columns * " + width));
    }
    body.beginControlFlow("for (long j = columns; j < width; j++)");
    body.addStatement(
        ScalarLanes.write(bits, CodeBlock.of("to + j * $L", width), CodeBlock.of("0")));
    body.endControlFlow();
    body.addStatement("to += width * $L", width);
    body.endControlFlow();
    long tiles = panels * to.shape().elementCount(0, rank - 3);
    return finish(Math.toIntExact(tiles), "");
  }
}
