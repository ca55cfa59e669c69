package dev.miser.passes;

import dev.miser.ir.diag.Code;
import dev.miser.ir.diag.Diagnostic;
import dev.miser.ir.diag.Place;
import dev.miser.ir.diag.Spelling;
import dev.miser.ir.func.Function;
import dev.miser.ir.plan.Schedule;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Reads pipeline text: {@code name}, {@code name{option=value,...}}, separated by commas, flat or
 * inside {@code function(...)} and {@code schedule(...)}. The name of a pipeline stands for its
 * passes.
 */
final class PipelineParser {
  private static final String END = "the end";

  private record Token(String text, int column) {}

  /** A pass as written, not yet looked up. */
  private record Item(Token name, Map<String, String> options) {}

  private final List<Token> tokens = new ArrayList<>();
  private final List<Diagnostic> diagnostics = new ArrayList<>();
  private final List<Pass<Function>> functions = new ArrayList<>();
  private final List<Pass<Schedule>> schedules = new ArrayList<>();
  private int next;

  PipelineParser(String text) {
    int i = 0;
    while (i < text.length()) {
      int begin = i++;
      char c = text.charAt(begin);
      if (Character.isWhitespace(c)) {
        continue;
      }
      if (isWord(c)) {
        while (i < text.length() && isWord(text.charAt(i))) {
          i++;
        }
      }
      tokens.add(new Token(text.substring(begin, i), begin + 1));
    }
    tokens.add(new Token(END, text.length() + 1));
  }

  private static boolean isWord(char c) {
    return Character.isLetterOrDigit(c) || "-_.+".indexOf(c) >= 0;
  }

  /** Ends reading: what follows a mistake in syntax cannot be trusted. */
  private static final class SyntaxException extends RuntimeException {
    private static final long serialVersionUID = 1;

    SyntaxException() {
      super("syntax", null, false, false);
    }
  }

  Pipeline.Parsed parse() {
    try {
      pipeline();
    } catch (SyntaxException e) {
      // Reported where it was thrown.
    }
    return new Pipeline.Parsed(new Pipeline(functions, schedules), diagnostics);
  }

  private void pipeline() {
    boolean flat = !tokens.get(1 % tokens.size()).text.equals("(");
    if (flat) {
      list(END).forEach(this::resolveAnywhere);
      return;
    }
    boolean afterSchedule = false;
    while (!peek().text.equals(END)) {
      Token form = take();
      boolean function = form.text.equals("function");
      if (function && afterSchedule) {
        throw syntax(form, "nothing: a schedule cannot become a function");
      }
      if (!function && !form.text.equals("schedule")) {
        throw syntax(form, "function(...) or schedule(...)");
      }
      afterSchedule = !function;
      expect("(");
      for (Item item : list(")")) {
        if (function) {
          resolve(item, Pipelines.FUNCTION, Passes.FUNCTION, functions);
        } else {
          resolve(item, Pipelines.SCHEDULE, Passes.SCHEDULE, schedules);
        }
      }
      expect(")");
    }
  }

  private List<Item> list(String end) {
    var items = new ArrayList<Item>();
    if (peek().text.equals(end)) {
      return items;
    }
    items.add(item());
    while (peek().text.equals(",")) {
      take();
      items.add(item());
    }
    if (!peek().text.equals(end)) {
      throw syntax(peek(), "',' or " + (end.equals(END) ? end : "'" + end + "'"));
    }
    return items;
  }

  private Item item() {
    Token name = word("a pass");
    var options = new LinkedHashMap<String, String>();
    if (peek().text.equals("{")) {
      do {
        take();
        if (options.isEmpty() && peek().text.equals("}")) {
          break;
        }
        Token option = word("an option");
        expect("=");
        if (options.putIfAbsent(option.text, word("a value").text) != null) {
          throw syntax(option, "each option once");
        }
      } while (peek().text.equals(","));
      expect("}");
    }
    return new Item(name, options);
  }

  private void resolveAnywhere(Item item) {
    if (isKnown(item, Pipelines.SCHEDULE, Passes.SCHEDULE)) {
      resolve(item, Pipelines.SCHEDULE, Passes.SCHEDULE, schedules);
    } else if (!schedules.isEmpty() && isKnown(item, Pipelines.FUNCTION, Passes.FUNCTION)) {
      throw syntax(item.name, "a pass over a schedule");
    } else {
      resolve(item, Pipelines.FUNCTION, Passes.FUNCTION, functions);
    }
  }

  private static <P> boolean isKnown(
      Item item, List<Pipelines.Named<P>> pipelines, List<Pass<P>> passes) {
    return Passes.find(passes, item.name.text) != null
        || Pipelines.find(pipelines, item.name.text) != null;
  }

  private <P> void resolve(
      Item item, List<Pipelines.Named<P>> pipelines, List<Pass<P>> known, List<Pass<P>> found) {
    Pipelines.Named<P> named = Pipelines.find(pipelines, item.name.text);
    if (named != null && item.options.isEmpty()) {
      found.addAll(named.passes());
      return;
    }
    String name = item.name.text;
    Pass<P> prototype = Passes.find(known, name);
    if (prototype == null) {
      var valid = new ArrayList<String>();
      known.forEach(pass -> valid.add(pass.name()));
      pipelines.forEach(pipeline -> valid.add(pipeline.name()));
      report(
          Code.PASS_UNKNOWN,
          item.name,
          name,
          Spelling.suggestion(name, valid) + "; there are: " + String.join(", ", valid));
      return;
    }
    var configured = PassText.configure(prototype, item.options);
    List<String> options = PassText.options(prototype).stream().map(PassText.Option::name).toList();
    for (String unknown : configured.unknown()) {
      report(
          Code.PASS_OPTION,
          item.name,
          name,
          unknown,
          Spelling.suggestion(unknown, options)
              + (options.isEmpty()
                  ? "; it has none"
                  : "; there are: " + String.join(", ", options)));
    }
    configured
        .refused()
        .forEach((option, expected) ->
            report(
                Code.PASS_OPTION_VALUE,
                item.name,
                option,
                name,
                item.options.getOrDefault(option, ""),
                expected));
    if (configured.pass() != null) {
      found.add(configured.pass());
    }
  }

  private Token peek() {
    return tokens.get(next);
  }

  private Token take() {
    return tokens.get(next < tokens.size() - 1 ? next++ : next);
  }

  private Token word(String expected) {
    if (peek().text.equals(END) || !isWord(peek().text.charAt(0))) {
      throw syntax(peek(), expected);
    }
    return take();
  }

  private void expect(String text) {
    if (!peek().text.equals(text)) {
      throw syntax(peek(), "'" + text + "'");
    }
    take();
  }

  private SyntaxException syntax(Token found, String expected) {
    report(Code.PIPELINE_SYNTAX, found, found.text, expected);
    return new SyntaxException();
  }

  private void report(Code code, Token at, Object... arguments) {
    Place place = new Place("pipeline", 1, at.column, at.text.length());
    diagnostics.add(Diagnostic.error(code, place, arguments));
  }
}
