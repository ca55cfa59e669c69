package dev.miser.driver;

import dev.miser.ir.diag.Code;
import dev.miser.ir.diag.Diagnostic;
import dev.miser.ir.diag.DiagnosticException;
import dev.miser.ir.diag.Place;
import dev.miser.ir.diag.Spelling;
import dev.miser.ir.op.Names;
import dev.miser.ir.op.Op;
import dev.miser.ir.op.OpSchema;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code miser ops}: the operations a program is made of. */
@Command(name = "ops", description = "List the operations, or say what one takes.")
final class OpsCommand implements Callable<Integer> {
  @Mixin Console console;

  @Parameters(arity = "0..*", paramLabel = "NAME", description = "An operation, such as dot.")
  List<String> names = List.of();

  @Override
  public Integer call() {
    if (names.isEmpty()) {
      families().forEach(this::printFamily);
      console.out().println();
      console.out().println("'miser ops NAME' says what an operation takes.");
      return Main.GOOD;
    }
    var unknown = new ArrayList<Diagnostic>();
    for (String name : names) {
      OpSchema schema = OpSchema.find(name);
      if (schema == null) {
        unknown.add(
            Diagnostic.error(
                Code.PARSE_UNKNOWN_OPERATION,
                Place.NONE,
                name,
                Spelling.suggestion(name, OpSchema.mnemonics())));
      } else {
        printDetails(name, schema);
      }
    }
    if (!unknown.isEmpty()) {
      throw new DiagnosticException(unknown);
    }
    return Main.GOOD;
  }

  private static Map<String, List<String>> families() {
    var families = new LinkedHashMap<String, List<String>>();
    for (String mnemonic : OpSchema.mnemonics()) {
      families.computeIfAbsent(family(schema(mnemonic)), f -> new ArrayList<>()).add(mnemonic);
    }
    return families;
  }

  private static OpSchema schema(String mnemonic) {
    OpSchema schema = OpSchema.find(mnemonic);
    if (schema == null) {
      throw new IllegalStateException("listed but not found: " + mnemonic);
    }
    return schema;
  }

  private static String family(OpSchema schema) {
    for (Class<?> family : Op.class.getPermittedSubclasses()) {
      if (family.isAssignableFrom(schema.type())) {
        return Names.snakeCase(family.getSimpleName()).replace('_', ' ');
      }
    }
    throw new IllegalStateException("of no family: " + schema.type());
  }

  private void printFamily(String family, List<String> mnemonics) {
    console.out().println(family);
    var line = new StringBuilder(" ");
    for (String mnemonic : mnemonics) {
      if (line.length() + mnemonic.length() > 78) {
        console.out().println(line);
        line = new StringBuilder(" ");
      }
      line.append(' ').append(mnemonic);
    }
    console.out().println(line);
  }

  private void printDetails(String name, OpSchema schema) {
    console.out().println(signature(name, schema));
    console.out().println("  family " + family(schema) + ", " + schema.arity() + " operands");
    var rows = new Table("  ");
    for (OpSchema.Attribute attribute : schema.attributes()) {
      rows.row(
          attribute.name(),
          attribute.words().isEmpty()
              ? attribute.kind().description()
              : String.join(" | ", attribute.words()),
          meaning(attribute.defaultText()));
    }
    console.out().print(rows);
  }

  private static String signature(String name, OpSchema schema) {
    var text = new StringBuilder("%result = ").append(name);
    String separator = " ";
    for (String operand : schema.operandNames()) {
      text.append(separator).append('%').append(operand.replace("*", "..."));
      separator = ", ";
    }
    if (!schema.attributes().isEmpty()) {
      List<String> attributes = schema.attributes().stream().map(OpSchema.Attribute::name).toList();
      text.append(" {").append(String.join(", ", attributes)).append('}');
    }
    return text.toString();
  }

  private static String meaning(@Nullable String defaultText) {
    if (defaultText == null) {
      return "must be given";
    }
    return defaultText.isEmpty() || defaultText.equals("[]")
        ? "may be left out"
        : "default: " + defaultText;
  }
}
