package dev.miser.testmodels.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code miser explain}: why a program needs what it needs. */
class ExplainTest {
  @TempDir Path folder;
  private Path plan;

  @BeforeEach
  void write() throws IOException {
    plan = TinyPlan.write(folder);
  }

  @Test
  void thePeakTheGapAndTheBudgetAreExplained() {
    assertEquals(
        """
        the peak of @tiny is 16896 bytes (16.5 KiB) at %two (concat)
        as many bytes are alive at %sum

        alive there, largest first:
          %two: 8192 bytes (8.0 KiB), transient, made by %two
            at %two the kernel writes it, still read by %sum
            ending it saves nothing: %two touches it
          %more: 4096 bytes (4.0 KiB), transient, made by %more
            at %two the kernel reads it, for the last time; nothing takes over its bytes
            ending it saves nothing: %two touches it
          %all: 4096 bytes (4.0 KiB), transient, made by %all
            at %two the kernel reads it, for the last time; nothing takes over its bytes
            ending it saves nothing: %two touches it
          %w: 256 bytes, parameter, as the file holds it
            at %two it stays for all steps, still read by %z
            ending it saves 256 bytes: the peak would be 16640 bytes (16.3 KiB) at %two (concat)
              keeping it in a file meanwhile moves 256 B in
          %early: 256 bytes, transient, made by %early, %low
            its bytes are taken over by %z
            at %two it waits, still read by %z
            ending it saves 256 bytes: the peak would be 16640 bytes (16.3 KiB) at %two (concat)
              making it again later takes 128 operations; it needs %x, gone by then
              keeping it in a file meanwhile moves 256 B out and 256 B in

        no ending of idle tensors brings the peak below 16384 bytes (16.0 KiB): what %two (concat) reads and writes

        the arena of 20736 bytes (20.3 KiB) is 3840 bytes (3.8 KiB) above the load bound; no proof says that it has to be
          %w, 256 bytes, reaches the top: the largest piece free during all of its life is 3840 bytes (3.8 KiB); at %two 3840 bytes (3.8 KiB) are free in 1 piece

        the budget of 16384 bytes (16.0 KiB) is exceeded at 2 steps:
          16896 bytes (16.5 KiB) within 2 steps from %two (concat)
        ending these would bring it below:
          %w, 256 bytes: then 16640 bytes (16.3 KiB) at %two
          %early, 256 bytes: then 16384 bytes (16.0 KiB) at %two
        """,
        Cli.miser("explain", plan, "--budget", "16KiB").good().out());
  }

  @Test
  void oneTensorIsExplained() {
    assertEquals(
        """
          %early: 256 bytes, transient, made by %early, %low
            its bytes are taken over by %z
            at %two it waits, still read by %z
            ending it saves 256 bytes: the peak would be 16640 bytes (16.3 KiB) at %two (concat)
              making it again later takes 128 operations; it needs %x, gone by then
              keeping it in a file meanwhile moves 256 B out and 256 B in

        no ending of idle tensors brings the peak below 16384 bytes (16.0 KiB): what %two (concat) reads and writes

        the arena of 20736 bytes (20.3 KiB) is 3840 bytes (3.8 KiB) above the load bound; no proof says that it has to be
          %w, 256 bytes, reaches the top: the largest piece free during all of its life is 3840 bytes (3.8 KiB); at %two 3840 bytes (3.8 KiB) are free in 1 piece
        """,
        Cli.miser("explain", plan, "--tensor", "%early").good().out());
    Cli.miser("explain", plan, "--tensor", "low").good().prints("%low: 4 bytes", "at %all");
    Cli.miser("explain", plan, "--tensor", "%earl").badInput("%earl", "did you mean 'early'?");
    Cli.miser("explain", plan, "--top", -1).badInput("--top");
  }

  @Test
  void jsonSaysTheSame() {
    String text = Cli.miser("explain", plan, "--json", "--budget", "16KiB").good().out();
    JsonObject json = JsonParser.parseString(text).getAsJsonObject();
    assertEquals(16896, json.get("peak_bytes").getAsLong());
    assertEquals("[\"%two\",\"%sum\"]", json.get("peak_steps").toString());
    JsonObject early = json.getAsJsonArray("tensors").get(4).getAsJsonObject();
    assertEquals("early", early.get("name").getAsString());
    assertEquals("READ_LATER", early.get("reason").getAsString());
    assertEquals(256, early.get("saved_bytes").getAsLong());
    assertEquals("{\"flops\":128,\"missing\":[\"x\"]}", early.getAsJsonObject("again").toString());
    assertEquals(3840, json.getAsJsonObject("arena_gap").get("bytes").getAsLong());
    assertTrue(json.getAsJsonObject("budget").get("fits").getAsBoolean());
  }

  @Test
  void modelsAreExplained() {
    for (String model : new String[] {"lenet5", "lstm"}) {
      Cli.miser("explain", Cli.model(model)).good().prints("the peak of @", "ending it saves");
    }
  }
}
