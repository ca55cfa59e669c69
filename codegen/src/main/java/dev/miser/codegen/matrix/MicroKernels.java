package dev.miser.codegen.matrix;

import com.palantir.javapoet.CodeBlock;
import dev.miser.codegen.MethodDraft;
import dev.miser.codegen.MethodReference;
import dev.miser.codegen.Methods;
import dev.miser.codegen.vector.Emitted;
import dev.miser.ir.plan.Target;
import java.util.Arrays;
import java.util.List;

/**
 * The innermost methods of matrix products, shared by all kernels of a program: a tile of {@code
 * rows x vectors} accumulators that starts at zero, takes all of the inner axis, and is stored
 * once. So each element is one chain of fused multiply-adds over ascending k, whatever the tile.
 *
 * <p>The tile never continues one stored before: to load the accumulators as well would take a
 * method beyond the virtual registers of the JVM's first compiler (10,000 when it profiles), and
 * such a method may stay in the compiler's lowest tier for ever, where every vector is an object.
 */
public final class MicroKernels {
  /** The inner axis of calls that only warm a method up. */
  private static final long WARM_INNER = 16;

  private final Methods methods;
  private final int tileRows;
  private final int tileVectors;
  private final int vectorBytes;

  public MicroKernels(Methods methods, Target target) {
    this.methods = methods;
    this.tileRows = target.tileRows();
    this.tileVectors = target.tileVectors();
    this.vectorBytes = target.vectorBits() / 8;
  }

  /**
   * Returns the method {@code (a, aRow, aInner, rows, b, c, inner, cRow)} that computes up to
   * {@link Target#tileRows} rows against one panel of B. If {@code rows} is the whole tile, A must
   * be a panel; otherwise its elements lie at {@code a + row * aRow + k * aInner}.
   */
  public MethodReference wide() {
    return rows("multiplyPanel", tileVectors);
  }

  /** Returns the same for the first vector of each row alone. */
  public MethodReference narrow() {
    return rows("multiplyPanelStart", 1);
  }

  private MethodReference rows(String name, int vectors) {
    var body = CodeBlock.builder();
    body.beginControlFlow("if (rows == $L)", tileRows);
    body.addStatement(packed(vectors).callNames(List.of("a", "b", "c", "inner", "cRow")));
    body.addStatement("return");
    body.endControlFlow();
    body.addStatement("long left = rows");
    for (int some = Integer.highestOneBit(tileRows - 1); some > 0; some /= 2) {
      body.beginControlFlow("if (left >= $L)", some);
      body.addStatement(
          strided(some, vectors)
              .callNames(List.of("a", "aRow", "aInner", "b", "c", "inner", "cRow")));
      body.addStatement("left -= $L", some);
      body.addStatement("a += $L * aRow", some);
      body.addStatement("c += $L * cRow", some);
      body.endControlFlow();
    }
    return methods.share(
        MethodDraft.ofVoid(
            name,
            "Up to " + tileRows + " rows of A times a panel of B, " + vectors + " vectors wide.\n",
            MethodDraft.longs(List.of("a", "aRow", "aInner", "rows", "b", "c", "inner", "cRow")),
            body.build()));
  }

  /** All rows of a tile, from a panel of A. */
  private MethodReference packed(int vectors) {
    var body = begin(tileRows, vectors);
    body.beginControlFlow(loop());
    loadPanel(body, vectors);
    for (int row = 0; row < tileRows; row++) {
      multiply(body, row, vectors, FloatCode.leanRead("a + $L", 4 * row));
    }
    body.addStatement("a += $L", 4 * tileRows);
    var tile = end(body, "tile", tileRows, vectors, List.of("a", "b", "c", "inner", "cRow"));
    if (vectors == tileVectors) {
      methods.warmUp(tile, longs(0, 0, 0, WARM_INNER, (long) tileVectors * vectorBytes));
    }
    return tile;
  }

  /** Some rows, whose elements lie anyhow. */
  private MethodReference strided(int rows, int vectors) {
    var body = begin(rows, vectors);
    for (int row = 1; row < rows; row++) {
      body.addStatement("long $N = $N + aRow", pointer(row), pointer(row - 1));
    }
    body.beginControlFlow(loop());
    loadPanel(body, vectors);
    for (int row = 0; row < rows; row++) {
      multiply(body, row, vectors, FloatCode.leanRead("$N", pointer(row)));
    }
    for (int row = 0; row < rows; row++) {
      body.addStatement("$N += aInner", pointer(row));
    }
    List<String> parameters = List.of("a", "aRow", "aInner", "b", "c", "inner", "cRow");
    return end(body, "rows", rows, vectors, parameters);
  }

  private static List<CodeBlock> longs(long... numbers) {
    return Arrays.stream(numbers).mapToObj(n -> CodeBlock.of("$LL", n)).toList();
  }

  private static String pointer(int row) {
    return row == 0 ? "a" : "a" + row;
  }

  private static String sum(int row, int vector) {
    return "sum" + row + "_" + vector;
  }

  private static CodeBlock.Builder begin(int rows, int vectors) {
    var body = CodeBlock.builder();
    body.addStatement("$T zero = $L", Emitted.FLOAT_VECTOR, FloatCode.zero());
    for (int row = 0; row < rows; row++) {
      for (int vector = 0; vector < vectors; vector++) {
        body.addStatement("$T $N = zero", Emitted.FLOAT_VECTOR, sum(row, vector));
      }
    }
    return body;
  }

  /** No counted loop: the compiler would unroll it, and spill. */
  private String loop() {
    return "for (long end = b + inner * " + tileVectors * vectorBytes + "L; b < end; )";
  }

  private void loadPanel(CodeBlock.Builder body, int vectors) {
    for (int vector = 0; vector < vectors; vector++) {
      body.addStatement(
          "$T right$L = $L",
          Emitted.FLOAT_VECTOR,
          vector,
          FloatCode.load("b + $L", vector * vectorBytes));
    }
  }

  private static void multiply(CodeBlock.Builder body, int row, int vectors, CodeBlock left) {
    body.addStatement("$T left$L = $L", Emitted.FLOAT_VECTOR, row, FloatCode.broadcast(left));
    for (int vector = 0; vector < vectors; vector++) {
      String sum = sum(row, vector);
      body.addStatement("$N = left$L.fma(right$L, $N)", sum, row, vector, sum);
    }
  }

  private MethodReference end(
      CodeBlock.Builder body, String name, int rows, int vectors, List<String> parameters) {
    body.addStatement("b += $L", tileVectors * vectorBytes);
    body.endControlFlow();
    for (int row = 0; row < rows; row++) {
      for (int vector = 0; vector < vectors; vector++) {
        body.addStatement(FloatCode.store(sum(row, vector), "c + $L", vector * vectorBytes));
      }
      if (row < rows - 1) {
        body.addStatement("c += cRow");
      }
    }
    return methods.share(
        MethodDraft.ofVoid(
            name + rows + "By" + vectors, "", MethodDraft.longs(parameters), body.build()));
  }
}
