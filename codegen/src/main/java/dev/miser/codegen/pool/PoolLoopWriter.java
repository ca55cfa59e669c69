package dev.miser.codegen.pool;

import com.palantir.javapoet.CodeBlock;
import dev.miser.codegen.EmittedKernel;
import dev.miser.codegen.KernelContext;
import dev.miser.codegen.matrix.Arguments;
import dev.miser.codegen.matrix.Computed;
import dev.miser.codegen.matrix.Epilogue;
import dev.miser.codegen.matrix.Steps.Run;
import dev.miser.ir.op.Pool;
import dev.miser.ir.plan.Access;
import dev.miser.ir.type.ElementType;
import java.util.ArrayList;
import java.util.List;

/** Writes a pool of any type in plain loops, a plane at a time. */
record PoolLoopWriter(KernelContext context, Pool pool) {
  /** A tile folds about this many elements. */
  private static final long TILE = 1 << 15;

  EmittedKernel write() {
    Windowing windowing = Windowing.of(pool);
    ElementType type = pool.x().type().element();
    var loops = new WindowLoops(context, windowing, Fold.of(pool), type);
    var computed =
        new Computed.Called(
            loops.element(),
            loops.parameters(),
            context.group().requireAnchor().result(),
            loops.register());
    var epilogue = new Epilogue(context, 2, computed);
    var arguments = new Arguments();
    epilogue.addArguments(arguments);
    Access image = context.group().leaf(pool.x());
    arguments.offset("x", image.source(), image.base() * type.bytes());
    arguments.count("imageStep", image.strides().get(0) * type.bytes());
    arguments.count("channelStep", image.strides().get(1) * type.bytes());
    arguments.count("channels", context.group().shape().dim(1));
    long planes = context.group().shape().elementCount(0, 2);
    long perTile = Math.max(1, TILE / Math.max(1, windowing.positions() * windowing.entries()));
    arguments.count("planes", planes);
    arguments.count("planesPerTile", perTile);
    arguments.count("n", windowing.positions());
    var runs = List.of(new Run(0, 1, "image"), new Run(1, 2, "channel"));
    var body = CodeBlock.builder();
    body.addStatement("long last = $T.min(planes, (tile + 1) * planesPerTile)", Math.class);
    body.beginControlFlow("for (long number = tile * planesPerTile; number < last; number++)");
    body.addStatement("long image = number / channels");
    body.addStatement("long channel = number % channels");
    var call = new ArrayList<CodeBlock>();
    call.add(CodeBlock.of("x + image * imageStep + channel * channelStep"));
    for (String name : epilogue.names()) {
      call.add(epilogue.place(name, runs, CodeBlock.builder().build(), arguments));
    }
    epilogue.stepNames().forEach(name -> call.add(CodeBlock.of("$N", name)));
    call.add(CodeBlock.of("n"));
    body.addStatement(epilogue.row().call(call));
    body.endControlFlow();
    return arguments.kernel(context, body.build(), Math.ceilDiv(planes, perTile));
  }
}
