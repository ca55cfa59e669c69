package dev.miser.codegen.window;

import com.palantir.javapoet.CodeBlock;
import com.palantir.javapoet.TypeName;
import dev.miser.codegen.MethodDraft;
import dev.miser.codegen.MethodReference;
import dev.miser.codegen.Methods;
import dev.miser.codegen.matrix.FloatCode;
import dev.miser.codegen.vector.Emitted;
import dev.miser.ir.plan.Target;
import dev.miser.ir.type.ElementType;
import java.util.List;

/**
 * Methods that gather panels of pixels from a strip. Where each entry of the window stands lies in
 * a table; a panel's pixels are cut at the ends of rows and of vectors. For each entry the cuts are
 * copied in order, a whole vector each, whose rest the next cut overwrites.
 */
final class PixelPanels {
  /** With more cuts, in images of a few columns, single elements are copied. */
  private static final int MOST_CUTS = 6;

  private static final int CUT_BYTES = 24;

  private final Methods methods;
  private final Target target;

  PixelPanels(Methods methods, Target target) {
    this.methods = methods;
    this.target = target;
  }

  private static CodeBlock readLong(String format, Object... arguments) {
    return CodeBlock.of(
        "$L.get($L, $L)",
        Emitted.SEG,
        Emitted.layout(ElementType.I64),
        CodeBlock.of(format, arguments));
  }

  private static CodeBlock writeLong(CodeBlock value, String format, Object... arguments) {
    return CodeBlock.of(
        "$L.set($L, $L, $L)",
        Emitted.SEG,
        Emitted.layout(ElementType.I64),
        CodeBlock.of(format, arguments),
        value);
  }

  /** The parameters of {@link #table}. */
  static final List<String> TABLE =
      List.of(
          "table",
          "turned",
          "window0",
          "window1",
          "window2",
          "stride0",
          "stride1",
          "stride2",
          "dilation0",
          "dilation1",
          "dilation2",
          "period0",
          "period1",
          "period2",
          "places0",
          "places1",
          "places2",
          "depthBytes",
          "rowBytes");

  /** Returns the method that writes where each entry of the window stands in a strip. */
  MethodReference table() {
    var body = CodeBlock.builder();
    for (int axis = 0; axis < 3; axis++) {
      body.beginControlFlow("for (long i$L = 0; i$L < window$L; i$L++)", axis, axis, axis, axis);
      body.addStatement(
          "long k$L = turned == 0 ? i$L : window$L - 1 - i$L", axis, axis, axis, axis);
      body.addStatement(
          "long place$L = k$L % period$L * places$L + k$L * dilation$L / stride$L",
          axis, axis, axis, axis, axis, axis, axis);
    }
    body.addStatement(
        writeLong(CodeBlock.of("place0 * depthBytes + place1 * rowBytes + place2 * 4"), "table"));
    body.addStatement("table += 8");
    body.endControlFlow().endControlFlow().endControlFlow();
    return methods.share(
        MethodDraft.ofVoid("writeTable", "", MethodDraft.longs(TABLE), body.build()));
  }

  /** The parameters of {@link #gather}. */
  static final List<String> GATHER =
      List.of(
          "pixel",
          "count",
          "result1",
          "result2",
          "first0",
          "first1",
          "depthBytes",
          "rowBytes",
          "cuts",
          "strip",
          "channelBytes",
          "channels",
          "table",
          "taps",
          "to");

  /** Returns the method that gathers {@code count} pixels of some channels into one panel. */
  MethodReference gather() {
    var body = CodeBlock.builder();
    body.addStatement(
        "long some = $L",
        cut()
            .callNames(
                List.of(
                    "pixel",
                    "count",
                    "result1",
                    "result2",
                    "first0",
                    "first1",
                    "depthBytes",
                    "rowBytes",
                    "cuts")));
    List<String> parameters =
        List.of("cuts", "some", "strip", "channelBytes", "channels", "table", "taps", "to");
    for (int cuts = 1; cuts <= MOST_CUTS; cuts++) {
      body.beginControlFlow(cuts == 1 ? "if (some == $L)" : "else if (some == $L)", cuts);
      body.addStatement(vectors(cuts).callNames(parameters));
      body.endControlFlow();
    }
    body.beginControlFlow("else");
    body.addStatement(elements().callNames(parameters));
    body.endControlFlow();
    return methods.share(
        MethodDraft.ofVoid(
            "gatherPanel",
            "Pixels of some channels into a panel.\n",
            MethodDraft.longs(GATHER),
            body.build()));
  }

