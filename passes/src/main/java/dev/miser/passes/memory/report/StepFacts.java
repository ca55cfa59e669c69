package dev.miser.passes.memory.report;

import java.util.List;

/**
 * What a plan says of one step. Buffers are given by their number.
 *
 * @param time its position in init followed by steps
 * @param name the values it defines
 * @param algorithm the kernel's; {@link #VIEW} for a view, which runs nothing
 * @param operations what the kernel computes, each once; layout and constants only if it is all
 * @param flops operations on elements
 * @param liveBytes the bytes alive while it runs, bytes taken over counted once
 * @param touchedBytes those of them that the kernel itself reads and writes
 * @param reads the buffers it reads
 * @param writes the buffers it writes, its workspace included
 */
public record StepFacts(
    int time,
    boolean init,
    String name,
    String algorithm,
    List<String> operations,
    long flops,
    long liveBytes,
    long touchedBytes,
    List<Integer> reads,
    List<Integer> writes) {
  /** What stands for the algorithm of a view. */
  public static final String VIEW = "view";

  public StepFacts {
    operations = List.copyOf(operations);
    reads = List.copyOf(reads);
    writes = List.copyOf(writes);
  }
}
