package dev.miser.codegen.pool;

import com.palantir.javapoet.CodeBlock;
import dev.miser.codegen.KernelContext;
import dev.miser.codegen.MethodDraft;
import dev.miser.codegen.MethodReference;
import dev.miser.codegen.matrix.FloatCode;
import dev.miser.codegen.vector.Emitted;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Writes the methods that fold what the window's entries meet, a vector of positions at a time, one
 * entry after the other. A large window is folded in parts, whose results wait in scratch.
 */
record FoldCode(KernelContext context, Blocks blocks) {
  /** Weights and sums stay in registers. */
  private static final long MOST = 13;

  /** Adds the calls that fold {@code n} positions. */
  void write(CodeBlock.Builder body) {
    long entries = blocks.windowing().entries();
    long parts = Math.ceilDiv(entries, MOST);
    for (long part = 0; part < parts; part++) {
      long from = entries * part / parts;
      long to = entries * (part + 1) / parts;
      var call = new ArrayList<CodeBlock>();
      call.add(Blocks.at(blocks.results()));
      call.add(CodeBlock.of("n * 4L"));
      if (blocks.fold() == Fold.WEIGHTED) {
        call.add(Blocks.at(blocks.weights() + from));
      }
      for (long entry = from; entry < to; entry++) {
        call.add(Blocks.at(blocks.entry(entry)));
      }
      body.addStatement(part(to - from, part == 0).call(call));
    }
  }

  private MethodReference part(long count, boolean first) {
    Fold fold = blocks.fold();
    int lanes = context.target().floatLanes();
    var places = new ArrayList<>(List.of("to", "n"));
    var body = CodeBlock.builder();
    if (fold == Fold.WEIGHTED) {
      places.add("weights");
      for (int k = 0; k < count; k++) {
        body.addStatement(
            "$T weight$L = $L",
            Emitted.FLOAT_VECTOR,
            k,
            FloatCode.broadcast(FloatCode.read("weights + $L", k * Float.BYTES)));
      }
    }
    if (first) {
      body.addStatement("$T start = $L", Emitted.FLOAT_VECTOR, start());
    }
    body.beginControlFlow("for (long i = 0; i < n; i += $L)", lanes * Float.BYTES);
    body.addStatement(
        "$T sum = $L", Emitted.FLOAT_VECTOR, first ? CodeBlock.of("start") : load("to"));
    for (int k = 0; k < count; k++) {
      places.add("entry" + k);
      CodeBlock met = load("entry" + k);
      CodeBlock next =
          switch (fold) {
            case MAX -> CodeBlock.of("sum.max($L)", met);
            case SUM, AVERAGE_ALL, AVERAGE_INSIDE -> CodeBlock.of("sum.add($L)", met);
            case WEIGHTED -> CodeBlock.of("$L.fma(weight$L, sum)", met, k);
          };
      body.addStatement("sum = $L", next);
    }
    body.addStatement(FloatCode.store("sum", "to + i"));
    body.endControlFlow();
    String name =
        switch (fold) {
          case MAX -> "largest";
          case SUM, AVERAGE_ALL, AVERAGE_INSIDE -> "sum";
          case WEIGHTED -> "weighted_sum";
        };
    return context
        .methods()
        .share(
            MethodDraft.ofVoid(
                String.format(Locale.ROOT, "%s_of_%s%d", name, first ? "" : "further_", count),
                "",
                MethodDraft.longs(places),
                body.build()));
  }

  private CodeBlock start() {
    return blocks.fold() == Fold.MAX
        ? FloatCode.broadcast(CodeBlock.of("$T.NEGATIVE_INFINITY", Float.class))
        : FloatCode.zero();
  }

  private static CodeBlock load(String from) {
    return FloatCode.load("$N + i", from);
  }
}
