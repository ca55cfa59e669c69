package dev.miser.frontend;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.miser.ir.func.Function;
import dev.miser.ir.op.OpSchema;
import dev.miser.ir.op.OpSchema.Attribute;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/**
 * Whatever the printer prints, of every operation and attribute, reads back and prints the same.
 */
class RoundTripTest {
  @Test
  void printedFunctionsReadBackByteForByte() {
    Set<String> operations = new TreeSet<>();
    Set<String> attributes = new TreeSet<>();
    for (int seed = 0; seed < 40; seed++) {
      var random = new RandomText(seed);
      Function function = random.function(OpSchema.mnemonics());
      String text = function.toString();
      Parsed parsed = Parser.parse(new Source("random " + seed, text));
      assertEquals(List.of(), parsed.diagnostics());
      assertEquals(text, parsed.function().toString());
      assertEquals(function.body().size(), parsed.function().body().size());
      for (int i = 0; i < function.body().size(); i++) {
        assertEquals(
            function.body().get(i).op().mnemonic(),
            parsed.function().body().get(i).op().mnemonic());
        assertEquals(function.body().get(i).result(), parsed.function().body().get(i).result());
      }
      operations.addAll(random.operations());
      attributes.addAll(random.attributes());
    }
    assertEquals(new TreeSet<>(OpSchema.mnemonics()), operations);
    Set<String> missing = everyAttribute();
    missing.removeAll(attributes);
    assertEquals(Set.of(), missing, "attributes that no program gave");
  }

  private static Set<String> everyAttribute() {
    var all = new TreeSet<String>();
    for (String mnemonic : OpSchema.mnemonics()) {
      OpSchema schema = OpSchema.find(mnemonic);
      if (schema != null) {
        for (Attribute attribute : schema.attributes()) {
          all.add(mnemonic + "." + attribute.name());
        }
      }
    }
    return all;
  }
}
