package dev.miser.bench;

import dev.miser.compiler.Executable;
import dev.miser.compiler.Miser;
import dev.miser.compiler.Options;
import dev.miser.frontend.Source;
import dev.miser.runtime.Instance;

/** A step of a program that went through the whole compiler. */
final class ProgramWork implements Work {
  /** Whether values may take over the bytes of others, as they usually do. */
  enum Memory {
    SHARED,
    APART
  }

  private final Instance instance;
  private final double amount;

  private ProgramWork(Executable executable, double amount) {
    this.instance = executable.instantiate();
    this.amount = amount;
    new Inputs(executable, instance).set();
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

  @Override
  public void run() {
    instance.step();
  }

  @Override
  public double amount() {
    return amount;
  }
}
