package dev.miser.testmodels.models;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.miser.frontend.Parsed;
import dev.miser.frontend.Parser;
import dev.miser.frontend.Source;
import dev.miser.ir.func.Function;
import dev.miser.ir.func.Instruction;
import dev.miser.ir.func.Parameter;
import dev.miser.ir.func.Printer;
import dev.miser.ir.func.Verifier;
import dev.miser.ir.op.Value;
import dev.miser.testmodels.ModelZoo;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The committed model texts are those that the generator writes, and legal. */
class ModelFilesTest {
  private static final Path FOLDER = Path.of("models");

  /** Writes the files first where the command says {@code -Dgolden=update}. */
  @BeforeAll
  static void update() throws IOException {
    if ("update".equals(System.getProperty("golden"))) {
      assertTrue(System.getenv("CI") == null, "the models are not updated where CI is set");
      ModelZoo.main(new String[] {FOLDER.toString()});
    }
  }

  @Test
  void theFolderHoldsTheModelsAndNothingElse() throws IOException {
    try (Stream<Path> files = Files.list(FOLDER)) {
      assertEquals(
          ModelZoo.names().stream().map(name -> name + ".mir").sorted().toList(),
          files.map(file -> file.getFileName().toString()).sorted().toList());
    }
  }

  @ParameterizedTest
  @MethodSource("names")
  void theFileIsWhatTheGeneratorWrites(String name) throws IOException {
    String text = ModelZoo.find(name).orElseThrow().text();
    boolean same = text.equals(Files.readString(FOLDER.resolve(name + ".mir")));
    // Not assertEquals: it would print both texts, thousands of lines.
    assertTrue(same, name + ".mir differs; write it anew with -Dgolden=update");
  }

  @ParameterizedTest
  @MethodSource("names")
  void theProgramIsLegalAndNamedAsItsFile(String name) {
    Function function = ModelZoo.find(name).orElseThrow().build();
    assertEquals(name, function.name());
    assertEquals(List.of(), Verifier.verify(function));
  }

  @ParameterizedTest
  @MethodSource("names")
  void theFileReadsAndPrintsAsItself(String name) throws IOException {
    Path file = FOLDER.resolve(name + ".mir");
    Parsed parsed = Parser.parse(file);
    assertEquals(List.of(), parsed.diagnostics());
    String text = Files.readString(file);
    String program = text.substring(text.indexOf("func @"));
    assertTrue(program.equals(Printer.print(parsed.function())), name + " prints differently");
  }

  @ParameterizedTest
  @MethodSource("programs")
  void theProgramReadsBack(Function function) {
    String text = Printer.print(function);
    Parsed parsed = Parser.parse(new Source(function.name(), text));
    assertEquals(List.of(), parsed.diagnostics());
    assertTrue(text.equals(Printer.print(parsed.function())), function.name() + " differs");
  }

  /** What a builder forgets to connect shows as a parameter or a value without a use. */
  @ParameterizedTest
  @MethodSource("programs")
  void everyValueIsUsed(Function function) {
    Set<Value> used = new HashSet<>(function.results());
    function.body().forEach(instruction -> used.addAll(instruction.operands()));
    Stream<Value> defined =
        Stream.concat(
            function.parameters().stream().map(Parameter::value),
            function.body().stream().map(Instruction::result));
    assertEquals(List.of(), defined.filter(value -> !used.contains(value)).toList());
  }

  static List<String> names() {
    return ModelZoo.names();
  }

  static Stream<Function> programs() {
    return Stream.concat(
        ModelZoo.models().stream().map(ModelZoo.Model::build), SmallModels.all().stream());
  }
}
