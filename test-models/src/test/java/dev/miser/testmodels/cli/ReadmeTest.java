package dev.miser.testmodels.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What README.md shows works as it stands there. */
class ReadmeTest {
  private static final Path README = Path.of("..", "README.md");

  @TempDir Path folder;

  private static String find(String pattern) throws IOException {
    Matcher matcher = Pattern.compile(pattern, Pattern.DOTALL).matcher(Files.readString(README));
    assertTrue(matcher.find(), "README.md has no " + pattern);
    return matcher.group(1);
  }

  private Path model() throws IOException {
    String indented = find("\n(    // A two-layer perceptron\\..*?\n    }\n)");
    return Files.writeString(folder.resolve("mlp.mir"), indented.replaceAll("(?m)^    ", ""));
  }

  @Test
  void theProgramIsLegal() throws IOException {
    Cli.miser("check", model()).good().prints("func @mlp, 5 instructions");
  }

  @Test
  void theLibrarySnippetCompilesAndRuns() throws IOException, ReflectiveOperationException {
    String text = run("Example", model().toString());
    assertTrue(text.matches("first result: -?[0-9.E-]+\\R"), text);
  }

  @Test
  void thePackingSnippetCompilesAndRuns() throws IOException, ReflectiveOperationException {
    assertEquals(
        List.of("c at 0, 5096 bytes in all", "at least 5096, proved by load"),
        run("PackBuffers").lines().toList());
  }

  /** Compiles and runs a class of README.md, and returns what it prints. */
  private String run(String name, String... arguments)
      throws IOException, ReflectiveOperationException {
    String code = find("```java\n((?:(?!```).)*?\nclass " + name + " \\{.*?)```");
    Path source = Files.writeString(folder.resolve(name + ".java"), code);
    int result =
        ToolProvider.getSystemJavaCompiler()
            .run(
                null,
                null,
                null,
                "-classpath",
                System.getProperty("java.class.path"),
                "-d",
                folder.toString(),
                source.toString());
    assertEquals(0, result);
    var printed = new ByteArrayOutputStream();
    PrintStream stdout = System.out;
    try (var loader = new URLClassLoader(new URL[] {folder.toUri().toURL()})) {
      System.setOut(new PrintStream(printed, true, StandardCharsets.UTF_8));
      var main = loader.loadClass(name).getDeclaredMethod("main", String[].class);
      main.setAccessible(true);
      main.invoke(null, (Object) arguments);
    } finally {
      System.setOut(stdout);
    }
    return printed.toString(StandardCharsets.UTF_8);
  }

  @Test
  void everyFieldOfAPlansJsonIsListed() throws IOException {
    String listed = find("\n## JSON of a plan\n(.*?)\n## ");
    var json =
        JsonParser.parseString(Cli.miser("plan", model(), "--json").good().out()).getAsJsonObject();
    var names = new TreeSet<>(json.keySet());
    JsonObject memory = json.getAsJsonObject("memory");
    names.addAll(memory.keySet());
    names.addAll(memory.getAsJsonObject("certificate").keySet());
    for (JsonArray rows :
        List.of(
            memory.getAsJsonArray("steps"),
            memory.getAsJsonArray("peak"),
            json.getAsJsonArray("buffers"))) {
      names.addAll(rows.get(0).getAsJsonObject().keySet());
    }
    var missing = new ArrayList<String>();
    for (String name : names) {
      if (!listed.contains("`" + name + "`") && !listed.contains("`memory." + name + "`")) {
        missing.add(name);
      }
    }
    assertEquals(List.of(), missing);
  }

  @Test
  void everyOptionAndCommandShownExists() throws IOException {
    Matcher shown =
        Pattern.compile("(?m)^    \\./miser ([a-z]+)([^#\n]*)").matcher(Files.readString(README));
    int count = 0;
    while (shown.find()) {
      count++;
      String help = Cli.miser(shown.group(1), "--help").good().out();
      for (String word : List.of(shown.group(2).trim().split(" +"))) {
        if (word.startsWith("--")) {
          assertTrue(help.contains(word), shown.group() + ": no " + word);
        }
      }
    }
    assertTrue(count > 5, "only " + count + " commands found");
  }
}
