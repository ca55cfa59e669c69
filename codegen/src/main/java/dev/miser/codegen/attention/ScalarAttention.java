package dev.miser.codegen.attention;

import com.palantir.javapoet.CodeBlock;
import dev.miser.codegen.EmittedKernel;
import dev.miser.codegen.vector.ScalarLanes;
import dev.miser.ir.op.Value;
import dev.miser.ir.type.ElementType;
import dev.miser.runtime.Scalars;

/** Attention of any float type in plain loops: all of it in double, each result rounded once. */
final class ScalarAttention {
  private static final CodeBlock SCORE = CodeBlock.of("scores + j * 8");

  private final AttentionOperands operands;

  ScalarAttention(AttentionOperands operands) {
    this.operands = operands;
  }

  EmittedKernel write() {
    var body = CodeBlock.builder();
    ElementType type = operands.op().query().type().element();
    operands.arguments().count("workerBytes", operands.sizes().scalarBytes());
    operands.begin(body);
    body.addStatement("long scores = workspace + worker * workerBytes");
    body.beginControlFlow("for (long i = first; i < last; i++)");
    body.addStatement(
        "long kept = $L",
        operands.op().causal() ? CodeBlock.of("$T.min(keys, i + 1)", Math.class) : "keys");
    body.addStatement("double most = $T.NEGATIVE_INFINITY", Double.class);
    scores(body, type);
    body.addStatement("double sum = 0");
    body.beginControlFlow("for (long j = 0; j < kept; j++)");
    body.addStatement(
        "double weight = $T.exp($L - most)",
        StrictMath.class,
        ScalarLanes.read(ElementType.F64, SCORE));
    body.addStatement("sum += weight");
    body.addStatement(ScalarLanes.write(ElementType.F64, SCORE, CodeBlock.of("weight")));
    body.endControlFlow();
    body.beginControlFlow("for (long e = 0; e < width; e++)");
    body.addStatement("double result = 0");
    body.beginControlFlow("for (long j = 0; j < kept; j++)");
    body.addStatement(
        "result += $L / sum * $L",
        ScalarLanes.read(ElementType.F64, SCORE),
        ScalarLanes.read(type, CodeBlock.of("value + j * valueRow + e * valueStep")));
    body.endControlFlow();
    body.addStatement(
        ScalarLanes.write(
            type, CodeBlock.of("out + (i * width + e) * $L", operands.unit()), rounded(type)));
    body.endControlFlow();
    body.endControlFlow();
    return operands.arguments().kernel(operands.context(), body.build(), operands.tiles());
  }

  /** Fills the row of scores and finds the largest. */
  private void scores(CodeBlock.Builder body, ElementType type) {
    body.beginControlFlow("for (long j = 0; j < kept; j++)");
    body.addStatement("double score = 0");
    body.beginControlFlow("for (long d = 0; d < depth; d++)");
    body.addStatement(
        "score += (double) $L * $L",
        ScalarLanes.read(type, CodeBlock.of("query + i * queryRow + d * queryStep")),
        ScalarLanes.read(type, CodeBlock.of("key + j * keyRow + d * keyStep")));
    body.endControlFlow();
    body.addStatement("score *= $T.longBitsToDouble(scale)", Double.class);
    Value bias = operands.op().bias();
    if (bias != null) {
      CodeBlock read =
          ScalarLanes.read(
              bias.type().element(), CodeBlock.of("bias + i * biasRow + j * biasStep"));
      if (bias.type().element().isBoolean()) {
        body.addStatement("score = $L ? score : $T.NEGATIVE_INFINITY", read, Double.class);
      } else {
        body.addStatement("score += $L", read);
      }
    }
    body.addStatement("most = $T.max(most, score)", Math.class);
    body.addStatement(ScalarLanes.write(ElementType.F64, SCORE, CodeBlock.of("score")));
    body.endControlFlow();
  }

  private static CodeBlock rounded(ElementType type) {
    return switch (type) {
      case F64 -> CodeBlock.of("result");
      case F32 -> CodeBlock.of("(float) result");
      case F16 -> CodeBlock.of("$T.doubleToFloat16(result)", Scalars.class);
      case BF16 -> CodeBlock.of("$T.doubleToBfloat16(result)", Scalars.class);
      case I64, I32, I16, I8, U64, U32, U16, U8, BOOL ->
          throw new IllegalArgumentException("no attention of " + type);
    };
  }
}
