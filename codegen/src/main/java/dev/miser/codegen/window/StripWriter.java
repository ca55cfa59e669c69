package dev.miser.codegen.window;

import com.palantir.javapoet.CodeBlock;
import dev.miser.codegen.MethodDraft;
import dev.miser.codegen.MethodReference;
import dev.miser.codegen.Methods;
import dev.miser.codegen.matrix.FloatCode;
import dev.miser.codegen.vector.Emitted;
import dev.miser.ir.plan.Target;
import java.util.List;

/**
 * Methods that copy rows of an image into a strip: with its padding, its zeros put between elements
 * and its phases apart, so that every entry of a window finds neighbours side by side.
 */
final class StripWriter {
  /** What is said of each axis; the names end in its number. */
  private static final List<String> PER_AXIS =
      List.of("size", "stride", "spread", "low", "dilation", "phases", "first", "used", "places");

  /** How the innermost axis is copied. */
  enum Kind {
    /** Neighbours to neighbours. */
    DENSE,
    /** Every so many-th element. */
    APART,
    /** With zeros between the elements. */
    SPREAD
  }

  private final Methods methods;
  private final Target target;

  StripWriter(Methods methods, Target target) {
    this.methods = methods;
    this.target = target;
  }

  /** Returns the names of the parameters of {@link #fill}. */
  static List<String> parameters() {
    var names =
        new java.util.ArrayList<>(
            List.of("x", "channelStep", "step0", "step1", "step2", "channels", "to"));
    for (int axis = 0; axis < 3; axis++) {
      for (String name : PER_AXIS) {
        names.add(name + axis);
      }
    }
    // Rows are copied whole.
    names.removeAll(List.of("first2", "used2"));
    return names;
  }

  /**
   * Returns the method that fills the strip of some channels: {@code first} is the first result
   * along an axis, {@code used} the places that are read, {@code places} those that there are.
   */
  MethodReference fill(Kind kind) {
    var body = CodeBlock.builder();
    body.addStatement("long rowBytes = phases2 * places2 * 4");
    body.beginControlFlow("for (long channel = 0; channel < channels; channel++)");
    for (int axis = 0; axis < 2; axis++) {
      body.beginControlFlow(
          "for (long phase$L = 0; phase$L < phases$L; phase$L++)", axis, axis, axis, axis);
      body.beginControlFlow("for (long i$L = 0; i$L < used$L; i$L++)", axis, axis, axis, axis);
      body.addStatement(
          "long at$L = (first$L + i$L) * stride$L + phase$L * dilation$L % stride$L - low$L",
          axis, axis, axis, axis, axis, axis, axis, axis);
      body.addStatement(
          "boolean inside$L = at$L >= 0 && at$L % spread$L == 0 && at$L / spread$L < size$L",
          axis, axis, axis, axis, axis, axis, axis);
    }
    body.addStatement(
        "long y = to + (((channel * phases0 + phase0) * places0 + i0) * phases1 + phase1)"
            + " * places1 * rowBytes + i1 * rowBytes");
    body.beginControlFlow("if (inside0 && inside1)");
    body.addStatement(
        "long from = x + channel * channelStep + at0 / spread0 * step0 + at1 / spread1 * step1");
    body.beginControlFlow("for (long phase = 0; phase < phases2; phase++)");
    body.addStatement("long low = low2 - phase * dilation2 % stride2");
    body.addStatement(
        row(kind)
            .callNames(
                List.of("from", "step2", "size2", "stride2", "spread2", "low", "places2", "y")));
    body.addStatement("y += 4 * places2");
    body.endControlFlow();
    body.nextControlFlow("else");
    body.addStatement(zero().call(List.of(CodeBlock.of("y"), CodeBlock.of("phases2 * places2"))));
    body.endControlFlow();
    body.endControlFlow().endControlFlow().endControlFlow().endControlFlow().endControlFlow();
    return methods.share(
        MethodDraft.ofVoid(
            "fillStrip",
            "Rows of an image with their padding, copied apart into phases.\n",
            MethodDraft.longs(parameters()),
            body.build()));
  }

