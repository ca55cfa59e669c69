package dev.miser.codegen.matrix;

import com.palantir.javapoet.CodeBlock;
import dev.miser.codegen.EmittedKernel;
import dev.miser.codegen.KernelContext;
import dev.miser.codegen.MethodDraft;
import dev.miser.codegen.MethodReference;
import dev.miser.codegen.matrix.Steps.Run;
import dev.miser.ir.op.Dot;
import dev.miser.ir.plan.Access;
import dev.miser.ir.type.ElementType;
import java.util.ArrayList;
import java.util.List;

/** Writes a matrix product of any type in plain loops, a row of the result at a time. */
final class DotLoopWriter {
  /** A tile does about this many multiply-adds. */
  private static final long TILE = 1 << 17;

  private final KernelContext context;
  private final Dot dot;
  private final Arguments arguments = new Arguments();

  DotLoopWriter(KernelContext context, Dot dot) {
    this.context = context;
    this.dot = dot;
  }

  EmittedKernel write() {
    ElementType type = dot.lhs().type().element();
    int rank = dot.lhs().type().rank();
    var computed =
        new Computed.Called(
            chain(type),
            List.of("a", "aInner", "b", "bColumn", "bInner", "inner"),
            context.group().requireAnchor().result(),
            Chain.register(type));
    var epilogue = new Epilogue(context, rank - 1, computed);
    Access lhs = context.group().leaf(dot.lhs());
    Access rhs = context.group().leaf(dot.rhs());
    var leaves = new ArrayList<>(epilogue.accesses());
    leaves.add(lhs);
    leaves.add(rhs);
    List<Run> runs = new ArrayList<>(Steps.runs("batch", rank - 2, leaves));
    runs.add(new Run(rank - 2, rank - 1, "row"));
    epilogue.addArguments(arguments);
    int unit = type.bytes();
    arguments.offset("lhs", lhs.source(), lhs.base() * unit);
    arguments.offset("rhs", rhs.source(), rhs.base() * unit);
    long lhsRow = lhs.strides().get(dot.transposeLhs() ? rank - 1 : rank - 2) * unit;
    arguments.count("aRow", lhsRow);
    arguments.count("aInner", lhs.strides().get(dot.transposeLhs() ? rank - 2 : rank - 1) * unit);
    arguments.count("bColumn", rhs.strides().get(dot.transposeRhs() ? rank - 2 : rank - 1) * unit);
    arguments.count("bInner", rhs.strides().get(dot.transposeRhs() ? rank - 1 : rank - 2) * unit);
    arguments.count("inner", dot.inner());
    arguments.count("n", dot.columns());
    long rows = dot.batches() * dot.rows();
    long perTile = Math.max(1, TILE / Math.max(1, dot.columns() * Math.max(1, dot.inner())));
    arguments.count("totalRows", rows);
    arguments.count("rowsPerTile", perTile);
    var body = CodeBlock.builder();
    body.addStatement("long last = $T.min(totalRows, (tile + 1) * rowsPerTile)", Math.class);
    body.beginControlFlow("for (long at = tile * rowsPerTile; at < last; at++)");
    body.addStatement("long rest = at");
    Coordinates.write(body, arguments, runs, context.group().shape());
    var a = CodeBlock.builder().add("lhs + row * aRow");
    var b = CodeBlock.builder().add("rhs");
    for (Run run : runs.subList(0, runs.size() - 1)) {
      String left = arguments.count("lhs_" + run.variable(), step(lhs, run, unit));
      String right = arguments.count("rhs_" + run.variable(), step(rhs, run, unit));
      a.add(" + $N * $N", run.variable(), left);
      b.add(" + $N * $N", run.variable(), right);
    }
    var call = new ArrayList<CodeBlock>();
    call.add(a.build());
    call.add(CodeBlock.of("aInner"));
    call.add(b.build());
    for (String name : List.of("bColumn", "bInner", "inner")) {
      call.add(CodeBlock.of("$N", name));
    }
    for (String name : epilogue.names()) {
      call.add(epilogue.place(name, runs, CodeBlock.builder().build(), arguments));
    }
    epilogue.stepNames().forEach(name -> call.add(CodeBlock.of("$N", name)));
    call.add(CodeBlock.of("n"));
    body.addStatement(epilogue.row().call(call));
    body.endControlFlow();
    long tiles = dot.columns() == 0 ? 0 : DotBlocking.ceil(rows, perTile);
    return arguments.kernel(context, body.build(), tiles);
  }

  private static long step(Access access, Run run, int unit) {
    return Steps.step(access, run.from(), run.to()) * unit;
  }

  /** One element: the sum over the inner axis. */
  private MethodReference chain(ElementType type) {
    ElementType register = Chain.register(type);
    var body = CodeBlock.builder();
    body.addStatement("long x = a");
    body.addStatement("long y = b + i * bColumn");
    body.addStatement("$T sum = 0", Chain.javaType(register));
    body.beginControlFlow("for (long k = 0; k < inner; k++)");
    body.addStatement("sum = $L", Chain.add(type, CodeBlock.of("x"), CodeBlock.of("y")));
    body.addStatement("x += aInner");
    body.addStatement("y += bInner");
    body.endControlFlow();
    body.addStatement("return sum");
    return context
        .methods()
        .share(
            new MethodDraft(
                "dotChain",
                "",
                Chain.javaType(register),
                MethodDraft.longs(List.of("a", "aInner", "b", "bColumn", "bInner", "inner", "i")),
                body.build()));
  }
}
