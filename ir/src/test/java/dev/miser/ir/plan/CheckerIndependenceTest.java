package dev.miser.ir.plan;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * The checkers of plans and schedules share no code with what makes them: a mistake in the
 * planner's idea of where bytes lie and when they live must not be theirs too.
 */
class CheckerIndependenceTest {
  /** What only checkers use. */
  private static final Set<String> CHECKERS =
      Set.of(
          "PlanChecker",
          "ScheduleVerifier",
          "Aliases",
          "Contents",
          "Lifetimes",
          "Occupancy",
          "Places",
          "Replacements",
          "Replay");

  /** What they may use of this package: the forms themselves, and what kernels can do. */
  private static final Set<String> FORMS =
      Set.of(
          "Algorithm",
          "Buffer",
          "Certificate",
          "Extent",
          "Failing",
          "Kernel",
          "KernelCatalog",
          "Overlap",
          "Plan",
          "Schedule",
          "Step",
          "Target",
          "View");

  private static final Path FOLDER = Path.of("src", "main", "java", "dev", "miser", "ir", "plan");
  private static final Pattern COMMENT = Pattern.compile("/\\*.*?\\*/|//[^\n]*", Pattern.DOTALL);
  private static final Pattern NAME = Pattern.compile("\\b[A-Z]\\w*");

  private static Set<String> types() throws IOException {
    try (Stream<Path> files = Files.list(FOLDER)) {
      var names = new TreeSet<String>();
      files.forEach(f -> names.add(f.getFileName().toString().replace(".java", "")));
      names.remove("package-info");
      return names;
    }
  }

  /** Returns the types of this package that a type's source names. */
  private static Set<String> used(String type, Set<String> types) throws IOException {
    String source = Files.readString(FOLDER.resolve(type + ".java"));
    var used = new HashSet<String>();
    Matcher names = NAME.matcher(COMMENT.matcher(source).replaceAll(""));
    while (names.find()) {
      if (types.contains(names.group()) && !names.group().equals(type)) {
        used.add(names.group());
      }
    }
    return used;
  }

  @Test
  void checkersUseTheFormsAndEachOther() throws IOException {
    Set<String> types = types();
    assertTrue(types.containsAll(CHECKERS) && types.containsAll(FORMS), types::toString);
    List<String> wrong = new ArrayList<>();
    for (String checker : CHECKERS) {
      for (String name : used(checker, types)) {
        if (!CHECKERS.contains(name) && !FORMS.contains(name)) {
          wrong.add(checker + " uses " + name);
        }
      }
      String source = Files.readString(FOLDER.resolve(checker + ".java"));
      if (source.contains(".offsets()") || source.contains("dev.miser.passes")) {
        wrong.add(checker + " asks who made the plan");
      }
    }
    assertEquals(List.of(), wrong);
  }

  @Test
  void nothingElseUsesThem() throws IOException {
    List<String> wrong = new ArrayList<>();
    for (String type : types()) {
      if (!CHECKERS.contains(type)) {
        for (String name : used(type, types())) {
          if (CHECKERS.contains(name)) {
            wrong.add(type + " uses " + name);
          }
        }
      }
    }
    assertEquals(List.of(), wrong);
  }
}
