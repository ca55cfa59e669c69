package dev.miser.compiler;

import dev.miser.ir.diag.Code;
import dev.miser.ir.diag.Diagnostic;
import dev.miser.ir.diag.DiagnosticException;
import dev.miser.ir.diag.Place;
import dev.miser.ir.plan.Plan;

/**
 * The memory a process needs to compile and run a program.
 *
 * @param arenaBytes the arena, off-heap
 * @param heapBytes the most Java heap that compiling and warming up ask for
 * @param codeBytes classes, compiled code, stacks and the Java machine itself
 */
public record MemoryNeed(long arenaBytes, long heapBytes, long codeBytes) {
  private static final long MIB = 1 << 20;

  /**
   * From the peaks of runs of mlp, lstm and gpt2_small from nothing, which took 160 to 230 MiB
   * beside their arenas: the compiler, javac, and vectors that are boxed until C2 takes over.
   */
  private static final long HEAP_BASE = 96 * MIB;

  private static final long HEAP_A_STEP = 24L << 10;
  private static final long CODE_BASE = 120 * MIB;
  private static final long CODE_A_STEP = 40L << 10;

  /** Returns what a plan needs. */
  public static MemoryNeed of(Plan plan) {
    long steps = plan.schedule().timeline().size();
    return new MemoryNeed(
        plan.arenaBytes(), HEAP_BASE + HEAP_A_STEP * steps, CODE_BASE + CODE_A_STEP * steps);
  }

  /** Returns the sum. */
  public long totalBytes() {
    return arenaBytes + heapBytes + codeBytes;
  }

  /** Returns the option that gives Java no more heap than is needed, such as {@code -Xmx160m}. */
  public String heapOption() {
    return "-Xmx" + (heapBytes + MIB - 1) / MIB + "m";
  }

  /**
   * Refuses what cannot fit.
   *
   * @throws DiagnosticException if the need is above the limit, with what takes how much
   */
  public void require(MemoryLimit limit) {
    if (totalBytes() > limit.bytes()) {
      throw new DiagnosticException(
          Diagnostic.error(
              Code.RUN_MEMORY,
              Place.NONE,
              "the program needs "
                  + ByteSize.exact(totalBytes())
                  + " (arena "
                  + ByteSize.text(arenaBytes)
                  + ", Java heap "
                  + ByteSize.text(heapBytes)
                  + ", code "
                  + ByteSize.text(codeBytes)
                  + "), there are "
                  + limit));
    }
  }
}
