package dev.miser.frontend;

import dev.miser.frontend.grammar.MiserLexer;
import dev.miser.ir.diag.Code;
import dev.miser.ir.diag.Diagnostic;
import dev.miser.ir.diag.Place;
import dev.miser.ir.func.Verifier;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Turns text into a program or a list of diagnostics, whatever the text: it never throws, and time
 * and memory are bounded by {@link Limits}.
 */
public final class Parser {
  private Parser() {}

  /** Reads and parses a file. */
  public static Parsed parse(Path file) {
    return parse(SourceFile.read(file));
  }

  /** Parses the bytes of a file, which must be UTF-8; a byte order mark is allowed. */
  public static Parsed parse(String name, byte[] bytes) {
    return parse(SourceFile.of(name, bytes));
  }

  private static Parsed parse(SourceFile file) {
    Diagnostic problem = file.problem();
    return problem == null
        ? parse(file.source())
        : new Parsed(file.source(), null, List.of(problem));
  }

  /** Parses a text. */
  public static Parsed parse(Source source) {
    var reporter = new Reporter();
    Program program = null;
    if (isWithinLimits(source, reporter)) {
      program = read(source, reporter);
    }
    return new Parsed(source, reporter.isEmpty() ? program : null, reporter.inOrder());
  }

  private static @Nullable Program read(Source source, Reporter reporter) {
    try {
      var lexer = new MiserLexer(new AsciiView(source.text()));
      lexer.removeErrorListeners();
      lexer.setTokenFactory(TokenWindow.FACTORY);
      var tokens = new TokenWindow(lexer, source.name(), reporter);
      Program program = new ProgramReader(tokens, reporter).read();
      if (program instanceof Program.OfFunction(var function) && reporter.isEmpty()) {
        // The last net: whatever the reader let pass by mistake.
        Verifier.verify(function).forEach(reporter::report);
      }
      return program;
    } catch (Reporter.Stop stop) {
      return null;
    }
  }

  private static boolean isWithinLimits(Source source, Reporter reporter) {
    String text = source.text();
    if (text.length() > Limits.FILE_BYTES) {
      Place place = new Place(source.name(), 1, 1, 1);
      reporter.error(Code.LIMIT_FILE_SIZE, place, "text", text.length(), Limits.FILE_BYTES);
      return false;
    }
    int line = 1;
    for (int start = 0; start <= text.length(); line++) {
      int end = text.indexOf('\n', start);
      end = end < 0 ? text.length() : end;
      if (end - start > Limits.LINE_CHARACTERS) {
        Place place = new Place(source.name(), line, Limits.LINE_CHARACTERS + 1, 1);
        reporter.error(Code.LIMIT_LINE_LENGTH, place, Limits.LINE_CHARACTERS);
        return false;
      }
      start = end + 1;
    }
    return true;
  }
}
