package dev.miser.codegen.window;

import com.palantir.javapoet.CodeBlock;
import dev.miser.codegen.EmittedKernel;
import dev.miser.codegen.KernelContext;
import dev.miser.codegen.matrix.Arguments;
import dev.miser.codegen.matrix.Block;
import dev.miser.codegen.matrix.Computed;
import dev.miser.codegen.matrix.Epilogue;
import dev.miser.codegen.matrix.Panels;
import dev.miser.codegen.matrix.Steps;
import dev.miser.codegen.matrix.Steps.Run;
import dev.miser.ir.plan.Access;
import dev.miser.ir.plan.Target;
import dev.miser.ir.type.ElementType;
import java.util.ArrayList;
import java.util.List;

/**
 * Writes a convolution of f32 as the product of the weights with a matrix of gathered pixels, of
 * which a tile makes the panels it needs.
 */
final class ConvolutionWriter {
  private static final Run IMAGE = new Run(0, 1, "image");
  private static final Run CHANNEL = new Run(1, 2, "channel");

  private final KernelContext context;
  private final Target target;
  private final Geometry geometry;
  private final Access x;
  private final WeightsLayout weights;
  private final Epilogue epilogue;
  private final Blocking blocking;
  private final Arguments arguments = new Arguments(Arguments.Numbers.WRITTEN);
  private final CodeBlock.Builder body = CodeBlock.builder();

  ConvolutionWriter(KernelContext context, Geometry geometry) {
    this.context = context;
    this.target = context.target();
    this.geometry = geometry;
    this.x = context.group().leaf(geometry.x());
    this.weights = WeightsLayout.of(geometry, context.group().leaf(geometry.weights()));
    this.epilogue = new Epilogue(context, 2, new Computed.Stored(ElementType.F32));
    this.blocking = blocking(geometry, x, weights, epilogue.isPlain(), target);
  }

  static Blocking blocking(
      Geometry geometry, Access x, WeightsLayout weights, boolean plain, Target target) {
    boolean adjacent =
        Steps.merges(x, 2, x.shape().rank())
            && (geometry.pixels() == 1 || Steps.step(x, 2, x.shape().rank()) == 1);
    return Blocking.of(
        geometry, target, geometry.isPointwise() && adjacent, !weights.isPacked(), plain);
  }

  EmittedKernel write() {
    epilogue.addArguments(arguments);
    arguments.offset("x", x.source(), x.base() * 4);
    arguments.offset("weights", weights.access().source(), weights.access().base() * 4);
    arguments.workspace();
    arguments.count("workerBytes", blocking.workerBytes());
    coordinates();
    rows();
    if (blocking.direct()) {
      pixelsAsTheyLie();
    } else {
      gatheredPixels();
    }
    multiply();
    return arguments.kernel(context, body.build(), blocking.tiles());
  }

  private void coordinates() {
    arguments.count("rowBlocks", blocking.rowBlocks());
    arguments.count("blockRows", blocking.blockRows());
    arguments.count("outputs", geometry.outputs());
    arguments.count("pixelBlocks", blocking.pixelBlocks());
    arguments.count("blockPixels", blocking.pixelsPerTile());
    arguments.count("pixels", geometry.pixels());
    arguments.count("groups", geometry.groups());
    arguments.count("inner", geometry.inner());
    arguments.count("channels", geometry.channels());
    arguments.count("xImage", x.strides().get(0) * 4);
    arguments.count("xChannel", x.strides().get(1) * 4);
    body.addStatement("long row = tile % rowBlocks * blockRows");
    body.addStatement("long rows = $T.min(outputs - row, blockRows)", Math.class);
    body.addStatement("long rest = tile / rowBlocks");
    body.addStatement("long pixel = rest % pixelBlocks * blockPixels");
    body.addStatement("long columns = $T.min(pixels - pixel, blockPixels)", Math.class);
    body.addStatement("rest /= pixelBlocks");
    body.addStatement("long group = rest % groups");
    body.addStatement("long image = rest / groups");
    body.addStatement("long channel = group * outputs + row");
    body.addStatement("long space = workspace + worker * workerBytes");
    body.addStatement("long from = x + image * xImage + group * channels * xChannel");
  }

  private void rows() {
    if (weights.isPacked()) {
      long panels = Blocking.ceil(geometry.outputs(), target.tileRows());
      arguments.count("weightsGroup", panels * target.tileRows() * geometry.inner() * 4);
      body.addStatement("long a = weights + group * weightsGroup + row * inner * 4");
      return;
    }
    arguments.count("weightsGroup", weights.group() * 4);
    arguments.count("weightsRow", weights.row() * 4);
    arguments.count("weightsChannel", weights.channel() * 4);
    arguments.count("weightsTap", weights.tap() * 4);
    arguments.count("taps", geometry.taps());
    arguments.count("weightsAt", blocking.weightsAt());
    body.addStatement("long a = space + weightsAt");
    body.addStatement(
        new Panels(context.methods(), target)
            .deep(target.tileRows())
            .call(
                List.of(
                    CodeBlock.of("weights + group * weightsGroup + row * weightsRow"),
                    CodeBlock.of("weightsRow"),
                    CodeBlock.of("weightsChannel"),
                    CodeBlock.of("channels"),
                    CodeBlock.of("weightsTap"),
                    CodeBlock.of("rows"),
                    CodeBlock.of("taps"),
                    CodeBlock.of("a"))));
  }

  private void pixelsAsTheyLie() {
    body.addStatement(
        new Panels(context.methods(), target)
            .adjacent()
            .call(
                List.of(
                    CodeBlock.of("from + pixel * 4"),
                    CodeBlock.of("4L"),
                    CodeBlock.of("xChannel"),
                    CodeBlock.of("columns"),
                    CodeBlock.of("inner"),
                    CodeBlock.of("space"))));
  }