  private MethodReference row(Kind kind) {
    var body = CodeBlock.builder();
    String name =
        switch (kind) {
          case DENSE -> {
            body.addStatement("long begin = $T.clamp(low, 0, places)", Math.class);
            body.addStatement("long end = $T.clamp(size + low, begin, places)", Math.class);
            body.addStatement(zero().callNames(List.of("to", "begin")));
            body.addStatement(
                copy()
                    .call(
                        List.of(
                            CodeBlock.of("from + (begin - low) * 4"),
                            CodeBlock.of("to + begin * 4"),
                            CodeBlock.of("end - begin"))));
            body.addStatement(
                zero().call(List.of(CodeBlock.of("to + end * 4"), CodeBlock.of("places - end"))));
            yield "fillDense";
          }
          case APART -> {
            body.addStatement(
                "long begin = $T.clamp($T.ceilDiv(low, stride), 0, places)",
                Math.class,
                Math.class);
            body.addStatement(
                "long end = $T.clamp($T.ceilDiv(size + low, stride), begin, places)",
                Math.class,
                Math.class);
            body.addStatement(zero().callNames(List.of("to", "begin")));
            body.addStatement("long x = from + (begin * stride - low) * step");
            body.addStatement("long skip = stride * step");
            body.beginControlFlow("for (long i = begin; i < end; i++)");
            body.addStatement(FloatCode.write(FloatCode.read("x"), "to + i * 4"));
            body.addStatement("x += skip");
            body.endControlFlow();
            body.addStatement(
                zero().call(List.of(CodeBlock.of("to + end * 4"), CodeBlock.of("places - end"))));
            yield "fillApart";
          }
          case SPREAD -> {
            body.addStatement(zero().callNames(List.of("to", "places")));
            body.addStatement("long x = from");
            body.addStatement("long i = low");
            body.beginControlFlow("for (long j = 0; j < size; j++)");
            body.beginControlFlow("if (i >= 0 && i < places)");
            body.addStatement(FloatCode.write(FloatCode.read("x"), "to + i * 4"));
            body.endControlFlow();
            body.addStatement("x += step");
            body.addStatement("i += spread");
            body.endControlFlow();
            yield "fillSpread";
          }
        };
    return methods.share(
        MethodDraft.ofVoid(
            name,
            "",
            MethodDraft.longs(
                List.of("from", "step", "size", "stride", "spread", "low", "places", "to")),
            body.build()));
  }

  private MethodReference zero() {
    int bytes = target.vectorBits() / 8;
    var body = CodeBlock.builder();
    body.addStatement("$T zero = $L", Emitted.FLOAT_VECTOR, FloatCode.zero());
    body.beginControlFlow("for (; count >= $L; count -= $L)", bytes / 4, bytes / 4);
    body.addStatement(FloatCode.store("zero", "to"));
    body.addStatement("to += $L", bytes);
    body.endControlFlow();
    body.beginControlFlow("for (; count > 0; count--)");
    body.addStatement(FloatCode.write(CodeBlock.of("0"), "to"));
    body.addStatement("to += 4");
    body.endControlFlow();
    return methods.share(
        MethodDraft.ofVoid("zero", "", MethodDraft.longs(List.of("to", "count")), body.build()));
  }

  private MethodReference copy() {
    int bytes = target.vectorBits() / 8;
    var body = CodeBlock.builder();
    body.beginControlFlow("for (; count >= $L; count -= $L)", bytes / 4, bytes / 4);
    body.addStatement("$T vector = $L", Emitted.FLOAT_VECTOR, FloatCode.load("from"));
    body.addStatement(FloatCode.store("vector", "to"));
    body.addStatement("from += $L", bytes);
    body.addStatement("to += $L", bytes);
    body.endControlFlow();
    body.beginControlFlow("for (; count > 0; count--)");
    body.addStatement(FloatCode.write(FloatCode.read("from"), "to"));
    body.addStatement("from += 4");
    body.addStatement("to += 4");
    body.endControlFlow();
    return methods.share(
        MethodDraft.ofVoid(
            "copy", "", MethodDraft.longs(List.of("from", "to", "count")), body.build()));
  }
}
