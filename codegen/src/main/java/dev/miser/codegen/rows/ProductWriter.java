package dev.miser.codegen.rows;

import com.palantir.javapoet.CodeBlock;
import dev.miser.codegen.KernelContext;
import dev.miser.codegen.MethodDraft;
import dev.miser.codegen.MethodReference;
import dev.miser.codegen.vector.Lane;
import dev.miser.codegen.vector.LaneNames;
import dev.miser.codegen.vector.Lanes;
import dev.miser.codegen.vector.Primitive;
import dev.miser.codegen.vector.ScalarLanes;
import dev.miser.codegen.vector.VectorLanes;
import dev.miser.ir.type.ElementType;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Writes a small matrix product: some rows of factors times lanes, added up along k in order, each
 * element one chain of fused multiply-adds.
 *
 * @param rows how many rows of results there are
 * @param vectors how many vectors of lanes
 * @param factor the type of factors, which step by {@code factorStep} bytes with k
 * @param operand the type of lanes, which step by {@code operandStep} bytes with k
 * @param start whether results start from 0; else they go on from what lies there
 * @param zeros what factors of zero do
 */
record ProductWriter(
    int rows,
    int vectors,
    ElementType factor,
    long factorStep,
    ElementType operand,
    long operandStep,
    ElementType sums,
    Start start,
    Zeros zeros) {
  /** Where chains begin. */
  enum Start {
    ZERO,
    RESUME
  }

  /** What a factor of zero does. */
  enum Zeros {
    MULTIPLY,
    /** It takes no part, whatever it would be multiplied with. */
    SKIP
  }

  /**
   * Returns the method (factor0, ..., operand, result0, ..., from, n).
   *
   * @param master the type of vectors, or null for one element
   */
  MethodReference write(KernelContext context, String name, @Nullable ElementType master) {
    var names = new ArrayList<String>();
    for (int r = 0; r < rows; r++) {
      names.add("factor" + r);
    }
    names.add("operand");
    for (int r = 0; r < rows; r++) {
      names.add("result" + r);
    }
    names.add("from");
    names.add("n");
    var taken = new ArrayList<>(names);
    taken.add("k");
    for (int i = 0; i < rows * vectors; i++) {
      taken.add("sum" + i);
    }
    var laneNames = new LaneNames(taken);
    Lanes lanes =
        master == null
            ? new ScalarLanes(laneNames)
            : new VectorLanes(laneNames, context.target(), master);
    CodeBlock body = body(lanes);
    return context.methods().share(MethodDraft.ofVoid(name, "", MethodDraft.longs(names), body));
  }

  private static Lane sum(ElementType type, int index) {
    return new Lane(type, CodeBlock.of("sum$L", index));
  }

  private CodeBlock body(Lanes lanes) {
    long vectorBytes = (long) lanes.count() * sums.bytes();
    long operandBytes = (long) lanes.count() * operand.bytes();
    var out = CodeBlock.builder();
    for (int r = 0; r < rows; r++) {
      for (int v = 0; v < vectors; v++) {
        Lane before =
            start == Start.ZERO
                ? lanes.constant(sums, 0.0)
                : lanes.load(sums, CodeBlock.of("result$L + $L", r, v * vectorBytes));
        lanes.statement("$T sum$L = $L", lanes.javaType(sums), r * vectors + v, before.code());
      }
    }
    CodeBlock begin = lanes.takeBody();
    var operands = new ArrayList<Lane>();
    for (int v = 0; v < vectors; v++) {
      Lane lane =
          lanes.load(operand, CodeBlock.of("operand + k * $L + $L", operandStep, v * operandBytes));
      operands.add(new Lane(sums, lane.code()));
    }
    for (int r = 0; r < rows; r++) {
      CodeBlock read = ScalarLanes.read(factor, CodeBlock.of("factor$L + k * $L", r, factorStep));
      Lane by = new Lane(sums, lanes.broadcast(sums, read).code());
      for (int v = 0; v < vectors; v++) {
        int index = r * vectors + v;
        Lane next = lanes.apply(Primitive.FMA, by, operands.get(v), sum(sums, index));
        lanes.statement("sum$L = $L", index, next.code());
      }
    }
    CodeBlock step = lanes.takeBody();
    for (int r = 0; r < rows; r++) {
      for (int v = 0; v < vectors; v++) {
        lanes.store(sum(sums, r * vectors + v), CodeBlock.of("result$L + $L", r, v * vectorBytes));
      }
    }
    CodeBlock end = lanes.takeBody();
    out.add(lanes.preamble()).add(begin);
    out.beginControlFlow("for (long k = from; k < n; k++)");
    if (zeros == Zeros.SKIP) {
      CodeBlock read = ScalarLanes.read(factor, CodeBlock.of("factor0 + k * $L", factorStep));
      out.beginControlFlow("if ($L != 0)", read).add(step).endControlFlow();
    } else {
      out.add(step);
    }
    return out.endControlFlow().add(end).build();
  }

  /** Returns the names of the call's arguments for rows that begin at these places. */
  static List<CodeBlock> arguments(
      List<CodeBlock> factors,
      CodeBlock operand,
      List<CodeBlock> results,
      CodeBlock from,
      CodeBlock to) {
    var all = new ArrayList<>(factors);
    all.add(operand);
    all.addAll(results);
    all.add(from);
    all.add(to);
    return all;
  }
}
