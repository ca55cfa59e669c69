package dev.miser.codegen;

import dev.miser.ir.op.Value;
import java.util.List;

/**
 * A kernel as emitted: a method {@code (int tile, int worker, long...)} that runs one tile, and
 * what it is given.
 *
 * @param method called once a tile; its parameters are {@code int tile}, {@code int worker}, and
 *     one long an argument
 * @param arguments what it is given besides tile and worker
 * @param tiles how many tiles there are: fixed by shape and Target, so that results do not depend
 *     on the number of workers
 * @param checked the value whose elements the kernel checks, as text, or an empty string
 */
public record EmittedKernel(
    MethodReference method, List<Argument> arguments, int tiles, String checked) {
  /** What a kernel is given besides tile and worker; always a long. */
  public sealed interface Argument {}

  /** The byte offset of a value in the arena, and so many bytes behind it. */
  public record OffsetOf(Value value, long plus) implements Argument {
    public OffsetOf(Value value) {
      this(value, 0);
    }
  }

  /** The byte offset of the kernel's workspace in the arena. */
  public record Workspace() implements Argument {}

  /** A number: a length, a stride. */
  public record Count(long value) implements Argument {}

  public EmittedKernel {
    arguments = List.copyOf(arguments);
  }
}
