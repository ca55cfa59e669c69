package dev.miser.frontend.weights;

import dev.miser.frontend.ElementText;
import dev.miser.frontend.Limits;
import dev.miser.ir.diag.Code;
import dev.miser.ir.diag.Diagnostic;
import dev.miser.ir.diag.DiagnosticException;
import dev.miser.ir.diag.Place;
import dev.miser.ir.diag.RuleViolation;
import dev.miser.ir.type.ElementType;
import dev.miser.ir.type.Shape;
import dev.miser.ir.type.TensorType;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/**
 * Numbers as a person writes them, {@code 5} or {@code [[1, 2], [3, 4]]}: the brackets say the
 * shape, and whoever reads them says the element type.
 *
 * @param words one for each element, row-major, as they were written
 */
public record Numbers(Shape shape, List<String> words) implements Elements {
  public Numbers {
    words = List.copyOf(words);
    if (words.size() != shape.elementCount()) {
      throw new IllegalArgumentException(words.size() + " numbers for shape " + shape);
    }
  }

  /**
   * Reads a number, or lists of numbers in brackets.
   *
   * @throws IllegalArgumentException saying what is wrong, if they are not all equally long and
   *     deep
   */
  public static Numbers parse(String text) {
    var reader = new ListReader(text);
    reader.read();
    try {
      return new Numbers(new Shape(reader.sizes), reader.words);
    } catch (RuleViolation violation) {
      throw new IllegalArgumentException(violation.text(), violation);
    }
  }

  @Override
  public Tensor typed(ElementType element) {
    var type = new TensorType(element, shape);
    MemorySegment bytes = MemorySegment.ofArray(new byte[Math.toIntExact(type.byteCount())]);
    var wrong = new ArrayList<Diagnostic>();
    for (int i = 0; i < words.size() && wrong.size() < Limits.ERRORS; i++) {
      if (!ElementText.put(bytes, element, i, words.get(i))) {
        wrong.add(Diagnostic.error(Code.PARSE_NUMBER, Place.NONE, words.get(i), element));
      }
    }
    if (!wrong.isEmpty()) {
      throw new DiagnosticException(wrong);
    }
    return new Tensor(type, bytes.asReadOnly());
  }

  /** Goes once through a text and keeps how long the lists at each depth are. */
  private static final class ListReader {
    /** What may be an element; which type can hold it is asked later. */
    private static final Pattern WORD = Pattern.compile("-?[0-9].*|-?inf|-?nan|true|false");

    private final String text;
    private final List<Long> sizes = new ArrayList<>();
    private final List<String> words = new ArrayList<>();
    private int at;

    ListReader(String text) {
      this.text = text;
    }

    void read() {
      value(0);
      skipSpace();
      if (at < text.length()) {
        throw wrong("'" + text.substring(at) + "' behind the end");
      }
    }

    private void value(int depth) {
      skipSpace();
      if (next() == '[') {
        at++;
        list(depth);
      } else if (depth < sizes.size()) {
        throw wrong("a number beside a list");
      } else {
        words.add(word());
      }
    }

    private void list(int depth) {
      if (depth == Limits.NESTING) {
        throw wrong("brackets nested deeper than " + Limits.NESTING);
      }
      boolean isFirst = depth == sizes.size();
      if (isFirst && !words.isEmpty()) {
        throw wrong("a list beside a number");
      }
      if (isFirst) {
        sizes.add(-1L); // not known before its end
      }
      long count = 0;
      skipSpace();
      while (next() != ']') {
        value(depth + 1);
        count++;
        skipSpace();
        if (next() == ',') {
          at++;
          skipSpace();
        } else if (next() != ']') {
          throw wrong(at < text.length() ? "no comma before '" + next() + "'" : "no ']'");
        }
      }
      at++;
      if (sizes.get(depth) < 0) {
        sizes.set(depth, count);
      } else if (sizes.get(depth) != count) {
        throw wrong("a list of " + count + " beside one of " + sizes.get(depth));
      }
    }

    private String word() {
      int start = at;
      while (at < text.length() && "[], \t".indexOf(text.charAt(at)) < 0) {
        at++;
      }
      if (start == at) {
        throw wrong(at < text.length() ? "'" + next() + "' where a number should be" : "no number");
      }
      String word = text.substring(start, at);
      if (!WORD.matcher(word).matches()) {
        throw wrong("'" + word + "'");
      }
      return word;
    }

    /** Returns the next character, or 0 at the end. */
    private char next() {
      return at < text.length() ? text.charAt(at) : 0;
    }

    private void skipSpace() {
      while (at < text.length() && Character.isWhitespace(text.charAt(at))) {
        at++;
      }
    }

    private IllegalArgumentException wrong(String found) {
      return new IllegalArgumentException(
          "found " + found + ", expected numbers such as 5 or [1,2,3]");
    }
  }
}
