package dev.miser.compiler.packing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.miser.frontend.Source;
import dev.miser.ir.diag.Diagnostic;
import dev.miser.passes.memory.packing.Effort;
import dev.miser.passes.memory.packing.Item;
import dev.miser.passes.memory.packing.Lifetime;
import dev.miser.passes.memory.packing.Outcome;
import dev.miser.passes.memory.packing.Packing;
import dev.miser.passes.memory.packing.PackingChecker;
import dev.miser.passes.memory.packing.Problem;
import dev.miser.passes.memory.packing.Strategies;
import dev.miser.passes.memory.packing.Strategy;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** Buffer lists: read back as written; whatever the text, there is a diagnosis or a list. */
class BufferListTest {
  private static final Effort LITTLE = Effort.DEFAULT.withNodes(2_000);

  private static final String PLAIN =
      """
      id,lower,upper,size
      b1,0,3,4
      b2,3,9,4
      "b,3",0,9,4
      b4,9,21,4
      b5,16,21,4
      """;

  private static final String FULL =
      """
      id,lower,upper,size,alignment,pinned,offset
      a,0,10,100,8,,104
      b,2,5,32,64,64,64
      c,5,9,32,,,64
      "d ""d\""",1,2,7,,,0
      "d ""d\""",8,11,7,,,0
      e,10,12,0,1,,3
      """;

  private static BufferList list(String text) {
    BufferList.Read read = BufferList.read(new Source("list.csv", text));
    assertEquals(List.of(), read.diagnostics());
    return Objects.requireNonNull(read.list());
  }

  @Test
  void rowsOfOneBufferAreItsLives() {
    BufferList list = list(FULL);
    List<Item> items = list.problem().items();
    assertEquals(List.of("a", "b", "c", "d \"d\"", "e"), items.stream().map(Item::name).toList());
    assertEquals(List.of(new Lifetime(1, 2), new Lifetime(8, 11)), items.get(3).lives());
    assertEquals(64, items.get(1).pinned());
    assertEquals(8, items.get(0).alignment());
    Packing given = list.given();
    assertNotNull(given);
    assertEquals(List.of(), PackingChecker.check(items, given));
    assertEquals(null, list(PLAIN).given());
  }

  @Test
  void whatIsWrittenReadsBack() throws IOException {
    for (String text :
        List.of(PLAIN, FULL, "id,lower,upper,size\n\" x\ty \",0,1,1\n\"\"\"\",0,1,1\n")) {
      BufferList list = list(text);
      Outcome outcome = Strategies.OURS.pack(list.problem(), LITTLE);
      var out = new StringBuilder();
      BufferListWriter.write(out, list.problem(), outcome.packing());
      BufferList again = list(out.toString());
      assertEquals(list.problem().items(), again.problem().items());
      Packing given = again.given();
      assertNotNull(given);
      for (int i = 0; i < given.count(); i++) {
        assertEquals(outcome.packing().offset(i), given.offset(i));
      }
    }
  }

  @Test
  void everyMutantIsDiagnosedOrPacked() {
    var random = new SplittableRandom(1);
    int lists = 0;
    int refused = 0;
    for (int round = 0; round < 2_000; round++) {
      String text = random.nextBoolean() ? PLAIN : FULL;
      int edits = 1 + random.nextInt(3);
      for (int i = 0; i < edits; i++) {
        text = mutant(text, random);
      }
      BufferList.Read read = BufferList.read(new Source("list.csv", text));
      BufferList list = read.list();
      assertEquals(list == null, !read.diagnostics().isEmpty(), text);
      if (list == null) {
        refused++;
        hasPlaces(read.diagnostics(), text);
      } else {
        lists++;
        // Every strategy, though not with every list: some take their time.
        boolean all = lists % 8 == 0;
        for (Strategy strategy : all ? Strategies.ALL : List.of(Strategies.OURS)) {
          isPacked(strategy, list.problem(), text);
        }
      }
    }
    assertTrue(lists > 300 && refused > 300, lists + " lists, " + refused + " refused");
  }

  private static void hasPlaces(List<Diagnostic> diagnostics, String text) {
    List<String> lines = List.of(text.split("\n", -1));
    for (Diagnostic diagnostic : diagnostics) {
      int line = diagnostic.place().line();
      assertTrue(line >= 1 && line <= lines.size(), diagnostic + " of " + text);
      String found = lines.get(line - 1);
      int last = diagnostic.place().column() + diagnostic.place().length() - 1;
      assertTrue(last <= Math.max(1, found.codePointCount(0, found.length()) + 1), text);
      assertTrue(diagnostic.code().text().startsWith("csv."), diagnostic.toString());
    }
  }

  private static void isPacked(Strategy strategy, Problem problem, String text) {
    Outcome outcome = strategy.pack(problem, LITTLE);
    assertEquals(
        List.of(),
        PackingChecker.check(problem.items(), outcome.packing()),
        () -> strategy.name() + " packs wrongly:\n" + text);
    assertTrue(
        problem.loadBound() <= outcome.lowerBound() && outcome.lowerBound() <= outcome.peak(),
        () -> strategy.name() + " bounds wrongly:\n" + text);
  }

  /** Edits characters, fields, rows or numbers. */
  private static String mutant(String text, SplittableRandom random) {
    int at = random.nextInt(Math.max(1, text.length()));
    String odd = ",\"\n\r;\t -0123456789aé\u0000\ud83d\ude00";
    return switch (random.nextInt(7)) {
      case 0 -> text.substring(0, at) + text.substring(Math.min(text.length(), at + 1));
      case 1 ->
          text.substring(0, at) + odd.charAt(random.nextInt(odd.length())) + text.substring(at);
      case 2 -> text.substring(0, at);
      case 3 -> {
        List<String> lines = new ArrayList<>(List.of(text.split("\n", -1)));
        String line = lines.remove(random.nextInt(lines.size()));
        lines.add(random.nextInt(lines.size() + 1), line);
        if (random.nextBoolean()) {
          lines.add(random.nextInt(lines.size() + 1), line);
        }
        yield String.join("\n", lines);
      }
      default -> {
        List<String> fields = new ArrayList<>(List.of(text.split("(?<=[,\n])|(?=[,\n])", -1)));
        int field = random.nextInt(fields.size());
        if (fields.get(field).matches("[0-9]+")) {
          long[] numbers = {
            0,
            1,
            2,
            3,
            7,
            8,
            64,
            1L << 31,
            1L << 32,
            BufferList.MOST / 2,
            BufferList.MOST - 1,
            BufferList.MOST,
            BufferList.MOST + 1,
            Long.MAX_VALUE
          };
          fields.set(field, String.valueOf(numbers[random.nextInt(numbers.length)]));
        }
        yield String.join("", fields);
      }
    };
  }

  @Test
  void manyRowsOfOneBufferAreReadInTime() {
    var text = new StringBuilder("id,lower,upper,size\n");
    for (int i = 200_000; i > 0; i--) {
      text.append("a,").append(i).append(',').append(i + 1).append(",8\n");
    }
    BufferList list = list(text.toString());
    assertEquals(200_000, list.problem().items().getFirst().lives().size());
    text.append("a,100,101,8\n");
    BufferList.Read read = BufferList.read(new Source("list.csv", text.toString()));
    assertEquals(1, read.diagnostics().size());
    assertFalse(read.diagnostics().getFirst().notes().isEmpty());
  }
}
