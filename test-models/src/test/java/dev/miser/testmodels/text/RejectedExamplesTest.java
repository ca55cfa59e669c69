package dev.miser.testmodels.text;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.miser.ir.diag.Code;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * Every rule that a text can break has a file in golden/parse or golden/verify, named after its
 * code, that breaks it; the golden runner sees to it that it breaks nothing else.
 */
class RejectedExamplesTest {
  private static final List<Path> FOLDERS =
      List.of(Path.of("golden/parse"), Path.of("golden/verify"));

  /** Groups of codes that the reader of texts never gives. */
  private static final Set<String> OTHER_GROUPS =
      Set.of(
          "file",
          "csv",
          "order",
          "weights",
          "onnx",
          "schedule",
          "plan",
          "budget",
          "run",
          "pass",
          "pipeline",
          "usage");

  /** What no small UTF-8 text can show: see LimitsTest of the frontend. */
  private static final Set<Code> SHOWN_ELSEWHERE =
      EnumSet.of(
          Code.PARSE_ENCODING,
          Code.LIMIT_FILE_SIZE,
          Code.LIMIT_LINE_LENGTH,
          Code.LIMIT_STATEMENT,
          Code.LIMIT_INSTRUCTIONS);

  @Test
  void everyCodeHasAFileAndEveryFileACode() throws IOException {
    var expected = new TreeSet<String>();
    Arrays.stream(Code.values())
        .filter(code -> !OTHER_GROUPS.contains(code.text().replaceAll("\\..*", "")))
        .filter(code -> !SHOWN_ELSEWHERE.contains(code))
        .forEach(code -> expected.add(code.text()));
    var found = new TreeSet<String>();
    for (Path file : files()) {
      if (Files.readString(file).contains("// error: ")) {
        String name = file.getFileName().toString().replaceAll("\\.mir$", "");
        assertTrue(Files.readString(file).contains("// error: " + name + ": "), name);
        found.add(name);
      }
    }
    assertEquals(expected, found);
  }

  private static List<Path> files() throws IOException {
    var files = new ArrayList<Path>();
    for (Path folder : FOLDERS) {
      try (Stream<Path> found = Files.list(folder)) {
        found.filter(file -> file.toString().endsWith(".mir")).sorted().forEach(files::add);
      }
    }
    return files;
  }
}
