package dev.miser.frontend;

import dev.miser.frontend.grammar.MiserParser.AttributeContext;
import dev.miser.frontend.grammar.MiserParser.AttributeValueContext;
import dev.miser.frontend.grammar.MiserParser.AttributesContext;
import dev.miser.ir.diag.Code;
import dev.miser.ir.diag.Place;
import dev.miser.ir.diag.Spelling;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Braces with a fixed list of names, each given once: a Target or a certificate. */
final class Fields {
  private final String owner;
  private final Map<String, AttributeValueContext> values = new LinkedHashMap<>();
  private final Names names;
  private final TypeReader types;
  private final Reporter reporter;

  Fields(
      String owner,
      List<String> expected,
      AttributesContext written,
      Names names,
      TypeReader types,
      Reporter reporter) {
    this.owner = owner;
    this.names = names;
    this.types = types;
    this.reporter = reporter;
    for (AttributeContext field : written.attribute()) {
      String name = field.word().getText();
      Place place = types.place(field.word());
      if (!expected.contains(name)) {
        reporter.error(
            Code.PARSE_UNKNOWN_ATTRIBUTE,
            place,
            owner,
            TypeReader.shortened(name),
            Spelling.suggestion(name, expected));
      } else if (values.put(name, field.attributeValue()) != null) {
        reporter.error(Code.PARSE_DUPLICATE_ATTRIBUTE, place, name);
      }
    }
    for (String name : expected) {
      if (!values.containsKey(name)) {
        reporter.error(Code.PARSE_MISSING_ATTRIBUTE, types.place(written), owner, name);
      }
    }
  }

  /** Returns an integer within these bounds; {@code least} if it is reported as wrong. */
  long integer(String name, long least, long most) {
    AttributeValueContext value = values.get(name);
    if (value == null) {
      return least;
    }
    if (value.NUMBER() == null) {
      wrongKind(name, value, "an integer");
      return least;
    }
    Long number = types.integer(value.NUMBER().getSymbol(), owner);
    return number == null ? least : within(name, number, value, least, most);
  }

  /** Returns a list of {@code count} integers within these bounds. */
  List<Long> integers(String name, int count, long least, long most) {
    List<Long> fallback = java.util.Collections.nCopies(count, least);
    AttributeValueContext value = values.get(name);
    if (value == null) {
      return fallback;
    }
    if (value.word() != null || value.list() == null || value.list().NUMBER().size() != count) {
      wrongKind(name, value, "a list of " + count + " integers");
      return fallback;
    }
    List<Long> numbers = types.longs(value.list());
    if (numbers == null) {
      return fallback;
    }
    return numbers.stream().map(number -> within(name, number, value, least, most)).toList();
  }

  String string(String name) {
    AttributeValueContext value = values.get(name);
    if (value == null) {
      return "";
    }
    if (value.STRING() == null) {
      wrongKind(name, value, "a string in quotes");
      return "";
    }
    return names.string(value.STRING().getSymbol());
  }

  /** Returns one of these strings; the first of them if it is reported as wrong. */
  String choice(String name, List<String> known) {
    String text = string(name);
    AttributeValueContext value = values.get(name);
    if (!known.contains(text)) {
      if (value != null && value.STRING() != null) {
        String expected = "one of " + String.join(", ", known);
        reporter.error(
            Code.ATTRIBUTE_VALUE,
            types.place(value),
            name,
            TypeReader.shortened(text),
            expected + Spelling.suggestion(text, known));
      }
      return known.getFirst();
    }
    return text;
  }

  private long within(
      String name, long number, AttributeValueContext value, long least, long most) {
    if (number >= least && number <= most) {
      return number;
    }
    String expected = least + " to " + most;
    reporter.error(Code.ATTRIBUTE_VALUE, types.place(value), name, number, expected);
    return least;
  }

  private void wrongKind(String name, AttributeValueContext value, String expected) {
    reporter.error(
        Code.PARSE_ATTRIBUTE_TYPE,
        types.place(value),
        name,
        TypeReader.shortened(value.getText()),
        expected);
  }
}
