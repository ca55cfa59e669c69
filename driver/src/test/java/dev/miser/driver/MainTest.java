package dev.miser.driver;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The frame of the command: help, version, and exit codes for what no subcommand answers. */
class MainTest {
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @Test
  void helpIsShort() {
    assertEquals(Main.GOOD, run("--help"));
    assertTrue(out.toString().contains("Exit codes:"), out.toString());
    assertTrue(out.toString().lines().count() <= 40, out.toString());
  }

  @Test
  void versionNamesMiserAndTheJdk() {
    assertEquals(Main.GOOD, run("--version"));
    assertTrue(out.toString().startsWith("Miser "), out.toString());
    assertTrue(out.toString().contains("JDK 25"), out.toString());
  }

  @Test
  void unknownArgumentsAreBadInput() {
    assertEquals(Main.BAD_INPUT, run("--no-such-option"));
    assertTrue(err.toString().contains("--no-such-option"), err.toString());
  }

  private int run(String... arguments) {
    return Main.run(
        List.of(arguments),
        new PrintWriter(out, true),
        new PrintWriter(err, true),
        Console.Kind.PLAIN);
  }
}
