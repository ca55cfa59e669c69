package dev.miser.testmodels;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Reads every source file of Miser and holds the table of folders in ARCHITECTURE.md. */
class LayeringTest {
  /** Each folder's root package below {@code dev.miser}, and the folders it may use. */
  private record Module(String root, Set<String> uses) {}

  private static final Set<String> PIPELINE =
      Set.of("ir", "frontend", "onnx", "passes", "codegen", "runtime");

  private static final Set<String> ALL =
      Set.of("ir", "frontend", "onnx", "passes", "codegen", "runtime", "compiler", "driver");

  private static final Map<String, Module> MODULES =
      Map.of(
          "ir", new Module("ir", Set.of()),
          "frontend", new Module("frontend", Set.of("ir")),
          "frontend-onnx", new Module("onnx", Set.of("ir", "frontend")),
          "passes", new Module("passes", Set.of("ir")),
          "runtime", new Module("runtime", Set.of()),
          "codegen", new Module("codegen", Set.of("ir", "runtime")),
          "compiler", new Module("compiler", PIPELINE),
          // A thin skin: it reaches through compiler to what compiler hands out, never the reverse.
          "driver",
              new Module(
                  "driver", Set.of("ir", "frontend", "onnx", "passes", "runtime", "compiler")),
          "test-models", new Module("testmodels", ALL),
          "bench", new Module("bench", ALL));

  /** Where a library may be named; the package prefix of each place. */
  private static final Map<String, List<String>> LIBRARIES =
      Map.of(
          "org.antlr", List.of("dev.miser.frontend"),
          "com.palantir.javapoet", List.of("dev.miser.codegen"),
          "com.google.gson",
              List.of("dev.miser.frontend", "dev.miser.driver", "dev.miser.testmodels"),
          "com.google.protobuf", List.of("dev.miser.onnx", "dev.miser.testmodels"),
          "ai.onnxruntime", List.of("dev.miser.testmodels", "dev.miser.bench"),
          "picocli", List.of("dev.miser.driver"),
          "com.code_intelligence", List.of("dev.miser.testmodels"),
          "org.openjdk.jmh", List.of("dev.miser.bench"),
          "jdk.incubator.vector",
              List.of("dev.miser.codegen.vector", "dev.miser.bench", "dev.miser.testmodels"));

  private static final Pattern NOT_CODE =
      Pattern.compile(
          "/\\*.*?\\*/|//[^\n]*|\"\"\".*?\"\"\"|\"(?:[^\"\\\\\n]|\\\\.)*\"|'(?:[^'\\\\\n]|\\\\.)+'",
          Pattern.DOTALL);
  private static final Pattern PACKAGE = Pattern.compile("\\bpackage\\s+([\\w.]+)\\s*;");
  private static final Pattern OURS = Pattern.compile("\\bdev\\.miser\\.([a-z]+)");

  @Test
  void everyModuleUsesOnlyWhatItMay() throws IOException {
    List<String> wrong = new ArrayList<>();
    int files = 0;
    for (Map.Entry<String, Module> module : MODULES.entrySet()) {
      Path folder = Path.of("..", module.getKey());
      for (Path source : sources(folder.resolve("src"))) {
        files++;
        check(module.getValue(), source, wrong);
      }
    }
    assertEquals(List.of(), wrong);
    assertFalse(files < MODULES.size(), "found only " + files + " files: is the test lost?");
  }

  @Test
  void everyModuleOfTheBuildIsInTheTable() throws IOException {
    Matcher modules =
        Pattern.compile("<module>([^<]+)</module>")
            .matcher(Files.readString(Path.of("../pom.xml")));
    assertEquals(
        MODULES.keySet(), Set.copyOf(modules.results().map(found -> found.group(1)).toList()));
  }

  @Test
  void everyPackageIsDescribedAndNullMarked() throws IOException {
    List<String> wrong = new ArrayList<>();
    for (String module : MODULES.keySet()) {
      for (Path source : sources(Path.of("..", module).resolve("src/main"))) {
        Path description = source.resolveSibling("package-info.java");
        if (!Files.exists(description)) {
          wrong.add(description + " is missing");
        } else if (!Files.readString(description).contains("@NullMarked\npackage ")) {
          wrong.add(description + " lacks @NullMarked");
        }
      }
    }
    assertEquals(List.of(), wrong.stream().distinct().toList());
  }

  private static void check(Module module, Path source, List<String> wrong) throws IOException {
    String code = NOT_CODE.matcher(Files.readString(source)).replaceAll(" ");
    Matcher declaration = PACKAGE.matcher(code);
    String name = declaration.find() ? declaration.group(1) : "";
    String root = "dev.miser." + module.root();
    if (!isWithin(name, root)) {
      wrong.add(source + ": package " + name + " is not below " + root);
    }
    Matcher ours = OURS.matcher(code);
    while (ours.find()) {
      String used = ours.group(1);
      if (!used.equals(module.root()) && !module.uses().contains(used)) {
        wrong.add(source + ": " + module.root() + " may not use " + used);
      }
    }
    LIBRARIES.forEach((library, places) -> {
      boolean named = Pattern.compile("\\b" + Pattern.quote(library) + "\\.").matcher(code).find();
      if (named && places.stream().noneMatch(place -> isWithin(name, place))) {
        wrong.add(source + ": " + library + " belongs in " + places);
      }
    });
  }

  private static boolean isWithin(String name, String root) {
    return name.equals(root) || name.startsWith(root + ".");
  }

  private static List<Path> sources(Path folder) throws IOException {
    if (!Files.exists(folder)) {
      return List.of();
    }
    try (Stream<Path> files = Files.walk(folder)) {
      return files.filter(file -> file.toString().endsWith(".java")).sorted().toList();
    }
  }
}
