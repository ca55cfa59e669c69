package dev.miser.frontend;

import dev.miser.frontend.grammar.MiserParser.ElementContext;
import dev.miser.frontend.grammar.MiserParser.ElementsContext;
import dev.miser.frontend.grammar.MiserParser.ListContext;
import dev.miser.frontend.grammar.MiserParser.TypeContext;
import dev.miser.frontend.grammar.MiserParser.WordContext;
import dev.miser.ir.diag.Code;
import dev.miser.ir.diag.Place;
import dev.miser.ir.diag.RuleViolation;
import dev.miser.ir.diag.Spelling;
import dev.miser.ir.op.Literal;
import dev.miser.ir.type.ElementType;
import dev.miser.ir.type.Shape;
import dev.miser.ir.type.TensorType;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import org.antlr.v4.runtime.ParserRuleContext;
import org.antlr.v4.runtime.Token;
import org.antlr.v4.runtime.tree.TerminalNode;
import org.jspecify.annotations.Nullable;

/** Reads numbers, types and literals; null stands for what has been reported as wrong. */
final class TypeReader {
  private static final Pattern INTEGER = Pattern.compile("-?[0-9]+");
  private static final List<String> ELEMENT_TYPES =
      Arrays.stream(ElementType.values()).map(ElementType::text).toList();

  private final TokenWindow tokens;
  private final Reporter reporter;

  TypeReader(TokenWindow tokens, Reporter reporter) {
    this.tokens = tokens;
    this.reporter = reporter;
  }

  /** Returns the place from the first to the last token of a rule, cut at the end of its line. */
  Place place(ParserRuleContext context) {
    return place(context.getStart(), context.getStop());
  }

  Place place(Token first, @Nullable Token last) {
    Place start = tokens.place(first);
    if (last == null || last.getLine() != first.getLine()) {
      return start;
    }
    int length = last.getStopIndex() - first.getStartIndex() + 1;
    return new Place(start.file(), start.line(), start.column(), Math.max(1, length));
  }

  @Nullable Long integer(Token token, String holder) {
    String text = token.getText();
    try {
      if (INTEGER.matcher(text).matches()) {
        return Long.parseLong(text);
      }
    } catch (NumberFormatException e) {
      // Too large: reported below, like any other number that does not fit.
    }
    reporter.error(Code.PARSE_NUMBER, tokens.place(token), shortened(text), holder);
    return null;
  }

  /** Returns a 32-bit integer. */
  @Nullable Integer axis(Token token) {
    Long number = integer(token, "an axis");
    if (number == null) {
      return null;
    }
    if (number != number.intValue()) {
      reporter.error(Code.PARSE_NUMBER, tokens.place(token), number, "an axis");
      return null;
    }
    return number.intValue();
  }

  double number(Token token) {
    return parseDouble(token.getText());
  }

  static double parseDouble(String text) {
    return switch (text) {
      case "nan" -> Double.NaN;
      case "-nan" -> Double.NaN;
      case "inf" -> Double.POSITIVE_INFINITY;
      case "-inf" -> Double.NEGATIVE_INFINITY;
      default -> Double.parseDouble(text);
    };
  }

  @Nullable List<Long> longs(ListContext list) {
    var numbers = new ArrayList<Long>();
    boolean good = true;
    for (TerminalNode node : list.NUMBER()) {
      Long number = integer(node.getSymbol(), "a size");
      if (number == null) {
        good = false;
      } else {
        numbers.add(number);
      }
    }
    return good ? numbers : null;
  }

  @Nullable List<Integer> axes(ListContext list) {
    var numbers = new ArrayList<Integer>();
    boolean good = true;
    for (TerminalNode node : list.NUMBER()) {
      Integer number = axis(node.getSymbol());
      if (number == null) {
        good = false;
      } else {
        numbers.add(number);
      }
    }
    return good ? numbers : null;
  }

  @Nullable Shape shape(ListContext list) {
    List<Long> dims = longs(list);
    try {
      return dims == null ? null : new Shape(dims);
    } catch (RuleViolation violation) {
      reporter.violation(violation, place(list));
      return null;
    }
  }

  @Nullable ElementType elementType(WordContext word) {
    String text = word.getText();
    ElementType element = ElementType.find(text);
    if (element == null) {
      reporter.error(
          Code.PARSE_ELEMENT_TYPE,
          place(word),
          shortened(text),
          Spelling.suggestion(text, ELEMENT_TYPES));
    }
    return element;
  }

  @Nullable TensorType type(TypeContext type) {
    return type(type.word(), type.list());
  }

  @Nullable TensorType type(WordContext word, ListContext list) {
    ElementType element = elementType(word);
    Shape shape = shape(list);
    return element == null || shape == null ? null : new TensorType(element, shape);
  }

  @Nullable Literal literal(WordContext word, ListContext list, ElementsContext elements) {
    TensorType type = type(word, list);
    if (type == null) {
      return null;
    }
    List<ElementContext> given = elements.element();
    if (given.size() != 1 && given.size() != type.elementCount()) {
      reporter.error(
          Code.PARSE_LITERAL_COUNT,
          place(elements.getStart(), elements.getStop()),
          type,
          given.size(),
          type.elementCount());
      return null;
    }
    ElementType element = type.element();
    MemorySegment bytes = MemorySegment.ofArray(new byte[given.size() * element.bytes()]);
    for (int i = 0; i < given.size(); i++) {
      if (!ElementText.put(bytes, element, i, given.get(i).getText())) {
        String text = shortened(given.get(i).getText());
        reporter.error(Code.PARSE_NUMBER, place(given.get(i)), text, element);
        return null;
      }
    }
    if (given.size() == type.elementCount()) {
      return Literal.of(type, bytes);
    }
    return element.isFloat()
        ? Literal.splat(type, Literal.getDouble(bytes, element, 0))
        : Literal.splat(type, Literal.getLong(bytes, element, 0));
  }

  /** Returns text for a message, cut where it would fill the screen. */
  static String shortened(String text) {
    return text.length() <= 60 ? text : text.substring(0, 57) + "...";
  }
}
