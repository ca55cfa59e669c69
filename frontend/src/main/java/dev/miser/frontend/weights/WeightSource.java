package dev.miser.frontend.weights;

import dev.miser.ir.diag.Code;
import dev.miser.ir.diag.Diagnostic;
import dev.miser.ir.diag.DiagnosticException;
import dev.miser.ir.diag.Spelling;
import dev.miser.ir.func.Initialiser;
import dev.miser.ir.func.Parameter;
import dev.miser.ir.func.Range;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Where the parameters and states of a program get their first bytes from: tensors with their
 * names, or initialisers seeded by name. Safe for use by several threads.
 *
 * <p>With tensors, every {@code param} must be among them; a {@code state} with an initialiser need
 * not be, since optimizer state is seldom saved with weights. Other tensors are ignored.
 */
public final class WeightSource {
  private sealed interface Origin {}

  private record FromTensor(Tensor tensor) implements Origin {}

  private record FromSeed(SeededTensor tensor) implements Origin {}

  private final Map<String, Origin> origins;

  private WeightSource(Map<String, Origin> origins) {
    this.origins = origins;
  }

  /**
   * Returns the source for a program's parameters without a file.
   *
   * @throws DiagnosticException naming every parameter without an initialiser
   */
  public static WeightSource seeded(List<Parameter> parameters, long seed) {
    var wrong = new ArrayList<Diagnostic>();
    Map<String, Origin> origins = new LinkedHashMap<>();
    for (Parameter parameter : parameters) {
      if (parameter.role() != Parameter.Role.INPUT) {
        Origin origin = fromSeed(parameter, seed);
        if (origin == null) {
          String name = parameter.value().name();
          wrong.add(Diagnostic.error(Code.WEIGHTS_NO_SOURCE, parameter.place(), name));
        } else {
          origins.put(parameter.value().name(), origin);
        }
      }
    }
    return made(origins, wrong);
  }

  /**
   * Returns the source for a program's parameters with a safetensors file.
   *
   * @throws DiagnosticException with everything that is wrong with the file, or every parameter
   *     that it lacks or holds with another type
   */
  public static WeightSource of(List<Parameter> parameters, Path file, long seed) {
    return of(parameters, NamedTensors.read(file), seed);
  }

  /**
   * Returns the source for a program's parameters with tensors at hand.
   *
   * @throws DiagnosticException with every parameter that is not among them or has another type
   */
  public static WeightSource of(List<Parameter> parameters, NamedTensors weights, long seed) {
    var wrong = new ArrayList<Diagnostic>();
    Map<String, Origin> origins = new LinkedHashMap<>();
    for (Parameter parameter : parameters) {
      if (parameter.role() == Parameter.Role.INPUT) {
        continue;
      }
      String name = parameter.value().name();
      Tensor found = weights.tensors().get(name);
      boolean mayBeAbsent = parameter.role() == Parameter.Role.STATE;
      Origin seeded = found == null && mayBeAbsent ? fromSeed(parameter, seed) : null;
      if (found != null && !found.type().equals(parameter.value().type())) {
        wrong.add(
            Diagnostic.error(
                Code.WEIGHTS_TYPE,
                parameter.place(),
                name,
                found.type(),
                parameter.value().type()));
      } else if (found != null) {
        origins.put(name, new FromTensor(found));
      } else if (seeded != null) {
        origins.put(name, seeded);
      } else {
        String suggestion = Spelling.suggestion(name, weights.tensors().sequencedKeySet());
        wrong.add(
            Diagnostic.error(
                Code.WEIGHTS_MISSING, parameter.place(), name, weights.description(), suggestion));
      }
    }
    return made(origins, wrong);
  }

  private static WeightSource made(Map<String, Origin> origins, List<Diagnostic> wrong) {
    if (!wrong.isEmpty()) {
      throw new DiagnosticException(wrong);
    }
    return new WeightSource(origins);
  }

  private static @Nullable Origin fromSeed(Parameter parameter, long seed) {
    Initialiser initialiser = parameter.initialiser();
    Range range = parameter.range();
    if (initialiser == null && range == null) {
      return null;
    }
    var type = parameter.value().type();
    Distribution distribution =
        initialiser != null
            ? Distribution.of(initialiser, type)
            : Distribution.of(java.util.Objects.requireNonNull(range));
    return new FromSeed(SeededTensor.of(parameter.value().name(), type, distribution, seed));
  }

  /**
   * Returns the bytes of a parameter as its tensor holds them, read-only and at any alignment; null
   * if they come from an initialiser.
   */
  public @Nullable MemorySegment mapped(Parameter parameter) {
    return switch (origin(parameter)) {
      case FromTensor(var tensor) -> tensor.bytes();
      case FromSeed seeded -> null;
    };
  }

  /** Writes the bytes of a parameter to {@code destination}, which is as large. */
  public void fill(Parameter parameter, MemorySegment destination) {
    fill(parameter, 0, destination);
  }

  /**
   * Writes a part of a parameter, from element {@code first} on, as much as {@code destination}
   * holds. Parts may be filled in any order and by several threads: the bytes are the same.
   */
  public void fill(Parameter parameter, long first, MemorySegment destination) {
    switch (origin(parameter)) {
      case FromTensor(var tensor) -> {
        long from = first * tensor.type().element().bytes();
        MemorySegment.copy(tensor.bytes(), from, destination, 0, destination.byteSize());
      }
      case FromSeed(var tensor) -> tensor.fill(first, destination);
    }
  }

  private Origin origin(Parameter parameter) {
    Origin origin = origins.get(parameter.value().name());
    if (origin == null) {
      throw new IllegalArgumentException("not a parameter of this program: " + parameter);
    }
    return origin;
  }
}
