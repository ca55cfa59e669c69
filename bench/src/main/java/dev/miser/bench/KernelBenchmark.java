package dev.miser.bench;

import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;
import org.openjdk.jmh.infra.Blackhole;

/**
 * Single kernels, each in a Java machine of its own: for profilers ({@code -prof gc}, {@code
 * perfasm}) and for one kernel before and after a change. Ratios to the machine's peak are not
 * taken here: JMH cannot run two sides in turn.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class KernelBenchmark {
  /** The kernels to choose from. */
  public enum Kernel {
    PRODUCT,
    PRODUCT_OF_SENTENCE,
    CONVOLUTION_3X3,
    CONVOLUTION_1X1,
    CHAIN,
    GELU,
    SOFTMAX,
    LAYER_NORM;

    private Texts text() {
      return switch (this) {
        case PRODUCT -> Texts.matrixProduct(512, 512, 512);
        case PRODUCT_OF_SENTENCE -> Texts.matrixProduct(128, 768, 3072);
        case CONVOLUTION_3X3 -> Texts.convolution(64, 64, 56, 3);
        case CONVOLUTION_1X1 -> Texts.convolution(256, 64, 56, 1);
        case CHAIN -> Texts.chain(1 << 20);
        case GELU -> Texts.gelu(1 << 20);
        case SOFTMAX -> Texts.softmax(128);
        case LAYER_NORM -> Texts.layerNorm(128);
      };
    }
  }

  @Param public Kernel kernel = Kernel.PRODUCT;

  private Work work = new PeakLoop();

  /** Compiles the kernel. */
  @Setup(Level.Trial)
  public void compile() {
    work = ProgramWork.of(kernel.text().program(), 1, ProgramWork.Memory.SHARED);
  }

  /** Runs the kernel once. */
  @Benchmark
  public void step() {
    work.run();
  }

  /** The peak loop, to see what the machine gives today. */
  @Benchmark
  public void peak(Peak peak, Blackhole blackhole) {
    peak.loop.run();
    blackhole.consume(peak.loop.sum());
  }

  /** What the peak is measured with. */
  @State(Scope.Benchmark)
  public static class Peak {
    private final PeakLoop loop = new PeakLoop();
  }
}
