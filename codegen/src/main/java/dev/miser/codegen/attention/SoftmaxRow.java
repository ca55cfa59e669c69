package dev.miser.codegen.attention;

import com.palantir.javapoet.CodeBlock;
import dev.miser.codegen.MethodDraft;
import dev.miser.codegen.MethodReference;
import dev.miser.codegen.Methods;
import dev.miser.codegen.matrix.FloatCode;
import dev.miser.codegen.vector.Emitted;
import dev.miser.codegen.vector.Functions;
import dev.miser.codegen.vector.Lane;
import dev.miser.codegen.vector.LaneNames;
import dev.miser.codegen.vector.Primitive;
import dev.miser.codegen.vector.VectorLanes;
import dev.miser.ir.plan.Target;
import dev.miser.ir.type.ElementType;
import java.util.List;
import java.util.Locale;

/**
 * Turns one row of scores into weights where it lies. Rows are padded to whole groups of {@link
 * AttentionSizes#LANES}, so there is no tail; sums run over so many lanes at every vector width,
 * and the lanes are added in one fixed tree.
 */
final class SoftmaxRow {
  private final Methods methods;
  private final Target target;
  private final int vectorBytes;

  SoftmaxRow(Methods methods, Target target) {
    this.methods = methods;
    this.target = target;
    this.vectorBytes = target.vectorBits() / 8;
  }

  /**
   * Returns the method {@code (row, mask, lanes, scale, kept, length)}: the first {@code kept}
   * scores become weights that sum to 1, the others up to {@code length} become 0.
   */
  MethodReference weights() {
    var body = CodeBlock.builder();
    body.addStatement("long end = row + (length + 15) / 16 * 64");
    body.addStatement(scaled().callNames(List.of("row", "mask", "scale", "end")));
    body.beginControlFlow("for (long e = row + kept * 4; e < end; e += 4)");
    body.addStatement(FloatCode.write(CodeBlock.of("$T.NEGATIVE_INFINITY", Float.class), "e"));
    body.endControlFlow();
    body.addStatement(maxima().callNames(List.of("row", "lanes", "end")));
    body.addStatement("float most = $L", tree("max").callNames(List.of("lanes")));
    body.addStatement(exponentials().callNames(List.of("row", "most", "end")));
    body.addStatement(sums().callNames(List.of("row", "lanes", "end")));
    body.addStatement("float sum = $L", tree("sum").callNames(List.of("lanes")));
    body.addStatement(divided().callNames(List.of("row", "sum", "end")));
    return methods.share(
        MethodDraft.ofVoid(
            "weigh",
            "Softmax of a row of scores.\n",
            MethodDraft.longs(List.of("row", "mask", "lanes", "scale", "kept", "length")),
            body.build()));
  }

  private VectorLanes lanes(String... taken) {
    return new VectorLanes(new LaneNames(List.of(taken)), target, ElementType.F32);
  }

  private int vectorsInLanes() {
    return Math.max(1, Math.toIntExact(AttentionSizes.LANES * 4 / vectorBytes));
  }

  /** Scores times scale plus mask. */
  private MethodReference scaled() {
    var lanes = lanes("row", "mask", "scale", "end", "e", "factor");
    Lane factor = new Lane(ElementType.F32, CodeBlock.of("factor"));
    Lane score = lanes.load(ElementType.F32, CodeBlock.of("e"));
    Lane mask = lanes.load(ElementType.F32, CodeBlock.of("mask"));
    lanes.store(lanes.apply(Primitive.FMA, score, factor, mask), CodeBlock.of("e"));
    CodeBlock element = lanes.takeBody();
    var body = CodeBlock.builder();
    body.add(lanes.preamble());
    body.addStatement(
        "$T factor = $L",
        Emitted.FLOAT_VECTOR,
        FloatCode.broadcast(CodeBlock.of("(float) $T.longBitsToDouble(scale)", Double.class)));
    loop(body, element, "mask");
    return methods.share(
        MethodDraft.ofVoid(
            "scaleScores",
            "",
            MethodDraft.longs(List.of("row", "mask", "scale", "end")),
            body.build()));
  }

  /** The largest score, lane by lane. */
  private MethodReference maxima() {
    var body = CodeBlock.builder();
    body.addStatement(
        "$T most = $L",
        Emitted.FLOAT_VECTOR,
        FloatCode.broadcast(CodeBlock.of("$T.NEGATIVE_INFINITY", Float.class)));
    loop(
        body, CodeBlock.builder().addStatement("most = most.max($L)", FloatCode.load("e")).build());
    // A maximum does not depend on the number of lanes: fill all with what there is.
    for (int i = 0; i < vectorsInLanes(); i++) {
      body.addStatement(FloatCode.store("most", "lanes + $L", i * vectorBytes));
    }
    return methods.share(
        MethodDraft.ofVoid(
            "maximaOfLanes", "", MethodDraft.longs(List.of("row", "lanes", "end")), body.build()));
  }

