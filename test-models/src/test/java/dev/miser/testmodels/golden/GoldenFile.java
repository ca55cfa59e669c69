package dev.miser.testmodels.golden;

import dev.miser.frontend.Source;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * One golden file: directives ({@code //# run}, {@code why}, {@code must}, {@code must-not}), a
 * program, and from the first {@code //=} line on what the machine wrote.
 *
 * @param name the path below the golden folder, with slashes
 * @param problems what is wrong with the file itself
 */
record GoldenFile(
    String name,
    Path path,
    List<String> runs,
    List<String> must,
    List<String> mustNot,
    String input,
    String output,
    List<String> problems) {
  private static final String OUTPUT = "//= ";

  static GoldenFile read(Path root, Path path) {
    String text;
    try {
      text = Files.readString(path);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    int end = text.startsWith(OUTPUT) ? 0 : text.indexOf("\n" + OUTPUT) + 1;
    String input = end == 0 && !text.startsWith(OUTPUT) ? text : text.substring(0, end);
    var file =
        new GoldenFile(
            root.relativize(path).toString().replace('\\', '/'),
            path,
            new ArrayList<>(),
            new ArrayList<>(),
            new ArrayList<>(),
            input,
            text.substring(input.length()),
            new ArrayList<>());
    file.readDirectives();
    return file;
  }

  private void readDirectives() {
    boolean explained = false;
    for (String line : input.lines().filter(line -> line.startsWith("//#")).toList()) {
      int colon = line.indexOf(':');
      String key = colon < 0 ? line.substring(3).strip() : line.substring(3, colon).strip();
      String rest = colon < 0 ? "" : line.substring(colon + 1).strip();
      if (rest.isEmpty()) {
        problems.add("directive says nothing: " + line);
      }
      switch (key) {
        case "run" -> runs.add(rest);
        case "why" -> explained = true;
        case "must" -> must.add(rest);
        case "must-not" -> mustNot.add(rest);
        default -> problems.add("unknown directive: " + line);
      }
    }
    if (!explained) {
      problems.add("no '//# why:' line");
    }
    if (runs.isEmpty()) {
      problems.add("no '//# run:' line");
    }
  }

  /** Returns the program as the parser sees it: at the same lines as in the file. */
  Source source() {
    return new Source(path.getFileName().toString(), input);
  }

  /** Returns the errors that the lines of the program announce: {@code line: code: message}. */
  List<String> announcedErrors() {
    var announced = new ArrayList<String>();
    int number = 0;
    for (String line : input.lines().toList()) {
      number++;
      String[] parts = line.split("// error: ", -1);
      for (int i = 1; i < parts.length; i++) {
        announced.add(number + ": " + parts[i].strip());
      }
    }
    return announced;
  }

  /** Returns one section of output. */
  static String section(String run, String output) {
    return OUTPUT + run + "\n" + output + (output.endsWith("\n") ? "" : "\n");
  }

  void write(String newOutput) {
    try {
      Files.writeString(
          path, (input.endsWith("\n\n") ? input : input.stripTrailing() + "\n\n") + newOutput);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