  /** What strips and tables need to know of the axes. */
  private void axes() {
    Blocking.Strip strip = blocking.strip();
    List<Long> places = List.of(strip.depths(), strip.rows(), strip.columns());
    for (int i = 0; i < 3; i++) {
      Geometry.Axis axis = geometry.axes().get(i);
      int spatial = i - 3 + x.shape().rank() - 2;
      arguments.count("step" + i, spatial < 0 ? 0 : x.strides().get(spatial + 2) * 4);
      arguments.count("size" + i, axis.size());
      arguments.count("window" + i, axis.window());
      arguments.count("stride" + i, axis.stride());
      arguments.count("spread" + i, axis.spread());
      arguments.count("low" + i, axis.low());
      arguments.count("dilation" + i, axis.dilation());
      arguments.count("phases" + i, axis.phases());
      arguments.count("period" + i, axis.period());
      arguments.count("places" + i, places.get(i));
    }
    arguments.count("span0", geometry.axes().get(0).span());
    arguments.count("span1", geometry.axes().get(1).span());
    arguments.count("result1", geometry.axes().get(1).result());
    arguments.count("result2", geometry.axes().get(2).result());
    arguments.count("turned", geometry.turned() ? 1 : 0);
    arguments.count("taps", geometry.taps());
    arguments.count("stripChannels", strip.channels());
    arguments.count("channelBytes", strip.channelBytes());
    arguments.count("depthBytes", strip.depthBytes());
    arguments.count("rowBytes", strip.rowBytes());
    arguments.count("tableAt", blocking.tableAt());
    arguments.count("cutsAt", blocking.cutsAt());
    arguments.count("stripAt", blocking.stripAt());
    arguments.count("panelBytes", blocking.panelBytes());
  }

  private StripWriter.Kind kind() {
    Geometry.Axis column = geometry.axes().get(2);
    if (column.spread() > 1) {
      return StripWriter.Kind.SPREAD;
    }
    boolean dense = column.stride() == 1 && x.strides().getLast() == 1;
    return dense ? StripWriter.Kind.DENSE : StripWriter.Kind.APART;
  }

  private void gatheredPixels() {
    axes();
    var pixels = new PixelPanels(context.methods(), target);
    body.addStatement("long table = space + tableAt");
    body.addStatement("long cuts = space + cutsAt");
    body.addStatement("long strip = space + stripAt");
    body.addStatement(pixels.table().callNames(PixelPanels.TABLE));
    body.addStatement("long end = pixel + columns - 1");
    body.addStatement("long first0 = pixel / result2 / result1");
    body.addStatement("long last0 = end / result2 / result1");
    body.addStatement("long first1 = first0 == last0 ? pixel / result2 % result1 : 0");
    body.addStatement("long last1 = first0 == last0 ? end / result2 % result1 : result1 - 1");
    body.addStatement("long used0 = last0 - first0 + span0");
    body.addStatement("long used1 = last1 - first1 + span1");
    body.beginControlFlow("for (long done = 0; done < channels; done += stripChannels)");
    body.addStatement("long some = $T.min(channels - done, stripChannels)", Math.class);
    var fill = new ArrayList<CodeBlock>();
    for (String name : StripWriter.parameters()) {
      fill.add(
          switch (name) {
            case "x" -> CodeBlock.of("from + done * xChannel");
            case "channelStep" -> CodeBlock.of("xChannel");
            case "channels" -> CodeBlock.of("some");
            case "to" -> CodeBlock.of("strip");
            default -> CodeBlock.of("$N", name);
          });
    }
    body.addStatement(new StripWriter(context.methods(), target).fill(kind()).call(fill));
    body.beginControlFlow(
        "for (long column = 0; column < columns; column += $L)", target.tileColumns());
    var gather = new ArrayList<CodeBlock>();
    for (String name : PixelPanels.GATHER) {
      gather.add(
          switch (name) {
            case "pixel" -> CodeBlock.of("pixel + column");
            case "count" ->
                CodeBlock.of("$T.min(columns - column, $L)", Math.class, target.tileColumns());
            case "channels" -> CodeBlock.of("some");
            case "to" ->
                CodeBlock.of(
                    "space + column / $L * panelBytes + done * taps * $L",
                    target.tileColumns(),
                    4 * target.tileColumns());
            default -> CodeBlock.of("$N", name);
          });
    }
    body.addStatement(pixels.gather().call(gather));
    body.endControlFlow().endControlFlow();
  }

  private void multiply() {
    arguments.count("scratchAt", blocking.scratchAt());
    arguments.count("scratchRow", blocking.scratchRow());
    var places = new ArrayList<CodeBlock>();
    for (String name : epilogue.names()) {
      places.add(epilogue.place(name, List.of(IMAGE, CHANNEL), CodeBlock.of("pixel"), arguments));
    }
    body.addStatement(
        new Block(context, epilogue, CHANNEL)
            .call(
                List.of(
                    CodeBlock.of("a"),
                    CodeBlock.of("4L"),
                    CodeBlock.of("$LL", 4 * target.tileRows()),
                    CodeBlock.of("rows"),
                    CodeBlock.of("space"),
                    blocking.direct()
                        ? CodeBlock.of("$L * inner", 4 * target.tileColumns())
                        : CodeBlock.of("panelBytes"),
                    CodeBlock.of("columns"),
                    CodeBlock.of("inner"),
                    CodeBlock.of("space + scratchAt"),
                    CodeBlock.of("scratchRow")),
                places,
                arguments));
  }
}
