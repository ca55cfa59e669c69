package dev.miser.testmodels.text;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.miser.frontend.Diagnostics;
import dev.miser.frontend.Limits;
import dev.miser.frontend.Parsed;
import dev.miser.frontend.Parser;
import dev.miser.frontend.Source;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Program texts with random damage give a program or diagnostics, never anything else. */
class MutationTest {
  private static final int MUTANTS = Boolean.getBoolean("miser.full") ? 200_000 : 6000;

  /** Pieces that mean something somewhere. */
  private static final List<String> PIECES =
      List.of(
          "%",
          "@",
          "\"",
          "\\",
          "{",
          "}",
          "(",
          ")",
          "[",
          "]",
          "=",
          ",",
          ":",
          "..",
          "->",
          "//",
          "\n",
          "\r\n",
          "\ufeff",
          "\u0000",
          "é",
          "-1",
          "0",
          "9223372036854775807",
          "99999999999999999999",
          "1e999",
          "nan",
          "-inf",
          "f32[",
          "f32[1048576,1048576]",
          "u64[]",
          "return",
          "kernel",
          "view",
          "state",
          "init {",
          "step {",
          "memory {",
          "concat",
          "constant {value = i8[2](1, 2)}",
          "{axis = 1}",
          "normal(fan_in)",
          "in 0..2");

  @Test
  void damagedTextsGiveAProgramOrDiagnostics() throws IOException {
    List<byte[]> corpus = corpus();
    var random = new Random(20261121);
    int legal = 0;
    for (int i = 0; i < MUTANTS; i++) {
      byte[] mutant = corpus.get(random.nextInt(corpus.size()));
      for (int k = random.nextInt(4); k >= 0; k--) {
        mutant = mutate(mutant, corpus, random);
      }
      legal += check("mutant " + i, mutant) ? 1 : 0;
    }
    // Were none legal, or nearly all, the damage would say nothing.
    assertTrue(legal > MUTANTS / 50 && legal < MUTANTS / 2, legal + " of " + MUTANTS + " legal");
  }

  /** Returns whether the bytes are a program; fails if reading them does anything unforeseen. */
  static boolean check(String name, byte[] bytes) {
    Parsed parsed = Parser.parse(name, bytes);
    assertTrue(parsed.diagnostics().size() <= Limits.ERRORS, name);
    String shown =
        Diagnostics.render(parsed.diagnostics(), parsed.source(), Diagnostics.Style.PLAIN);
    assertEquals(parsed.program() == null, !shown.isEmpty(), name);
    parsed
        .diagnostics()
        .forEach(d -> assertTrue(d.place().isKnown() && d.place().column() > 0, d::toString));
    if (parsed.program() == null) {
      return false;
    }
    String text = parsed.program().text();
    assertEquals(text, Parser.parse(new Source(name, text)).orThrow().text(), name);
    return true;
  }

  private static byte[] mutate(byte[] bytes, List<byte[]> corpus, Random random) {
    int at = random.nextInt(bytes.length + 1);
    int length = Math.min(1 << random.nextInt(8), bytes.length - at);
    int to = random.nextInt(bytes.length + 1);
    return switch (random.nextInt(7)) {
      case 0 -> join(bytes, 0, at, bytes, at + length, bytes.length);
      case 1 -> insert(bytes, to, bytes, at, at + length);
      case 2 -> {
        byte[] changed = bytes.clone();
        if (at < changed.length) {
          changed[at] = (byte) random.nextInt();
        }
        yield changed;
      }
      case 3 -> {
        byte[] other = corpus.get(random.nextInt(corpus.size()));
        int from = random.nextInt(other.length + 1);
        yield insert(bytes, to, other, from, Math.min(other.length, from + length));
      }
      case 4 -> {
        // A digit becomes another: sizes and axes no longer fit.
        byte[] changed = bytes.clone();
        for (int i = at; i < changed.length; i++) {
          if (changed[i] >= '0' && changed[i] <= '9') {
            changed[i] = (byte) ('0' + random.nextInt(10));
            break;
          }
        }
        yield changed;
      }
      default -> {
        byte[] piece = PIECES.get(random.nextInt(PIECES.size())).getBytes(StandardCharsets.UTF_8);
        yield insert(bytes, to, piece, 0, piece.length);
      }
    };
  }

  private static byte[] insert(byte[] bytes, int at, byte[] piece, int from, int to) {
    byte[] head = join(bytes, 0, at, piece, from, to);
    return join(head, 0, head.length, bytes, at, bytes.length);
  }

  private static byte[] join(byte[] a, int aFrom, int aTo, byte[] b, int bFrom, int bTo) {
    byte[] joined = new byte[aTo - aFrom + bTo - bFrom];
    System.arraycopy(a, aFrom, joined, 0, aTo - aFrom);
    System.arraycopy(b, bFrom, joined, aTo - aFrom, bTo - bFrom);
    return joined;
  }

  /** Returns small models in all forms, and every golden file. */
  static List<byte[]> corpus() throws IOException {
    var corpus = new ArrayList<byte[]>();
    for (String text : TextForms.small(6000)) {
      corpus.add(text.getBytes(StandardCharsets.UTF_8));
    }
    try (Stream<Path> files = Files.walk(Path.of("golden"))) {
      for (Path file : files.filter(f -> f.toString().endsWith(".mir")).sorted().toList()) {
        String text = Files.readString(file).replaceAll("(?s)(^|\n)//=.*", "\n");
        corpus.add(text.getBytes(StandardCharsets.UTF_8));
      }
    }
    return corpus;
  }
}
