package dev.miser.testmodels.golden;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.miser.frontend.Parsed;
import dev.miser.frontend.Parser;
import dev.miser.ir.func.Function;
import dev.miser.ir.op.OpSchema;
import dev.miser.passes.Pass;
import dev.miser.passes.Passes;
import dev.miser.passes.Pipeline;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** Nothing lacks its golden files: no operation, no pass. */
class CompletenessTest {
  private static final Set<String> FOLDERS =
      Set.of("parse", "verify", "ops", "passes", "plan", "emit");

  private static List<GoldenFile> below(String folder) throws IOException {
    return GoldenTest.files().stream().filter(f -> f.name().startsWith(folder + "/")).toList();
  }

  @Test
  void everyFileIsInAFolderWithAMeaning() throws IOException {
    for (GoldenFile file : GoldenTest.files()) {
      assertEquals(true, FOLDERS.contains(file.name().replaceAll("/.*", "")), file.name());
      assertEquals(true, file.name().endsWith(".mir"), file.name());
      assertEquals(false, file.output().isEmpty(), file.name() + " has no output");
    }
  }

  /** ops/name.mir shows the operation of that name, and evaluates it. */
  @Test
  void everyOperationHasAnExample() throws IOException {
    var shown = new TreeSet<String>();
    for (GoldenFile file : below("ops")) {
      String name = file.name().replaceAll("^ops/|\\.mir$", "");
      Function function = Parser.parse(file.source()).function();
      boolean holds = function.body().stream().anyMatch(i -> i.op().mnemonic().equals(name));
      assertEquals(true, holds, file.name() + " does not show " + name);
      assertEquals(List.of("eval"), file.runs(), file.name());
      shown.add(name);
    }
    assertEquals(new TreeSet<>(OpSchema.mnemonics()), shown);
  }

  /** Each pass has a case in which it acts, run alone, and one in which it must not. */
  @Test
  void everyPassActsAndRefrains() throws IOException {
    var acting = new TreeSet<String>();
    var refraining = new TreeSet<String>();
    var runs = new GoldenRuns(Path.of("."));
    for (GoldenFile file : GoldenTest.files()) {
      String run = file.runs().getFirst();
      Pipeline pipeline = Pipeline.parse(run).pipeline();
      var passes = new ArrayList<Pass<?>>(pipeline.function());
      passes.addAll(pipeline.schedule());
      if (passes.size() == 1) {
        Parsed parsed = Parser.parse(file.source());
        // A pass over a schedule begins with what fusion makes of the function.
        String before =
            pipeline.schedule().isEmpty() ? parsed.orThrow().text() : runs.run("fuse", parsed);
        boolean changed = !GoldenFile.section(run, before).equals(file.output());
        (changed ? acting : refraining).add(passes.getFirst().name());
      }
    }
    assertEquals(new TreeSet<>(Passes.names()), acting);
    assertEquals(new TreeSet<>(Passes.names()), refraining);
  }
}
