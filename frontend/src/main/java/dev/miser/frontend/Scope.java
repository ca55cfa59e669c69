package dev.miser.frontend;

import dev.miser.ir.diag.Code;
import dev.miser.ir.diag.Diagnostic;
import dev.miser.ir.diag.Place;
import dev.miser.ir.diag.Spelling;
import dev.miser.ir.op.Value;
import dev.miser.ir.type.TensorType;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The values defined so far, and those used without a definition. A value whose definition has an
 * error counts as defined, of unknown type, so that one error does not bring forth others.
 */
final class Scope {
  private record Definition(@Nullable Value value, Place place) {}

  private record Use(String name, Place place) {}

  private final Reporter reporter;
  private final Map<String, Definition> program = new LinkedHashMap<>();
  private final Map<String, Definition> kernel = new LinkedHashMap<>();
  private final List<Use> undefined = new ArrayList<>();
  private boolean inKernel;

  Scope(Reporter reporter) {
    this.reporter = reporter;
  }

  /** What is defined from here to {@link #leaveKernel} is seen only there. */
  void enterKernel() {
    inKernel = true;
  }

  void leaveKernel() {
    inKernel = false;
    kernel.clear();
  }

  /** Defines a value; {@code type} is null if it is unknown. */
  @Nullable Value define(String name, @Nullable TensorType type, Place place) {
    Value value = type == null ? null : new Value(name, type);
    Definition first = find(name);
    if (first != null) {
      reporter.report(
          Diagnostic.error(Code.PARSE_REDEFINITION, place, name)
              .withNote(first.place, "first defined here"));
      return value;
    }
    (inKernel ? kernel : program).put(name, new Definition(value, place));
    return value;
  }

  /** Makes an output of a kernel known to the steps after it; null if its type is unknown. */
  void export(String name, @Nullable Value value, Place place) {
    program.putIfAbsent(name, new Definition(value, place));
  }

  /** Returns a value that is used, or null if its type is unknown. */
  @Nullable Value use(String name, Place place) {
    Definition definition = find(name);
    if (definition == null) {
      undefined.add(new Use(name, place));
      return null;
    }
    return definition.value;
  }

  /** Returns whether a value of this name is defined. */
  boolean isDefined(String name) {
    return find(name) != null;
  }

  private @Nullable Definition find(String name) {
    Definition local = kernel.get(name);
    return local == null ? program.get(name) : local;
  }

  /** Reports uses without a definition, each name once: only now is it known what comes later. */
  void reportUndefined() {
    var reported = new LinkedHashMap<String, Use>();
    undefined.forEach(use -> reported.putIfAbsent(use.name, use));
    for (Use use : reported.values()) {
      Definition later = program.get(use.name);
      if (later == null) {
        String suggestion = Spelling.suggestion(use.name, program.keySet());
        reporter.error(Code.PARSE_UNDEFINED, use.place, use.name, suggestion);
      } else {
        reporter.report(
            Diagnostic.error(Code.PARSE_USE_BEFORE_DEFINITION, use.place, use.name)
                .withNote(later.place, "defined here"));
      }
    }
  }
}