  /** Cuts a panel's pixels: where each cut stands in the strip, where in the panel, its length. */
  private MethodReference cut() {
    var body = CodeBlock.builder();
    body.addStatement("long some = 0");
    body.addStatement("long column = pixel % result2");
    body.addStatement("long rest = pixel / result2");
    body.addStatement("long row = rest % result1");
    body.addStatement("long depth = rest / result1");
    body.beginControlFlow("for (long done = 0; done < count; )");
    body.addStatement(
        "long length = $T.min($T.min($L, result2 - column), count - done)",
        Math.class,
        Math.class,
        target.floatLanes());
    body.addStatement(
        writeLong(
            CodeBlock.of("(depth - first0) * depthBytes + (row - first1) * rowBytes + column * 4"),
            "cuts"));
    body.addStatement(writeLong(CodeBlock.of("done * 4"), "cuts + 8"));
    body.addStatement(writeLong(CodeBlock.of("length"), "cuts + 16"));
    body.addStatement("cuts += $L", CUT_BYTES);
    body.addStatement("some++");
    body.addStatement("done += length");
    body.addStatement("column += length");
    body.beginControlFlow("if (column == result2)");
    body.addStatement("column = 0");
    body.beginControlFlow("if (++row == result1)");
    body.addStatement("row = 0");
    body.addStatement("depth++");
    body.endControlFlow().endControlFlow().endControlFlow();
    body.addStatement("return some");
    return methods.share(
        new MethodDraft(
            "cutPanel",
            "",
            TypeName.LONG,
            MethodDraft.longs(
                List.of(
                    "pixel",
                    "count",
                    "result1",
                    "result2",
                    "first0",
                    "first1",
                    "depthBytes",
                    "rowBytes",
                    "cuts")),
            body.build()));
  }

  private static final List<String> COPY =
      List.of("cuts", "some", "strip", "channelBytes", "channels", "table", "taps", "to");

  private CodeBlock.Builder overEntries(CodeBlock.Builder body, CodeBlock inside) {
    body.beginControlFlow("for (long channel = 0; channel < channels; channel++)");
    body.addStatement("long end = table + taps * 8");
    body.beginControlFlow("for (long tap = table; tap < end; tap += 8)");
    body.addStatement("long x = strip + $L", readLong("tap"));
    body.add(inside);
    body.addStatement("to += $L", 4 * target.tileColumns());
    body.endControlFlow();
    body.addStatement("strip += channelBytes");
    return body.endControlFlow();
  }

  private MethodReference vectors(int cuts) {
    var body = CodeBlock.builder();
    for (int i = 0; i < cuts; i++) {
      body.addStatement("long from$L = $L", i, readLong("cuts + $L", CUT_BYTES * i));
      body.addStatement("long at$L = $L", i, readLong("cuts + $L", CUT_BYTES * i + 8));
    }
    var inside = CodeBlock.builder();
    for (int i = 0; i < cuts; i++) {
      inside.addStatement("$T x$L = $L", Emitted.FLOAT_VECTOR, i, FloatCode.load("x + from$L", i));
    }
    for (int i = 0; i < cuts; i++) {
      inside.addStatement(FloatCode.store("x" + i, "to + at$L", i));
    }
    return methods.share(
        MethodDraft.ofVoid(
            "gather" + cuts,
            "",
            MethodDraft.longs(COPY),
            overEntries(body, inside.build()).build()));
  }

  private MethodReference elements() {
    var inside = CodeBlock.builder();
    inside.beginControlFlow("for (long cut = 0; cut < some; cut++)");
    inside.addStatement("long from = x + $L", readLong("cuts + cut * $L", CUT_BYTES));
    inside.addStatement("long at = to + $L", readLong("cuts + cut * $L + 8", CUT_BYTES));
    inside.addStatement("long length = $L", readLong("cuts + cut * $L + 16", CUT_BYTES));
    inside.beginControlFlow("for (long i = 0; i < length; i++)");
    inside.addStatement(FloatCode.write(FloatCode.read("from + i * 4"), "at + i * 4"));
    inside.endControlFlow().endControlFlow();
    return methods.share(
        MethodDraft.ofVoid(
            "gatherElements",
            "",
            MethodDraft.longs(COPY),
            overEntries(CodeBlock.builder(), inside.build()).build()));
  }
}
