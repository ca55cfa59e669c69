package dev.miser.codegen.matrix;

import com.palantir.javapoet.CodeBlock;
import dev.miser.codegen.EmittedKernel;
import dev.miser.codegen.KernelContext;
import dev.miser.codegen.matrix.DotBlocking.Layout;
import dev.miser.codegen.matrix.Steps.Run;
import dev.miser.ir.op.Dot;
import dev.miser.ir.plan.Access;
import dev.miser.ir.plan.Group;
import dev.miser.ir.type.ElementType;
import java.util.ArrayList;
import java.util.List;

/** Writes a matrix product of f32: the tile method finds its blocks, packs what is not packed. */
final class DotWriter {
  private final KernelContext context;
  private final Dot dot;
  private final DotBlocking blocking;
  private final Epilogue epilogue;
  private final Access lhs;
  private final Access rhs;
  private final int rank;
  private final List<Run> batches;
  private final Run row;
  private final Arguments arguments = new Arguments();
  private final CodeBlock.Builder body = CodeBlock.builder();

  DotWriter(KernelContext context, Dot dot) {
    this.context = context;
    this.dot = dot;
    Group group = context.group();
    this.blocking = DotBlocking.of(group, dot, context.target());
    this.rank = group.shape().rank();
    this.epilogue = new Epilogue(context, rank - 1, new Computed.Stored(ElementType.F32));
    this.lhs = group.leaf(dot.lhs());
    this.rhs = group.leaf(dot.rhs());
    var leaves = new ArrayList<>(epilogue.accesses());
    leaves.add(lhs);
    leaves.add(rhs);
    this.batches = Steps.runs("batch", rank - 2, leaves);
    this.row = new Run(rank - 2, rank - 1, "row");
  }

  EmittedKernel write() {
    epilogue.addArguments(arguments);
    arguments.offset("lhs", lhs.source(), lhs.base() * 4);
    arguments.offset("rhs", rhs.source(), rhs.base() * 4);
    if (blocking.workerBytes() > 0) {
      arguments.workspace();
      arguments.count("workerBytes", blocking.workerBytes());
    }
    coordinates();
    left();
    columns();
    return arguments.kernel(context, body.build(), blocking.tiles());
  }

  /** Takes the tile's number apart: batch outermost, then rows, then columns. */
  private void coordinates() {
    arguments.count("m", dot.rows());
    arguments.count("n", dot.columns());
    arguments.count("inner", dot.inner());
    arguments.count("blockRows", blocking.blockRows());
    arguments.count("blockColumns", blocking.blockColumns());
    arguments.count("rowBlocks", blocking.rowBlocks());
    arguments.count("columnBlocks", blocking.columnBlocks());
    body.addStatement("long firstColumn = tile % columnBlocks * blockColumns");
    body.addStatement("long lastColumn = $T.min(n, firstColumn + blockColumns)", Math.class);
    body.addStatement("long rest = tile / columnBlocks");
    body.addStatement("long row = rest % rowBlocks * blockRows");
    body.addStatement("long rows = $T.min(m - row, blockRows)", Math.class);
    body.addStatement("rest /= rowBlocks");
    Coordinates.write(body, arguments, batches, context.group().shape());
    if (blocking.workerBytes() > 0) {
      body.addStatement("long space = workspace + worker * workerBytes");
    }
  }

  /** Returns where an operand's batch begins. */
  private CodeBlock operand(String name, Access access) {
    if (access.panels() != null) {
      // A packed batch has its own size.
      long batch = access.source().type().byteCount() / Math.max(dot.batches(), 1);
      if (dot.batches() == 1) {
        return CodeBlock.of("$N", name);
      }
      arguments.count(name + "Batch", batch);
      return CodeBlock.of("$N + batch0 * $N", name, name + "Batch");
    }
    var place = CodeBlock.builder().add("$N", name);
    for (Run run : batches) {
      long step = Steps.step(access, run.from(), run.to()) * 4;
      if (step != 0) {
        arguments.count(name + run.variable(), step);
        place.add(" + $N * $N", run.variable(), name + run.variable());
      }
    }
    return place.build();
  }

