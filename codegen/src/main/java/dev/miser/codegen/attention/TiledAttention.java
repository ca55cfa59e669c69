package dev.miser.codegen.attention;

import com.palantir.javapoet.CodeBlock;
import dev.miser.codegen.EmittedKernel;
import dev.miser.codegen.matrix.FloatCode;
import dev.miser.codegen.matrix.MicroKernels;
import dev.miser.codegen.matrix.Panels;
import dev.miser.codegen.vector.ScalarLanes;
import dev.miser.ir.op.Value;
import java.util.List;

/**
 * Attention of f32: a tile packs keys and values of its batch into panels, then takes {@link
 * AttentionSizes#BLOCK} rows of the query at a time through scores, weights and results. Scores and
 * results are chains of fused multiply-adds over ascending positions. Masked scores are minus
 * infinity and so weigh nothing; with {@code causal}, panels that are masked for all rows are left
 * out.
 */
final class TiledAttention {
  private final AttentionOperands operands;
  private final AttentionSizes sizes;
  private final MicroKernels products;
  private final Panels panels;
  private final SoftmaxRow softmax;

  TiledAttention(AttentionOperands operands) {
    this.operands = operands;
    this.sizes = operands.sizes();
    var context = operands.context();
    this.products = new MicroKernels(context.methods(), context.target());
    this.panels = new Panels(context.methods(), context.target());
    this.softmax = new SoftmaxRow(context.methods(), context.target());
  }

  EmittedKernel write() {
    var body = CodeBlock.builder();
    operands.arguments().count("workerBytes", sizes.tiledBytes());
    operands.begin(body);
    body.addStatement("workspace += worker * workerBytes");
    place(body, "keyPanels", sizes.keyPanels());
    place(body, "valuePanels", sizes.valuePanels());
    place(body, "scores", sizes.scores());
    place(body, "results", sizes.results());
    place(body, "lanes", sizes.lanes());
    place(body, "mask", sizes.bias());
    int panel = Math.toIntExact(sizes.panel());
    body.addStatement(
        panels
            .strided(panel)
            .callNames(List.of("key", "keyRow", "keyStep", "keys", "depth", "keyPanels")));
    body.beginControlFlow("if (valueStep == 4)");
    body.addStatement(
        panels
            .adjacent()
            .callNames(List.of("value", "valueStep", "valueRow", "width", "keys", "valuePanels")));
    body.nextControlFlow("else");
    body.addStatement(
        panels
            .strided(panel)
            .callNames(List.of("value", "valueStep", "valueRow", "width", "keys", "valuePanels")));
    body.endControlFlow();
    if (operands.op().bias() == null) {
      mask(body, null, "");
    } else if (operands.sharesBias()) {
      mask(body, operands.op().bias(), "bias + j * biasStep");
    }
    body.beginControlFlow("for (long r = first; r < last; r += $L)", AttentionSizes.BLOCK);
    block(body);
    body.endControlFlow();
    return operands.arguments().kernel(operands.context(), body.build(), operands.tiles());
  }

  private static void place(CodeBlock.Builder body, String name, long offset) {
    body.addStatement("long $N = workspace + $LL", name, offset);
  }

  /** Writes the bias of a row as f32: of a boolean one, 0 where it keeps, else minus infinity. */
  private static void mask(
      CodeBlock.Builder body, @org.jspecify.annotations.Nullable Value bias, String at) {
    CodeBlock element;
    if (bias == null) {
      element = CodeBlock.of("0");
    } else {
      CodeBlock read = ScalarLanes.read(bias.type().element(), CodeBlock.of("$L", at));
      element =
          bias.type().element().isBoolean()
              ? CodeBlock.of("$L ? 0 : $T.NEGATIVE_INFINITY", read, Float.class)
              : read;
    }
    body.beginControlFlow("for (long j = 0; j < keys; j++)");
    body.addStatement(FloatCode.write(element, "mask + j * 4"));
    body.endControlFlow();
  }

  /** Takes the rows of a block in parts that the micro-kernels read where they lie. */
  private void beginPart(CodeBlock.Builder body) {
    int part = Integer.highestOneBit(operands.context().target().tileRows() - 1);
    body.beginControlFlow("for (long i = 0; i < some; i += $L)", part);
    body.addStatement("long part = $T.min($L, some - i)", Math.class, part);
  }

  private void block(CodeBlock.Builder body) {
    boolean causal = operands.op().causal();
    body.addStatement("long some = $T.min($L, last - r)", Math.class, AttentionSizes.BLOCK);
    body.addStatement(
        "long kept = $L", causal ? CodeBlock.of("$T.min(keys, r + some)", Math.class) : "keys");
    beginPart(body);
    body.beginControlFlow("for (long j = 0; j < kept; j += $L)", sizes.panel());
    body.addStatement(
        products
            .wide()
            .call(
                List.of(
                    CodeBlock.of("query + (r + i) * queryRow"),
                    CodeBlock.of("queryRow"),
                    CodeBlock.of("queryStep"),
                    CodeBlock.of("part"),
                    CodeBlock.of("keyPanels + j * depth * 4"),
                    CodeBlock.of("scores + i * $LL + j * 4", sizes.scoreRow()),
                    CodeBlock.of("depth"),
                    CodeBlock.of("$LL", sizes.scoreRow()))));
    body.endControlFlow();
    body.endControlFlow();
    body.beginControlFlow("for (long i = 0; i < some; i++)");
    Value bias = operands.op().bias();
    if (bias != null && !operands.sharesBias()) {
      mask(body, bias, "bias + (r + i) * biasRow + j * biasStep");
    }
    body.addStatement(
        softmax
            .weights()
            .call(
                List.of(
                    CodeBlock.of("scores + i * $LL", sizes.scoreRow()),
                    CodeBlock.of("mask"),
                    CodeBlock.of("lanes"),
                    CodeBlock.of("scale"),
                    CodeBlock.of(
                        causal ? "$T.min(keys, r + i + 1)" : "keys",
                        causal ? new Object[] {Math.class} : new Object[0]),
                    CodeBlock.of("kept"))));
    body.endControlFlow();
    beginPart(body);
    body.beginControlFlow("for (long e = 0; e < width; e += $L)", sizes.panel());
    body.addStatement(
        products
            .wide()
            .call(
                List.of(
                    CodeBlock.of("scores + i * $LL", sizes.scoreRow()),
                    CodeBlock.of("$LL", sizes.scoreRow()),
                    CodeBlock.of("4L"),
                    CodeBlock.of("part"),
                    CodeBlock.of("valuePanels + e * keys * 4"),
                    CodeBlock.of("results + i * $LL + e * 4", sizes.resultRow()),
                    CodeBlock.of("kept"),
                    CodeBlock.of("$LL", sizes.resultRow()))));
    body.endControlFlow();
    body.endControlFlow();
    body.beginControlFlow("for (long i = 0; i < some; i++)");
    body.addStatement(
        CodeBlock.of(
            "$T.copy($L, results + i * $LL, $L, out + (r + i) * width * 4, width * 4)",
            java.lang.foreign.MemorySegment.class,
            dev.miser.codegen.vector.Emitted.SEG,
            sizes.resultRow(),
            dev.miser.codegen.vector.Emitted.SEG));
    body.endControlFlow();
  }
}
