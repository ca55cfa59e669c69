package dev.miser.testmodels.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code miser plan --diff}: what changed, and whether it needs more. */
class PlanDiffTest {
  @TempDir Path folder;
  private Path before;
  private Path after;

  /**
   * The second plan keeps a larger {@code %more} to the end, has no {@code %all}, and needs more.
   */
  @BeforeEach
  void write() throws IOException {
    before = TinyPlan.write(folder);
    after =
        Files.writeString(
            folder.resolve("after.mir"),
            """
            plan @tiny(%x: f32[64], param %w: f32[64] = fill(2.0)) -> f32[64] target {vector_bits = 256, workers = 2, l1 = 32768, l2 = 1048576, tile = [6, 2]} {
              init {
              }
              step {
                kernel loop (%early) {
                  %early = exp %x : f32[64]
                }
                kernel loop (%more) {
                  %leaf = broadcast %early {shape = [32, 64], dims = [1]} : f32[32,64]
                  %more = negate %leaf : f32[32,64]
                }
                kernel move (%sum) {
                  %sum = cumulative_sum %more {axis = 0} : f32[32,64]
                }
                kernel reduce (%z) workspace 1024 {
                  %both = subtract %sum, %more : f32[32,64]
                  %top = reduce_max %both {axes = [0]} : f32[64]
                  %z = multiply %top, %w : f32[64]
                }
              }
              memory {
                arena 21248
                buffer %x at 0 size 256 live [0, 1)
                buffer %w at 20992 size 256 live [0, 4)
                buffer %early at 256 size 256 live [0, 2)
                buffer %more at 512 size 8192 live [1, 4)
                buffer %sum at 8704 size 8192 live [2, 4)
                buffer %z at 16896 size 256 live [3, 4)
                buffer %z.workspace at 17152 size 1024 live [3, 4)
                certificate {naive = 18432, load_bound = 17920, lower_bound = 17920, found_by = "by hand", proved_by = "load", nodes = 0, stop = "done"}
              }
              return %z
            }
            """);
  }

  private static final String CHANGES =
      """
      from @tiny to @tiny
        arena           20736  21248   +512   +2.5 %
        persistent        256    256      0
        transient       20480  20992   +512   +2.5 %
        peak of a step  16896  17920  +1024   +6.1 %
        load bound      16896  17920  +1024   +6.1 %
        lower bound     16896  17920  +1024   +6.1 %
        naive total     26944  18432  -8512  -31.6 %

      tensors that differ, largest first: 7
        gone   -8192  %two              transient of 8192, %two .. %sum
        grown  +4096  %more             transient of 4096 -> 8192, %more .. %two -> %more .. end
        gone   -4096  %all              transient of 4096, %all .. %two
        gone    -256  %early.workspace  workspace of 256, %early, %low .. %early, %low
        gone      -4  %low              transient of 4, %early, %low .. %all
        moved      0  %early            transient of 256, %early, %low .. end -> %early .. %more
        moved      0  %x                input of 256, start .. %early, %low -> start .. %early

      steps at which other bytes are alive, largest first: 7
        gone    -16896  %two          with 16896
        gone     -8768  %all          with 8768
        grown    +8192  %z            9728 -> 17920
        grown    +4032  %more         4672 -> 8704
        gone     -1088  %early, %low  with 1088
        new       +768  %early        with 768
        shrunk    -256  %sum          16896 -> 16640

      worse: the arena is larger by 512 bytes, +2.5 %, more than the tolerance of 0
      """;

  @Test
  void whatChangedIsListedLargestFirst() {
    assertEquals(CHANGES, Cli.miser("plan", after, "--diff", before).checkFailed().out());
    Cli.miser("plan", after, "--diff", before, "--top", 2).checkFailed().prints("  and 5 more\n");
  }

  @Test
  void theExitCodeSaysWhetherItNeedsMore() {
    Cli.miser("plan", before, "--diff", after).good().prints("better: the arena is smaller");
    Cli.miser("plan", before, "--diff", before).good().prints("no tensor differs", "the same");
    for (String enough : new String[] {"512", "3%", "2.47%", "1KiB"}) {
      Cli.miser("plan", after, "--diff", before, "--tolerance", enough).good();
    }
    for (String tooLittle : new String[] {"511", "2%", "0%"}) {
      Cli.miser("plan", after, "--diff", before, "--tolerance", tooLittle).checkFailed();
    }
    Cli.miser("plan", after, "--diff", before, "--by", "naive").good();
    Cli.miser("plan", before, "--diff", after, "--by", "naive").checkFailed();
  }

  @Test
  void whatWasPrintedAsJsonComparesLikeThePlanItself() throws IOException {
    Path saved = folder.resolve("before.json");
    Files.writeString(saved, Cli.miser("plan", before, "--json").good().out());
    assertEquals(
        Cli.miser("plan", after, "--diff", before).checkFailed().out(),
        Cli.miser("plan", after, "--diff", saved).checkFailed().out());
    JsonObject json =
        JsonParser.parseString(Cli.miser("plan", saved, "--diff", after, "--json").good().out())
            .getAsJsonObject();
    assertFalse(json.get("worse").getAsBoolean());
    JsonObject first = json.getAsJsonArray("tensors").get(0).getAsJsonObject();
    assertEquals("two", first.get("name").getAsString());
    assertEquals("NEW", first.get("change").getAsString());
    assertEquals(8192, first.getAsJsonObject("after").get("bytes").getAsLong());
    assertTrue(json.getAsJsonArray("steps").size() > 3);
  }

  @Test
  void badInputIsRefused() throws IOException {
    Path none = folder.resolve("none.mir");
    Cli.miser("plan", before, "--diff", none).badInput("[file.unreadable]");
    String json = Cli.miser("plan", before, "--json").good().out();
    Path bad = folder.resolve("bad.json");
    for (String[] wrong :
        new String[][] {
          {"{", "[plan.json]"},
          {json.replace("\"buffers\"", "\"other\""), "it has no 'buffers'"},
          {json.replace("\"arena_bytes\": 20736", "\"arena_bytes\": 1.5"), "arena_bytes"},
          {json.replace("\"arena_bytes\": 20736", "\"arena_bytes\": -1"), "arena_bytes"},
          {json.replace("\"arena_bytes\": 20736", "\"arena_bytes\": null"), "arena_bytes"},
          {json.replace("\"start\": 5", "\"start\": 99999999999"), "start"},
          {json.replace("\"init\": false", "\"init\": 7"), "init"},
          {json.replace("\"TRANSIENT\"", "\"TRANSLUCENT\""), "TRANSLUCENT"},
        }) {
      Files.writeString(bad, wrong[0]);
      Cli.miser("plan", before, "--diff", bad).badInput("[plan.json]", wrong[1]);
    }
    Cli.miser("plan", after, "--diff", before, "--tolerance", "x%").badInput("no percentage");
    Cli.miser("plan", after, "--diff", before, "--tolerance", "-1%").badInput("no percentage");
    Cli.miser("plan", after, "--diff", before, "--report", bad).badInput("--report");
    Cli.miser("plan", after, "--top", -1).badInput("--top");
  }
}