  private void left() {
    CodeBlock place = operand("lhs", lhs);
    long rowStep = lhs.strides().get(dot.transposeLhs() ? rank - 1 : rank - 2) * 4;
    long innerStep = lhs.strides().get(dot.transposeLhs() ? rank - 2 : rank - 1) * 4;
    int tileRows = context.target().tileRows();
    switch (blocking.lhs()) {
      case PREPACKED -> {
        body.addStatement("long a = $L + row * inner * 4", place);
        body.addStatement("long aRow = 4");
        body.addStatement("long aInner = $L", 4 * tileRows);
      }
      case PACKED_HERE -> {
        arguments.count("lhsRow", rowStep);
        arguments.count("lhsInner", innerStep);
        body.addStatement("long a = space");
        body.addStatement("long aRow = 4");
        body.addStatement("long aInner = $L", 4 * tileRows);
        body.addStatement(
            new Panels(context.methods(), context.target())
                .strided(tileRows)
                .call(
                    List.of(
                        CodeBlock.of("$L + row * lhsRow", place),
                        CodeBlock.of("lhsRow"),
                        CodeBlock.of("lhsInner"),
                        CodeBlock.of("rows"),
                        CodeBlock.of("inner"),
                        CodeBlock.of("space"))));
      }
      case RAW -> {
        arguments.count("lhsRow", rowStep);
        arguments.count("lhsInner", innerStep);
        body.addStatement("long a = $L + row * lhsRow", place);
        body.addStatement("long aRow = lhsRow");
        body.addStatement("long aInner = lhsInner");
      }
    }
  }

  private void columns() {
    arguments.count("groupColumns", blocking.groupColumns());
    CodeBlock place = operand("rhs", rhs);
    body.addStatement("long right = $L", place);
    body.beginControlFlow(
        "for (long column = firstColumn; column < lastColumn; column += groupColumns)");
    body.addStatement("long columns = $T.min(lastColumn - column, groupColumns)", Math.class);
    if (blocking.rhs() == Layout.PREPACKED) {
      body.addStatement("long b = right + column * inner * 4");
    } else {
      packRight();
    }
    long scratch = blocking.lhsBytes() + blocking.rhsBytes();
    boolean needsScratch = blocking.workerBytes() > scratch;
    if (needsScratch) {
      arguments.count("scratchAt", scratch);
    }
    arguments.count("scratchRow", blocking.scratchRow());
    var runs = new ArrayList<>(batches);
    runs.add(row);
    var places = new ArrayList<CodeBlock>();
    for (String name : epilogue.names()) {
      places.add(epilogue.place(name, runs, CodeBlock.of("column"), arguments));
    }
    body.addStatement(
        new Block(context, epilogue, row)
            .call(
                List.of(
                    CodeBlock.of("a"),
                    CodeBlock.of("aRow"),
                    CodeBlock.of("aInner"),
                    CodeBlock.of("rows"),
                    CodeBlock.of("b"),
                    CodeBlock.of("$L * inner", 4 * context.target().tileColumns()),
                    CodeBlock.of("columns"),
                    CodeBlock.of("inner"),
                    needsScratch ? CodeBlock.of("space + scratchAt") : CodeBlock.of("0L"),
                    CodeBlock.of("scratchRow")),
                places,
                arguments));
    body.endControlFlow();
  }

  private void packRight() {
    long innerStep = rhs.strides().get(dot.transposeRhs() ? rank - 1 : rank - 2) * 4;
    long columnStep = rhs.strides().get(dot.transposeRhs() ? rank - 2 : rank - 1) * 4;
    var panels = new Panels(context.methods(), context.target());
    arguments.count("rhsColumn", columnStep);
    arguments.count("rhsInner", innerStep);
    arguments.count("panelsAt", blocking.lhsBytes());
    body.addStatement("long b = space + panelsAt");
    body.addStatement(
        (columnStep == 4 ? panels.adjacent() : panels.strided(context.target().tileColumns()))
            .call(
                List.of(
                    CodeBlock.of("right + column * rhsColumn"),
                    CodeBlock.of("rhsColumn"),
                    CodeBlock.of("rhsInner"),
                    CodeBlock.of("columns"),
                    CodeBlock.of("inner"),
                    CodeBlock.of("b"))));
  }
}
