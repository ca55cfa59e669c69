package dev.miser.ir.diag;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** A misspelt name is answered with the closest one, and with none where none is close. */
class SpellingTest {
  private static final List<String> NAMES =
      List.of("relu", "reduce_sum", "reduce_max", "dot", "add");

  @Test
  void suggestsTheClosestName() {
    suggests(", did you mean 'relu'?", "rleu");
    suggests(", did you mean 'reduce_sum'?", "reduce_sun");
    suggests(", did you mean 'dot'?", "dto");
    suggests(", did you mean 'add'?", "addd");
    suggests("", "convolution");
    suggests("", "x".repeat(1000));
    suggests("", "");
  }

  private static void suggests(String expected, String word) {
    assertEquals(expected, Spelling.suggestion(word, NAMES));
  }

  /** Within the limit the narrow table counts as the whole one does. */
  @Test
  void countsAsTheWholeTableDoes() {
    var random = new Random(3);
    for (int i = 0; i < 20_000; i++) {
      String a = word(random);
      String b = word(random);
      int whole = Spelling.distance(a, b, 100);
      int narrow = Spelling.distance(a, b, 3);
      assertEquals(Math.min(whole, 4), Math.min(narrow, 4), a + " and " + b);
    }
  }

  private static String word(Random random) {
    var word = new StringBuilder();
    for (int i = random.nextInt(7); i > 0; i--) {
      word.append((char) ('a' + random.nextInt(3)));
    }
    return word.toString();
  }
}
