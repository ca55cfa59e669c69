package dev.miser.testmodels.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.miser.driver.Main;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/** What one command line printed, and its exit code. */
record Cli(int code, String out, String err) {
  /** Runs a command in this process. */
  static Cli miser(Object... arguments) {
    List<String> words = Arrays.stream(arguments).map(String::valueOf).toList();
    var out = new StringWriter();
    var err = new StringWriter();
    int code = Main.run(words, new PrintWriter(out), new PrintWriter(err));
    return new Cli(code, out.toString(), err.toString());
  }

  /** Returns a model of the checkout. */
  static Path model(String name) {
    return Path.of("models", name + ".mir");
  }

  Cli good() {
    assertEquals(0, code, this::toString);
    return this;
  }

  Cli checkFailed() {
    assertEquals(1, code, this::toString);
    return this;
  }

  /** Holds what every bad input must look like: exit code, a message, no stack trace. */
  Cli badInput(String... messages) {
    assertEquals(2, code, this::toString);
    assertEquals("", out, "results of bad input");
    assertFalse(err.contains("\tat "), this::toString);
    return says(messages);
  }

  /** Holds that stderr says all of this. */
  Cli says(String... messages) {
    for (String message : messages) {
      assertTrue(err.contains(message), () -> "no '" + message + "' in:\n" + this);
    }
    return this;
  }

  /** Holds that stdout has all of this. */
  Cli prints(String... texts) {
    for (String text : texts) {
      assertTrue(out.contains(text), () -> "no '" + text + "' in:\n" + this);
    }
    return this;
  }
}
