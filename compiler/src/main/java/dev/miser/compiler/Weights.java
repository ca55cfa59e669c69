package dev.miser.compiler;

import dev.miser.frontend.weights.NamedTensors;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** Where the parameters of a program get their bytes from. */
public sealed interface Weights {
  /** The initialisers in the program's text, seeded by name. */
  record Initialisers() implements Weights {}

  /** A safetensors file, which is read when the program is built. */
  record OfFile(Path file) implements Weights {}

  /** Tensors at hand, such as those of an imported model. */
  record Given(NamedTensors tensors) implements Weights {}

  /**
   * Returns the tensors, or null if there are none but initialisers.
   *
   * @throws dev.miser.ir.diag.DiagnosticException if a file cannot be read
   */
  default @Nullable NamedTensors tensors() {
    return switch (this) {
      case Initialisers none -> null;
      case OfFile(var file) -> NamedTensors.read(file);
      case Given(var given) -> given;
    };
  }
}
