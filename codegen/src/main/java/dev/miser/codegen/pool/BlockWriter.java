package dev.miser.codegen.pool;

import com.palantir.javapoet.CodeBlock;
import dev.miser.codegen.EmittedKernel;
import dev.miser.codegen.KernelContext;
import dev.miser.codegen.MethodDraft;
import dev.miser.codegen.MethodReference;
import dev.miser.codegen.matrix.Arguments;
import dev.miser.codegen.matrix.Computed;
import dev.miser.codegen.matrix.Epilogue;
import dev.miser.codegen.matrix.FloatCode;
import dev.miser.codegen.matrix.Steps;
import dev.miser.codegen.matrix.Steps.Run;
import dev.miser.ir.plan.Access;
import dev.miser.ir.plan.Group;
import dev.miser.ir.plan.Target;
import dev.miser.ir.type.ElementType;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Writes a kernel that folds windows over f32 planes: block by block, each copied into scratch with
 * its padding, folded in vectors, and moved to the output or finished by what follows.
 */
public final class BlockWriter {
  private static final List<Run> PLANE = List.of(new Run(0, 1, "image"), new Run(1, 2, "channel"));

  private final KernelContext context;
  private final Windowing windowing;
  private final Access image;
  private final @Nullable Access weights;
  private final Blocks blocks;
  private final Arguments arguments = new Arguments();

  /**
   * @param image what the window slides over
   * @param weights null, or the weights of every window, next to each other
   */
  public BlockWriter(
      KernelContext context,
      Windowing windowing,
      Fold fold,
      Access image,
      @Nullable Access weights) {
    this.context = context;
    this.windowing = windowing;
    this.image = image;
    this.weights = weights;
    Blocks cut = Blocks.of(windowing, fold, context.target());
    if (cut == null) {
      throw new IllegalArgumentException("no blocks for " + windowing);
    }
    this.blocks = cut;
  }

  /** Returns the bytes of workspace for all workers, or -1 if blocks do not suit these windows. */
  public static long workspaceBytes(Group group, Windowing windowing, Fold fold, Target target) {
    Blocks blocks = Blocks.of(windowing, fold, target);
    if (blocks == null) {
      return -1;
    }
    return workerBytes(group, blocks) * target.workers();
  }

  /** Returns the bytes of a worker: scratch, and results that wait for what follows. */
  private static long workerBytes(Group group, Blocks blocks) {
    return blocks.scratchBytes() + (isPlain(group) ? 0 : blocks.bytes());
  }

  /** Returns whether each plane of a leaf lies row-major in memory. */
  public static boolean readsPlanes(Access image) {
    int rank = image.shape().rank();
    return image.isMemory()
        && image.panels() == null
        && Steps.merges(image, 2, rank)
        && (image.shape().elementCount(2, rank) <= 1 || Steps.step(image, 2, rank) == 1);
  }

  private static boolean isPlain(Group group) {
    return group.epilogue().isEmpty() && group.outputs().size() == 1;
  }

  /** Returns the kernel. */
  public EmittedKernel write() {
    Group group = context.group();
    var epilogue = new Epilogue(context, 2, new Computed.Stored(ElementType.F32));
    epilogue.addArguments(arguments);
    long planes = group.shape().elementCount(0, 2);
    long all = planes * blocks.perPlane();
    arguments.offset("x", image.source(), image.base() * Float.BYTES);
    arguments.count("imageStep", image.strides().get(0) * Float.BYTES);
    arguments.count("channelStep", image.strides().get(1) * Float.BYTES);
    arguments.count("channels", group.shape().dim(1));
    arguments.count("blocks", all);
    var body = CodeBlock.builder();
    arguments.workspace();
    body.addStatement("long scratch = workspace + worker * $LL", workerBytes(group, blocks));
    var place = new PlaceCode(context, blocks);
    place.prepare(body);
    body.addStatement("long last = $T.min(blocks, (tile + 1L) * $L)", Math.class, blocks.perTile());
    body.beginControlFlow("for (long block = tile * $LL; block < last; block++)", blocks.perTile());
    coordinates(body);
    body.addStatement("int n = (rows - 1) * $L + columns", blocks.pitch());
    boolean plain = isPlain(group);
    if (plain) {
      CodeBlock start = CodeBlock.of("start");
      body.addStatement("long results = $L", epilogue.place("out0", PLANE, start, arguments));
    } else {
      body.addStatement("long results = scratch + $LL", blocks.scratchBytes());
    }
    fold(body, place);
    if (!plain) {
      finish(body, epilogue);
    }
    body.endControlFlow();
    return arguments.kernel(context, body.build(), Math.ceilDiv(all, blocks.perTile()));
  }

