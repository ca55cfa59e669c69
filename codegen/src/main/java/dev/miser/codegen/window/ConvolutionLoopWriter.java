package dev.miser.codegen.window;

import com.palantir.javapoet.CodeBlock;
import dev.miser.codegen.EmittedKernel;
import dev.miser.codegen.KernelContext;
import dev.miser.codegen.MethodDraft;
import dev.miser.codegen.MethodReference;
import dev.miser.codegen.matrix.Arguments;
import dev.miser.codegen.matrix.Chain;
import dev.miser.codegen.matrix.Computed;
import dev.miser.codegen.matrix.Epilogue;
import dev.miser.codegen.matrix.Steps.Run;
import dev.miser.ir.plan.Access;
import dev.miser.ir.type.ElementType;
import java.util.ArrayList;
import java.util.List;

/** Writes a convolution of any type in plain loops: a tile is one channel of one image. */
final class ConvolutionLoopWriter {
  private static final List<String> PER_AXIS =
      List.of("step", "size", "window", "stride", "spread", "low", "dilation");

  private final KernelContext context;
  private final Geometry geometry;

  ConvolutionLoopWriter(KernelContext context, Geometry geometry) {
    this.context = context;
    this.geometry = geometry;
  }

  /** What the sum of one result is given, besides its number {@code i}. */
  private static List<String> parameters() {
    var names =
        new ArrayList<>(
            List.of(
                "image",
                "weight",
                "channels",
                "imageChannel",
                "weightChannel",
                "weightTap",
                "turned",
                "taps",
                "result1",
                "result2"));
    for (int axis = 0; axis < 3; axis++) {
      for (String name : PER_AXIS) {
        names.add(name + axis);
      }
    }
    return names;
  }

  EmittedKernel write() {
    ElementType type = geometry.x().type().element();
    var computed =
        new Computed.Called(
            chain(type),
            parameters(),
            context.group().requireAnchor().result(),
            Chain.register(type));
    var epilogue = new Epilogue(context, 2, computed);
    Access x = context.group().leaf(geometry.x());
    var weights = WeightsLayout.of(geometry, context.group().leaf(geometry.weights()));
    long unit = type.bytes();
    var arguments = new Arguments(Arguments.Numbers.WRITTEN);
    epilogue.addArguments(arguments);
    arguments.offset("x", x.source(), x.base() * unit);
    arguments.offset("weights", weights.access().source(), weights.access().base() * unit);
    arguments.count("xImage", x.strides().get(0) * unit);
    arguments.count("imageChannel", x.strides().get(1) * unit);
    arguments.count("weightGroup", weights.group() * unit);
    arguments.count("weightRow", weights.row() * unit);
    arguments.count("weightChannel", weights.channel() * unit);
    arguments.count("weightTap", weights.tap() * unit);
    arguments.count("outputs", geometry.outputs());
    arguments.count("groups", geometry.groups());
    arguments.count("channels", geometry.channels());
    arguments.count("turned", geometry.turned() ? 1 : 0);
    arguments.count("taps", geometry.taps());
    arguments.count("pixels", geometry.pixels());
    arguments.count("result1", geometry.axes().get(1).result());
    arguments.count("result2", geometry.axes().get(2).result());
    for (int i = 0; i < 3; i++) {
      Geometry.Axis axis = geometry.axes().get(i);
      int spatial = i - 3 + geometry.spatial();
      arguments.count("step" + i, spatial < 0 ? 0 : x.strides().get(spatial + 2) * unit);
      arguments.count("size" + i, axis.size());
      arguments.count("window" + i, axis.window());
      arguments.count("stride" + i, axis.stride());
      arguments.count("spread" + i, axis.spread());
      arguments.count("low" + i, axis.low());
      arguments.count("dilation" + i, axis.dilation());
    }
    var body = CodeBlock.builder();
    body.addStatement("long channel = tile % (groups * outputs)");
    body.addStatement("long image = tile / (groups * outputs)");
    body.addStatement("long group = channel / outputs");
    var call = new ArrayList<CodeBlock>();
    for (String name : parameters()) {
      call.add(
          switch (name) {
            case "image" -> CodeBlock.of("x + image * xImage + group * channels * imageChannel");
            case "weight" ->
                CodeBlock.of("weights + group * weightGroup + channel % outputs * weightRow");
            default -> CodeBlock.of("$N", name);
          });
    }
    List<Run> runs = List.of(new Run(0, 1, "image"), new Run(1, 2, "channel"));
    for (String name : epilogue.names()) {
      call.add(epilogue.place(name, runs, CodeBlock.builder().build(), arguments));
    }
    epilogue.stepNames().forEach(name -> call.add(CodeBlock.of("$N", name)));
    call.add(CodeBlock.of("pixels"));
    body.addStatement(epilogue.row().call(call));
    long tiles =
        geometry.pixels() == 0 ? 0 : geometry.images() * geometry.groups() * geometry.outputs();
    return arguments.kernel(context, body.build(), tiles);
  }

  /** One result: the sum over channels and the window; entries in padding are skipped. */
  private MethodReference chain(ElementType type) {
    ElementType register = Chain.register(type);
    var body = CodeBlock.builder();
    body.addStatement("long at2 = i % result2 * stride2 - low2");
    body.addStatement("long at1 = i / result2 % result1 * stride1 - low1");
    body.addStatement("long at0 = i / result2 / result1 * stride0 - low0");
    body.addStatement("$T sum = 0", Chain.javaType(register));
    body.beginControlFlow("for (long channel = 0; channel < channels; channel++)");
    body.addStatement("long y = weight + channel * weightChannel");
    for (int axis = 0; axis < 3; axis++) {
      body.beginControlFlow("for (long k$L = 0; k$L < window$L; k$L++)", axis, axis, axis, axis);
      body.addStatement(
          "long p$L = at$L + (turned == 0 ? k$L : window$L - 1 - k$L) * dilation$L",
          axis,
          axis,
          axis,
          axis,
          axis,
          axis);
    }
    for (int axis = 0; axis < 3; axis++) {
      body.beginControlFlow(
          "if (p$L >= 0 && p$L % spread$L == 0 && p$L / spread$L < size$L)",
          axis, axis, axis, axis, axis, axis);
    }
    body.addStatement(
        "long x = image + channel * imageChannel + p0 / spread0 * step0 + p1 / spread1 * step1"
            + " + p2 / spread2 * step2");
    body.addStatement("sum = $L", Chain.add(type, CodeBlock.of("x"), CodeBlock.of("y")));
    body.endControlFlow().endControlFlow().endControlFlow();
    body.addStatement("y += weightTap");
    body.endControlFlow().endControlFlow().endControlFlow().endControlFlow();
    body.addStatement("return sum");
    var names = parameters();
    names.add("i");
    return context
        .methods()
        .share(
            new MethodDraft(
                "convolutionChain",
                "",
                Chain.javaType(register),
                MethodDraft.longs(names),
                body.build()));
  }
}
