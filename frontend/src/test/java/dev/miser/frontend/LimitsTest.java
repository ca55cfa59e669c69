package dev.miser.frontend;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;

import dev.miser.ir.diag.Code;
import dev.miser.ir.diag.Diagnostic;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Text that is too large, or no text, is refused with one clear error, soon. */
class LimitsTest {
  private static final String HEAD = "func @f(%x: f32[2]) -> f32[2] {\n";
  private static final String TAIL = "  return %x\n}\n";

  @Test
  void refusesAFileAboveTheLimitWithoutReadingIt(@TempDir Path folder) throws IOException {
    Path file = folder.resolve("big.mir");
    try (var big = new RandomAccessFile(file.toFile(), "rw")) {
      big.setLength(20L << 30);
    }
    Diagnostic only = only(Parser.parse(file));
    assertEquals(Code.LIMIT_FILE_SIZE, only.code());
    assertEquals("file has 21474836480 bytes, the limit is 67108864", only.message());
  }

  @Test
  void refusesALineAboveTheLimit() {
    String text = HEAD + "  %y = relu %x // " + "a".repeat(Limits.LINE_CHARACTERS) + "\n" + TAIL;
    Diagnostic only = only(parse(text));
    assertEquals(Code.LIMIT_LINE_LENGTH, only.code());
    assertEquals(2, only.place().line());
  }

  @Test
  void refusesAHundredMegabytesOnOneLine() {
    byte[] bytes = "(".repeat(100_000_000).getBytes(StandardCharsets.US_ASCII);
    Assertions.assertTimeout(
        Duration.ofSeconds(20),
        () -> assertEquals(Code.LIMIT_FILE_SIZE, only(Parser.parse("big.mir", bytes)).code()));
  }

  @Test
  void refusesAStatementThatNeverEnds() {
    String line = "0, ".repeat(1000) + "\n";
    String text = HEAD + "  %y = constant {value = f32[2](" + line.repeat(1100) + ")}\n" + TAIL;
    assertEquals(Code.LIMIT_STATEMENT, only(parse(text)).code());
  }

  @Test
  void refusesAHeadThatNeverEnds() {
    String text = "func @f(%x: f32[" + "1, ".repeat(1_300_000) + "1]) -> f32[] {\n";
    assertEquals(Code.LIMIT_STATEMENT, only(parse(text)).code());
  }

  @Test
  void refusesAMillionAndOneInstructions() {
    var text = new StringBuilder(HEAD);
    for (int i = 0; i <= Limits.INSTRUCTIONS; i++) {
      text.append("%").append(i).append("=relu %x\n");
    }
    Diagnostic only = only(parse(text + TAIL));
    assertEquals(Code.LIMIT_INSTRUCTIONS, only.code());
    assertEquals(Limits.INSTRUCTIONS + 2, only.place().line());
  }

  @Test
  void stopsAfterAHundredErrors() {
    Parsed parsed = parse(HEAD + "  %y = rleu %x\n".repeat(1000) + TAIL);
    assertNull(parsed.program());
    assertEquals(Limits.ERRORS, parsed.diagnostics().size());
    String shown =
        Diagnostics.render(parsed.diagnostics(), parsed.source(), Diagnostics.Style.PLAIN);
    Assertions.assertTrue(shown.endsWith("and 80 more\n"), shown);
  }

  @Test
  void endsSoonWhateverIsRepeatedAMillionTimes() {
    String quoted = "%\"" + "x".repeat(60) + "\",\n";
    for (String piece :
        new String[] {"\u4e2d", "a", "\"", "%", "1e", "//\n", "%x=\n", quoted, "{[("}) {
      String many = piece.repeat(Math.min(1_000_000, 20_000_000 / piece.length()));
      Assertions.assertTimeout(
          Duration.ofSeconds(60),
          () -> parse(HEAD + "//" + many + "\n" + many + "\n" + TAIL),
          piece);
    }
  }

  @Test
  void readsAHundredThousandInstructions() {
    var text = new StringBuilder(HEAD);
    String last = "%x";
    for (int i = 0; i < 100_000; i++) {
      text.append("  %v").append(i).append(" = add ").append(last).append(", %x : f32[2]\n");
      last = "%v" + i;
    }
    String whole = text + TAIL;
    Parsed parsed = Assertions.assertTimeout(Duration.ofSeconds(60), () -> parse(whole));
    Assertions.assertTrue(whole.equals(parsed.function().toString()));
  }

  @Test
  void pointsAtTheByteThatIsNoText() {
    byte[] bytes = (HEAD + "  // cafe\u00e9 x\n" + TAIL).getBytes(StandardCharsets.UTF_8);
    int last = HEAD.length() + "  // cafe\u00e9 ".getBytes(StandardCharsets.UTF_8).length;
    bytes[last] = (byte) 0xff;
    Parsed parsed = Parser.parse("bad.mir", bytes);
    Diagnostic only = only(parsed);
    assertEquals("bad.mir:2:12: error: byte 0xff is not valid UTF-8 [parse.encoding]", "" + only);
    assertEquals(
        """
        bad.mir:2:12: error: byte 0xff is not valid UTF-8 [parse.encoding]
           2 |   // cafe\u00e9 \ufffd
             |            ^
        """,
        Diagnostics.render(parsed.diagnostics(), parsed.source(), Diagnostics.Style.PLAIN));
  }

  @Test
  void pointsAtATextThatIsCutInTheMiddleOfACharacter() {
    byte[] bytes = (HEAD + TAIL + "//\u00e9").getBytes(StandardCharsets.UTF_8);
    byte[] cut = java.util.Arrays.copyOf(bytes, bytes.length - 1);
    assertEquals(Code.PARSE_ENCODING, only(Parser.parse("cut.mir", cut)).code());
  }

  @Test
  void allowsAMarkOfByteOrderAndLinesThatEndLikeInDos() {
    String text = "\ufeff" + (HEAD + TAIL).replace("\n", "\r\n");
    Parsed parsed = Parser.parse("dos.mir", text.getBytes(StandardCharsets.UTF_8));
    assertNotNull(parsed.program(), () -> parsed.diagnostics().toString());
    assertEquals(HEAD + TAIL, parsed.function().toString());
  }

  @Test
  void saysWhyAFileCannotBeRead(@TempDir Path folder) {
    Diagnostic missing = only(Parser.parse(folder.resolve("none.mir")));
    assertEquals(Code.FILE_UNREADABLE, missing.code());
    assertEquals(
        "cannot read " + folder.resolve("none.mir") + ": there is no such file", missing.message());
    assertEquals(
        "cannot read " + folder + ": it is a folder", only(Parser.parse(folder)).message());
  }

  @Test
  void showsTheSurroundingsOfAPlaceFarOut() {
    String text = HEAD + "  %y = relu %x " + " ".repeat(5000) + "? and more\n" + TAIL;
    Parsed parsed = parse(text);
    String shown =
        Diagnostics.render(parsed.diagnostics(), parsed.source(), Diagnostics.Style.PLAIN);
    String[] lines = shown.split("\n", -1);
    assertEquals("   2 | ..." + " ".repeat(50) + "? and more", lines[1]);
    assertEquals("     |    " + " ".repeat(50) + "^", lines[2]);
  }

  private static Parsed parse(String text) {
    return Parser.parse(new Source("test.mir", text));
  }

  private static Diagnostic only(Parsed parsed) {
    assertNull(parsed.program());
    assertEquals(1, parsed.diagnostics().size(), () -> parsed.diagnostics().toString());
    return parsed.diagnostics().getFirst();
  }
}
