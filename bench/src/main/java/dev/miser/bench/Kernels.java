package dev.miser.bench;

import dev.miser.bench.ProgramWork.Memory;
import java.util.function.Consumer;

/** Single kernels against what the machine can do, one thread, both sides in turn. */
final class Kernels {
  private static final String FLOPS = "GFLOP/s";
  private static final String BYTES = "GB/s";

  private final Effort effort;
  private final Consumer<Figure> report;

  Kernels(Effort effort, Consumer<Figure> report) {
    this.effort = effort;
    this.report = report;
  }

  /** Matrix products with a parameter on the right, over the multiply-add peak. */
  void matrixProducts() {
    int[][] sizes = {{512, 512, 512}, {1024, 1024, 1024}, {2048, 2048, 2048}, {128, 768, 3072}};
    for (int[] size : sizes) {
      int m = effort.scaled(size[0]);
      int k = effort.scaled(size[1]);
      int n = effort.scaled(size[2]);
      againstPeak(Texts.matrixProduct(m, k, n), 2.0 * m * k * n, 0.68);
    }
  }

  /** Convolutions with their padding, over the same peak. */
  void convolutions() {
    convolution(64, 64, 56, 3);
    convolution(256, 256, 14, 3);
    convolution(256, 64, 56, 1);
  }

  private void convolution(int in, int out, int size, int window) {
    int from = effort.scaled(in);
    int to = effort.scaled(out);
    double flops = 2.0 * from * to * size * size * window * window;
    againstPeak(Texts.convolution(from, to, size, window), flops, 0.55);
  }

  private void againstPeak(Texts text, double flops, double bar) {
    var work = ProgramWork.of(text.program(), flops, Memory.SHARED);
    Comparison found = Comparison.of(work, new PeakLoop(), effort);
    report.accept(Figure.atLeast(text.title(), bar, found, FLOPS));
  }

  /** Chains of elementwise instructions over 256 MB, over the bandwidth of copying. */
  void elementwise() {
    int elements = effort.scaled(1 << 26);
    againstCopy(Texts.chain(elements), Memory.SHARED, 8.0 * elements, 0.8);
    againstCopy(Texts.chain(elements), Memory.APART, 8.0 * elements, 0.8);
    againstCopy(Texts.gelu(elements), Memory.APART, 8.0 * elements, 0);
  }

  /** Rows of 768, over the bandwidth of copying; and as many rows as one sentence has. */
  void rows() {
    int many = effort.scaled(1 << 16);
    int few = 128;
    againstCopy(Texts.softmax(many), Memory.APART, 8.0 * 768 * many, 0.5);
    againstCopy(Texts.layerNorm(many), Memory.APART, 8.0 * 768 * many, 0.5);
    againstCopy(Texts.softmax(few), Memory.APART, 8.0 * 768 * few, 0);
    againstCopy(Texts.layerNorm(few), Memory.APART, 8.0 * 768 * few, 0);
  }

  /** A bar of 0 means that there is none. */
  private void againstCopy(Texts text, Memory memory, double bytes, double bar) {
    var work = ProgramWork.of(text.program(), bytes, memory);
    Comparison found = Comparison.of(work, new CopyLoop((long) bytes / 2), effort);
    String title =
        switch (memory) {
          case SHARED -> text.title() + ", memory shared as planned";
          case APART -> text.title() + ", input and result apart";
        };
    report.accept(
        bar == 0 ? Figure.record(title, found, BYTES) : Figure.atLeast(title, bar, found, BYTES));
  }
}
