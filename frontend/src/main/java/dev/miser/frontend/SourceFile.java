package dev.miser.frontend;

import dev.miser.ir.diag.Code;
import dev.miser.ir.diag.Diagnostic;
import dev.miser.ir.diag.Place;
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
import org.jspecify.annotations.Nullable;

/**
 * A file's text, which must be UTF-8 within {@link Limits}; a byte order mark is left out.
 *
 * @param source the text; of what cannot be decoded, as much as can be shown
 * @param problem why the text cannot be used, or null
 */
public record SourceFile(Source source, @Nullable Diagnostic problem) {
  /** Reads a file. */
  public static SourceFile read(Path file) {
    String name = file.toString();
    try (InputStream in = Files.newInputStream(file)) {
      byte[] bytes = in.readNBytes((int) Limits.FILE_BYTES + 1);
      if (bytes.length > Limits.FILE_BYTES) {
        long size = Math.max(bytes.length, Files.size(file));
        return refused(name, Code.LIMIT_FILE_SIZE, "file", size, Limits.FILE_BYTES);
      }
      return of(name, bytes);
    } catch (NoSuchFileException e) {
      return refused(name, Code.FILE_UNREADABLE, name, "there is no such file");
    } catch (IOException e) {
      String reason = Files.isDirectory(file) ? "it is a folder" : String.valueOf(e.getMessage());
      return refused(name, Code.FILE_UNREADABLE, name, reason);
    }
  }

  private static SourceFile refused(String name, Code code, Object... arguments) {
    Place place = new Place(name, 1, 1, 1);
    return new SourceFile(Source.unread(name), Diagnostic.error(code, place, arguments));
  }

  /** Decodes the bytes of a file. */
  static SourceFile of(String name, byte[] bytes) {
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
    if (!result.isError()) {
      return new SourceFile(new Source(name, withoutMark(text)), null);
    }
    int line = (int) text.chars().filter(c -> c == '\n').count() + 1;
    String before = text.substring(text.lastIndexOf('\n') + 1);
    int column = before.codePointCount(0, before.length()) + (hasMark(before) ? 0 : 1);
    String hex = String.format("%02x", bytes[in.position()]);
    // For showing the line, what cannot be decoded is shown as a replacement character.
    Source source = new Source(name, withoutMark(new String(bytes, StandardCharsets.UTF_8)));
    Place place = new Place(name, line, column, 1);
    return new SourceFile(source, Diagnostic.error(Code.PARSE_ENCODING, place, hex));
  }

  private static boolean hasMark(String text) {
    return text.startsWith("\ufeff");
  }

  private static String withoutMark(String text) {
    return hasMark(text) ? text.substring(1) : text;
  }
}