  private void loop(CodeBlock.Builder body, CodeBlock element, String... moving) {
    body.beginControlFlow("for (long e = row; e < end; e += $L)", vectorBytes);
    body.add(element);
    for (String name : moving) {
      body.addStatement("$N += $L", name, vectorBytes);
    }
    body.endControlFlow();
  }

  private MethodReference exponentials() {
    var lanes = lanes("row", "most", "end", "e", "largest");
    Lane x = lanes.load(ElementType.F32, CodeBlock.of("e"));
    Lane below =
        lanes.apply(Primitive.SUBTRACT, x, new Lane(ElementType.F32, CodeBlock.of("largest")));
    lanes.store(Functions.expOfNegative(lanes, below), CodeBlock.of("e"));
    CodeBlock element = lanes.takeBody();
    return rowMethod("exponentiate", "most", "largest", lanes.preamble(), element);
  }

  private MethodReference divided() {
    var lanes = lanes("row", "sum", "end", "e", "divisor");
    Lane x = lanes.load(ElementType.F32, CodeBlock.of("e"));
    Lane y = lanes.apply(Primitive.DIVIDE, x, new Lane(ElementType.F32, CodeBlock.of("divisor")));
    lanes.store(y, CodeBlock.of("e"));
    CodeBlock element = lanes.takeBody();
    return rowMethod("divide", "sum", "divisor", lanes.preamble(), element);
  }

  /** A method over a row that is given one float. */
  private MethodReference rowMethod(
      String name, String number, String vector, CodeBlock preamble, CodeBlock element) {
    var body = CodeBlock.builder();
    body.add(preamble);
    body.addStatement(
        "$T $N = $L",
        Emitted.FLOAT_VECTOR,
        vector,
        FloatCode.broadcast(CodeBlock.of("$N", number)));
    loop(body, element);
    var parameters = new java.util.ArrayList<>(MethodDraft.longs(List.of("row")));
    parameters.add(
        com.palantir.javapoet.ParameterSpec.builder(com.palantir.javapoet.TypeName.FLOAT, number)
            .build());
    parameters.addAll(MethodDraft.longs(List.of("end")));
    return methods.share(MethodDraft.ofVoid(name, "", parameters, body.build()));
  }

  private MethodReference sums() {
    var body = CodeBlock.builder();
    int vectors = vectorsInLanes();
    for (int i = 0; i < vectors; i++) {
      body.addStatement("$T sum$L = $L", Emitted.FLOAT_VECTOR, i, FloatCode.zero());
    }
    body.beginControlFlow("for (long e = row; e < end; e += 64)");
    for (int i = 0; i < vectors; i++) {
      body.addStatement("sum$L = sum$L.add($L)", i, i, FloatCode.load("e + $L", i * vectorBytes));
    }
    body.endControlFlow();
    for (int i = 0; i < vectors; i++) {
      body.addStatement(FloatCode.store("sum" + i, "lanes + $L", i * vectorBytes));
    }
    return methods.share(
        MethodDraft.ofVoid(
            "addLanes", "", MethodDraft.longs(List.of("row", "lanes", "end")), body.build()));
  }

  /** Joins sixteen lanes in memory: each with the one half as many further, and so on. */
  private MethodReference tree(String join) {
    var body = CodeBlock.builder();
    for (int half = 8; half >= 1; half /= 2) {
      body.beginControlFlow("for (long i = 0; i < $L; i += 4)", 4 * half);
      body.addStatement(
          FloatCode.write(
              CodeBlock.of(
                  "$T.$N($L, $L)",
                  join.equals("max") ? Math.class : Float.class,
                  join,
                  FloatCode.read("lanes + i"),
                  FloatCode.read("lanes + i + $L", 4 * half)),
              "lanes + i"));
      body.endControlFlow();
    }
    body.addStatement("return $L", FloatCode.read("lanes"));
    return methods.share(
        new MethodDraft(
            join.toLowerCase(Locale.ROOT) + "OfLanes",
            "",
            com.palantir.javapoet.TypeName.FLOAT,
            MethodDraft.longs(List.of("lanes")),
            body.build()));
  }
}
