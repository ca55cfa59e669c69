package dev.miser.frontend;

import dev.miser.frontend.grammar.MiserLexer;
import dev.miser.ir.diag.Code;
import dev.miser.ir.diag.Diagnostic;
import dev.miser.ir.diag.Place;
import dev.miser.ir.func.Verifier;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
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
    String name = file.toString();
    try (InputStream in = Files.newInputStream(file)) {
      byte[] bytes = in.readNBytes((int) Limits.FILE_BYTES + 1);
      if (bytes.length > Limits.FILE_BYTES) {
        long size = Math.max(bytes.length, Files.size(file));
        return refused(name, Code.LIMIT_FILE_SIZE, "file", size, Limits.FILE_BYTES);
      }
      return parse(name, bytes);
    } catch (NoSuchFileException e) {
      return refused(name, Code.FILE_UNREADABLE, name, "there is no such file");
    } catch (IOException e) {
      String reason = Files.isDirectory(file) ? "it is a folder" : String.valueOf(e.getMessage());
      return refused(name, Code.FILE_UNREADABLE, name, reason);
    }
  }

  private static Parsed refused(String name, Code code, Object... arguments) {
    Place place = new Place(name, 1, 1, 1);
    return new Parsed(Source.unread(name), null, List.of(Diagnostic.error(code, place, arguments)));
  }

  /** Parses the bytes of a file, which must be UTF-8; a byte order mark is allowed. */
  public static Parsed parse(String name, byte[] bytes) {
    if (bytes.length > Limits.FILE_BYTES) {
      return refused(name, Code.LIMIT_FILE_SIZE, "text", bytes.length, Limits.FILE_BYTES);
    }
    CharsetDecoder decoder =
        StandardCharsets.UTF_8
            .newDecoder()
            .onMalformedInput(CodingErrorAction.REPORT)
            .onUnmappableCharacter(CodingErrorAction.REPORT);
    ByteBuffer in = ByteBuffer.wrap(bytes);
    CharBuffer out = CharBuffer.allocate(bytes.length);
    CoderResult result = decoder.decode(in, out, true);
    out.flip();
    String text = out.toString();
    if (result.isError()) {
      int bad = in.position();
      int line = (int) text.chars().filter(c -> c == '\n').count() + 1;
      String before = text.substring(text.lastIndexOf('\n') + 1);
      int column = before.codePointCount(0, before.length()) + (hasMark(before) ? 0 : 1);
      String hex = String.format("%02x", bytes[bad]);
      // For showing the line, what cannot be decoded is shown as a replacement character.
      Source source = new Source(name, withoutMark(new String(bytes, StandardCharsets.UTF_8)));
      Place place = new Place(name, line, column, 1);
      return new Parsed(source, null, List.of(Diagnostic.error(Code.PARSE_ENCODING, place, hex)));
    }
    return parse(new Source(name, withoutMark(text)));
  }

  private static boolean hasMark(String text) {
    return text.startsWith("\ufeff");
  }

  private static String withoutMark(String text) {
    return hasMark(text) ? text.substring(1) : text;
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