  private void coordinates(CodeBlock.Builder body) {
    WindowAxis y = windowing.y();
    WindowAxis x = windowing.x();
    body.addStatement("long number = block / $LL", blocks.perPlane());
    body.addStatement("long image = number / channels");
    body.addStatement("long channel = number % channels");
    body.addStatement(
        "long z = block % $LL / $LL", blocks.perPlane(), blocks.bands() * blocks.chunks());
    body.addStatement(
        "long y = block / $LL % $LL * $L", blocks.chunks(), blocks.bands(), blocks.rows());
    body.addStatement("long x0 = block % $LL * $L", blocks.chunks(), blocks.columns());
    body.addStatement(
        "int rows = (int) $T.min($L, $LL - y)", Math.class, blocks.rows(), y.positions());
    body.addStatement(
        "int columns = (int) $T.min($L, $LL - x0)", Math.class, blocks.columns(), x.positions());
    body.addStatement("long start = (z * $LL + y) * $LL + x0", y.positions(), x.positions());
    body.addStatement(
        "long plane = x + image * imageStep + channel$L * channelStep",
        multiplier() == 1 ? "" : " / " + multiplier());
  }

  /** Returns how many output channels read one input channel. */
  private long multiplier() {
    long channels = image.shape().dim(1);
    return channels == 0 ? 1 : context.group().shape().dim(1) / channels;
  }

  private void fold(CodeBlock.Builder body, PlaceCode place) {
    Access filters = weights;
    if (filters != null) {
      arguments.offset("weights", filters.source(), filters.base() * Float.BYTES);
      body.addStatement("long filter = weights + channel * $LL", windowing.entries() * Float.BYTES);
      body.addStatement(
          "boolean finite = $L", weightReader().callNames(List.of("scratch", "filter")));
    }
    boolean mayDiffer = filters != null && !windowing.isInside();
    if (mayDiffer) {
      body.beginControlFlow("if (finite)");
    }
    body.addStatement(
        new SplitCode(context, blocks)
            .block()
            .callNames(List.of("scratch", "rows", "columns", "plane", "z", "y", "x0")));
    new FoldCode(context, blocks).write(body);
    place.write(body);
    if (mayDiffer) {
      body.nextControlFlow("else");
      body.addStatement(
          plainly().callNames(List.of("plane", "filter", "start", "results", "rows", "columns")));
      body.endControlFlow();
    }
  }

  /** Copies the weights to scratch, and tells whether padding times each of them is 0. */
  private MethodReference weightReader() {
    var body = CodeBlock.builder();
    body.addStatement("float zero = 0");
    body.beginControlFlow("for (int i = 0; i < $L; i++)", windowing.entries());
    body.addStatement("float weight = $L", FloatCode.read("filter + i * 4L"));
    body.addStatement(
        FloatCode.write(CodeBlock.of("weight"), "$L + i * 4L", Blocks.at(blocks.weights())));
    body.addStatement("zero += 0 * weight");
    body.endControlFlow();
    body.addStatement("return zero == 0");
    return context
        .methods()
        .share(
            new MethodDraft(
                "readWeights",
                "",
                com.palantir.javapoet.TypeName.BOOLEAN,
                SplitCode.parameters(List.of(), List.of("filter")),
                body.build()));
  }

  /** Padding times an infinite weight is no number: such windows skip their padding. */
  private MethodReference plainly() {
    var loops = new WindowLoops(context, windowing, Fold.WEIGHTED, ElementType.F32);
    var body = CodeBlock.builder();
    body.beginControlFlow("for (long i = 0; i < rows * columns; i++)");
    body.addStatement(
        FloatCode.write(
            loops
                .element()
                .call(
                    List.of(
                        CodeBlock.of("plane"), CodeBlock.of("filter"), CodeBlock.of("start + i"))),
            "results + i * 4"));
    body.endControlFlow();
    return context
        .methods()
        .share(
            MethodDraft.ofVoid(
                "foldPlainly",
                "",
                MethodDraft.longs(
                    List.of("plane", "filter", "start", "results", "rows", "columns")),
                body.build()));
  }

  private void finish(CodeBlock.Builder body, Epilogue epilogue) {
    var call = new ArrayList<CodeBlock>();
    call.add(CodeBlock.of("results"));
    for (String name : epilogue.names()) {
      call.add(epilogue.place(name, PLANE, CodeBlock.of("start"), arguments));
    }
    epilogue.stepNames().forEach(name -> call.add(CodeBlock.of("$N", name)));
    call.add(CodeBlock.of("(long) rows * columns"));
    body.addStatement(epilogue.row().call(call));
  }
}
