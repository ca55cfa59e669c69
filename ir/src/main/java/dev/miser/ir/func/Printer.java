package dev.miser.ir.func;

import dev.miser.ir.op.Names;
import dev.miser.ir.op.OpSchema;
import dev.miser.ir.op.Value;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Prints a function as text that parses back to it. */
public final class Printer {
  /** A signature longer than this has a line for each parameter. */
  private static final int WIDTH = 100;

  private Printer() {}

  public static String print(Function function) {
    var out = new StringBuilder();
    out.append("func @")
        .append(signature(function.name(), function.parameters(), function.results()));
    out.append(" {\n");
    for (Instruction instruction : function.body()) {
      out.append("  ").append(print(instruction)).append('\n');
    }
    out.append("  ").append(returnLine(function.results(), function.updates())).append("\n}\n");
    return out.toString();
  }

  /** Returns {@code name(parameters) -> results}, shared by all program forms. */
  public static String signature(String name, List<Parameter> parameters, List<Value> results) {
    String head = Names.spelling(name);
    String tail = " -> " + resultTypes(results);
    List<String> texts = parameters.stream().map(Printer::print).toList();
    String line = head + "(" + String.join(", ", texts) + ")" + tail;
    return line.length() <= WIDTH || texts.isEmpty()
        ? line
        : head + "(\n    " + String.join(",\n    ", texts) + ")" + tail;
  }

  private static String resultTypes(List<Value> results) {
    return results.size() == 1
        ? results.getFirst().type().toString()
        : results.stream()
            .map(v -> v.type().toString())
            .collect(Collectors.joining(", ", "(", ")"));
  }

  /** Returns the {@code return} line, shared by all program forms. */
  public static String returnLine(List<Value> results, List<StateUpdate> updates) {
    String operands =
        Stream.concat(
                results.stream().map(Value::toString),
                updates.stream().map(u -> "state " + u.state() + " = " + u.next()))
            .collect(Collectors.joining(", "));
    return operands.isEmpty() ? "return" : "return " + operands;
  }

  public static String print(Parameter parameter) {
    String role =
        switch (parameter.role()) {
          case INPUT -> "";
          case PARAM -> "param ";
          case STATE -> "state ";
        };
    String typed = role + parameter.value() + ": " + parameter.value().type();
    if (parameter.initialiser() != null) {
      typed += " = " + parameter.initialiser();
    }
    return parameter.range() == null ? typed : typed + " in " + parameter.range();
  }

  /** Returns {@code %result = operation operands {attributes} : type}. */
  public static String print(Instruction instruction) {
    var op = instruction.op();
    var out = new StringBuilder();
    out.append(instruction.result()).append(" = ").append(op.mnemonic());
    String separator = " ";
    for (Value operand : op.operands()) {
      out.append(separator).append(operand);
      separator = ", ";
    }
    Map<String, String> attributes = OpSchema.of(op).attributeTexts(op);
    if (!attributes.isEmpty()) {
      out.append(
          attributes.entrySet().stream()
              .map(e -> e.getKey() + " = " + e.getValue())
              .collect(Collectors.joining(", ", " {", "}")));
    }
    return out.append(" : ").append(instruction.type()).toString();
  }
}
