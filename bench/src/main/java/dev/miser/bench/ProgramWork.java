package dev.miser.bench;

import dev.miser.compiler.Executable;
import dev.miser.compiler.Miser;
import dev.miser.compiler.Options;
import dev.miser.frontend.Source;
import dev.miser.frontend.weights.RandomInputs;
import dev.miser.ir.func.Parameter;
import dev.miser.runtime.Instance;
import dev.miser.runtime.KernelInfo;
import java.util.stream.Collectors;

/** A step of a program that went through the whole compiler. */
final class ProgramWork implements Work {
  /** Whether values may take over the bytes of others, as they usually do. */
  enum Memory {
    SHARED,
    APART
  }

  private final Executable executable;
  private final Instance instance;
  private final double amount;

  private ProgramWork(Executable executable, double amount) {
    this.executable = executable;
    this.instance = executable.instantiate();
    this.amount = amount;
    setInputs();
  }

  /** Compiles {@code text} for one thread. */
  static ProgramWork of(String text, double amount, Memory memory) {
    Executable executable = build(Miser.compile(new Source("bench", text)), 1);
    return switch (memory) {
      case SHARED -> new ProgramWork(executable, amount);
      case APART -> new ProgramWork(executable.unplanned(), amount);
    };
  }

  /** Compiles, and keeps nothing for other runs. */
  static Executable build(Miser program, int threads) {
    return program.with(o -> o.withCache(Options.CachePolicy.IGNORE)).threads(threads).build();
  }

  /** Gives every input its random elements. */
  private void setInputs() {
    setInputs(executable, instance);
  }

  /** Gives every input of an instance its random elements. */
  static void setInputs(Executable executable, Instance instance) {
    for (Parameter input : executable.compilation().inputs()) {
      RandomInputs.fill(input, 0, instance.input(input.value().name()));
    }
  }

  @Override
  public void run() {
    instance.step();
  }

  @Override
  public double amount() {
    return amount;
  }

  /** Returns the labels of the kernels that a step runs. */
  String kernels() {
    return instance.program().kernels().stream()
        .skip(instance.program().initKernels())
        .map(KernelInfo::label)
        .collect(Collectors.joining("; "));
  }
}
