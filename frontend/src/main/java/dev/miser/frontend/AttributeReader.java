package dev.miser.frontend;

import dev.miser.frontend.grammar.MiserParser.AttributeContext;
import dev.miser.frontend.grammar.MiserParser.AttributeValueContext;
import dev.miser.frontend.grammar.MiserParser.AttributesContext;
import dev.miser.ir.diag.Code;
import dev.miser.ir.diag.Place;
import dev.miser.ir.diag.Spelling;
import dev.miser.ir.op.OpSchema;
import dev.miser.ir.op.OpSchema.Attribute;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads the attributes of an operation as its schema declares them. */
final class AttributeReader {
  /** The attributes given, by name, as {@link OpSchema#build} wants them, and where each stands. */
  record Given(Map<String, Object> values, Map<String, Place> places) {}

  private final TypeReader types;
  private final Reporter reporter;
  private final Map<OpSchema, Map<String, Attribute>> declared = new HashMap<>();

  AttributeReader(TypeReader types, Reporter reporter) {
    this.types = types;
    this.reporter = reporter;
  }

  /** Returns the attributes, or null if any is wrong or missing. */
  @Nullable Given read(
      OpSchema schema, String mnemonic, @Nullable AttributesContext attributes, Place place) {
    Map<String, Attribute> known =
        declared.computeIfAbsent(schema, AttributeReader::attributesByName);
    var given = new Given(new LinkedHashMap<>(), new LinkedHashMap<>());
    boolean good = true;
    List<AttributeContext> written = attributes == null ? List.of() : attributes.attribute();
    for (AttributeContext attribute : written) {
      good &= read(schema, mnemonic, known, attribute, given);
    }
    // A misspelt attribute is not missing as well.
    boolean misspelt = written.size() > given.places.size();
    for (Attribute attribute : known.values()) {
      if (!misspelt
          && attribute.defaultText() == null
          && !given.places.containsKey(attribute.name())) {
        reporter.error(Code.PARSE_MISSING_ATTRIBUTE, place, mnemonic, attribute.name());
        good = false;
      }
    }
    return good ? given : null;
  }

  private static Map<String, Attribute> attributesByName(OpSchema schema) {
    var byName = new LinkedHashMap<String, Attribute>();
    schema.attributes().forEach(attribute -> byName.put(attribute.name(), attribute));
    return byName;
  }

  private boolean read(
      OpSchema schema,
      String mnemonic,
      Map<String, Attribute> known,
      AttributeContext written,
      Given given) {
    String name = written.word().getText();
    Attribute attribute = known.get(name);
    if (attribute == null) {
      String suggestion = Spelling.suggestion(name, known.keySet());
      if (suggestion.isEmpty() && !known.isEmpty()) {
        suggestion = ", it has " + String.join(", ", known.keySet());
      }
      reporter.error(
          Code.PARSE_UNKNOWN_ATTRIBUTE,
          types.place(written.word()),
          mnemonic,
          TypeReader.shortened(name),
          suggestion);
      return false;
    }
    if (given.places.put(name, types.place(written)) != null) {
      reporter.error(Code.PARSE_DUPLICATE_ATTRIBUTE, types.place(written.word()), name);
      return false;
    }
    int before = reporter.count();
    Object value = value(schema, attribute, written.attributeValue());
    if (value == null) {
      if (reporter.count() == before) {
        AttributeValueContext found = written.attributeValue();
        reporter.error(
            Code.PARSE_ATTRIBUTE_TYPE,
            types.place(found),
            name,
            TypeReader.shortened(found.getText()),
            expected(attribute, found.getText()));
      }
      return false;
    }
    given.values.put(name, value);
    return true;
  }

  private static String expected(Attribute attribute, String found) {
    return attribute.words().isEmpty()
        ? attribute.kind().description()
        : "one of "
            + String.join(", ", attribute.words())
            + Spelling.suggestion(found, attribute.words());
  }

  /** Returns the value of an attribute; null if it is reported as wrong, or is of another kind. */
  private @Nullable Object value(
      OpSchema schema, Attribute attribute, AttributeValueContext value) {
    boolean isNumber = value.NUMBER() != null;
    boolean isWord = value.word() != null && value.list() == null;
    boolean isList = value.word() == null && value.list() != null;
    boolean isType = value.word() != null && value.list() != null && value.elements() == null;
    return switch (attribute.kind()) {
      case INT -> {
        Integer number = isNumber ? types.axis(value.NUMBER().getSymbol()) : null;
        yield number == null ? null : (Long) number.longValue();
      }
      case LONG -> isNumber ? types.integer(value.NUMBER().getSymbol(), "a size") : null;
      case FLOAT -> isNumber ? (Double) types.number(value.NUMBER().getSymbol()) : null;
      case BOOLEAN ->
          switch (value.getText()) {
            case "true" -> true;
            case "false" -> false;
            default -> null;
          };
      case INTEGERS -> isList ? types.axes(value.list()) : null;
      case LONGS -> isList ? types.longs(value.list()) : null;
      case SHAPE -> isList ? types.shape(value.list()) : null;
      case ELEMENT_TYPE -> isWord ? types.elementType(value.word()) : null;
      case TENSOR_TYPE -> isType ? types.type(value.word(), value.list()) : null;
      case LITERAL ->
          value.elements() == null
              ? null
              : types.literal(value.word(), value.list(), value.elements());
      case WORD -> isWord ? schema.wordOf(attribute, value.getText()) : null;
    };
  }
}
