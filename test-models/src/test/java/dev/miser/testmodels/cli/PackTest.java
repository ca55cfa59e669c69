package dev.miser.testmodels.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.miser.ir.diag.Code;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code miser pack}, from files to files. */
class PackTest {
  /** Each code of buffer lists, and a file that triggers it alone. */
  private static final Map<String, String> EXAMPLES =
      Map.of(
          "csv.columns", "id,lower,upper,sise,size\na,0,1,2,3\n",
          "csv.row", "id,lower,upper,size\na,0,1\n",
          "csv.quote", "id,lower,upper,size\n\"a,0,1,2\n",
          "csv.number", "id,lower,upper,size\na,0,1,-2\n",
          "csv.life", "id,lower,upper,size\na,1,1,2\n",
          "csv.buffer", "id,lower,upper,size\na,0,1,2\na,1,2,3\n",
          "csv.total", "id,lower,upper,size\na,0,1,9007199254740992\nb,1,2,1\n");

  @TempDir Path folder;

  private Path list(String text) throws IOException {
    return Files.writeString(folder.resolve("list.csv"), text);
  }

  @Test
  void aListIsPackedWrittenDrawnAndJudged() throws IOException {
    Path list = list("id,lower,upper,size\n\"b 1\",0,3,4\nb2,3,9,4\nb3,0,9,4\nb4,9,21,4\n");
    Path out = folder.resolve("out.csv");
    Path svg = folder.resolve("out.svg");
    Cli.miser("pack", list, "--strategy", "bump", "--out", out, "--svg", svg)
        .good()
        .prints("4 buffers of 16 bytes, at most 8 bytes alive at once", "100.00 %", "load", "done");
    assertTrue(Files.readString(out).startsWith("id,lower,upper,size,offset\n\"b 1\",0,3,4,0\n"));
    assertTrue(Files.readString(svg).contains("<title>b 1\n4 bytes at 0\nalive [0, 3)</title>"));
    Cli.miser("pack", out, "--check").good().prints("the packing is legal; its peak is 16 bytes");
  }

  @Test
  void jsonHoldsEveryOffset() throws IOException {
    Path list = list("id,lower,upper,size,alignment\na,0,3,5,\nb,1,2,4,8\nb,4,5,4,8\n");
    String text = Cli.miser("pack", list, "--strategy", "bump", "--json").good().out();
    JsonObject json = JsonParser.parseString(text).getAsJsonObject();
    JsonObject result = json.getAsJsonArray("results").get(0).getAsJsonObject();
    assertEquals("[0,8]", result.get("offsets").toString());
    assertEquals(12, result.get("peak").getAsLong());
    JsonObject b = json.getAsJsonArray("buffers").get(1).getAsJsonObject();
    assertEquals(2, b.getAsJsonArray("lives").size());
  }

  @Test
  void aCapacityThatIsNotReachedSaysWhetherAnyPackingCould() throws IOException {
    Path list = list("id,lower,upper,size\na,0,1,1024\nb,1,2,1024\n");
    Path out = folder.resolve("out.csv");
    Cli.miser("pack", list, "--capacity", "2KiB").good().prints("fits");
    Cli.miser("pack", list, "--capacity", "1K", "--strategy", "bump", "--out", out)
        .checkFailed()
        .prints("not found, and not proved impossible", "1024 bytes (1.0 KiB) above the capacity");
    Cli.miser("pack", list, "--capacity", "1023")
        .checkFailed()
        .prints("proved impossible: at least 1024 bytes", "as proved by load");
    Cli.miser("pack", out, "--check", "--capacity", "1K")
        .checkFailed()
        .prints("the packing is legal", "above the capacity of 1024 bytes");
  }

  @Test
  void aWrongPackingIsJudgedWrong() throws IOException {
    Path list = list("id,lower,upper,size,pinned,offset\na,0,2,4,,0\nb,1,2,4,,3\nc,5,6,1,9,8\n");
    Cli.miser("pack", list, "--check")
        .checkFailed()
        .prints("a and b overlap at time 1", "c lies at 8, and is pinned at 9");
    Cli.miser("pack", list("id,lower,upper,size\na,0,1,1\n"), "--check")
        .badInput("[usage]", "an offset for each buffer");
  }

  @Test
  void everyCodeHasAnExample() throws IOException {
    var codes = new TreeSet<String>();
    Arrays.stream(Code.values())
        .map(Code::text)
        .filter(text -> text.startsWith("csv."))
        .forEach(codes::add);
    assertEquals(codes, new TreeSet<>(EXAMPLES.keySet()));
    for (Map.Entry<String, String> example : new TreeMap<>(EXAMPLES).entrySet()) {
      Cli cli = Cli.miser("pack", list(example.getValue()), "--out", folder.resolve("out.csv"));
      cli.badInput("list.csv:", "[" + example.getKey() + "]");
      assertEquals(1, cli.err().split("error: ", -1).length - 1, cli::toString);
    }
    assertFalse(Files.exists(folder.resolve("out.csv")));
  }

  @Test
  void allErrorsAreReportedAtOnceWithTheirPlaces() throws IOException {
    Path list =
        list(
            "id,lower,upper,size,offset\r\na,0,x,1,\r\n,5,4,1.5,\r\n\r\nb,0,1,99999999999999999,-1\r\n");
    Cli.miser("pack", list)
        .badInput(
            "list.csv:2:5: error: upper is 'x'",
            "list.csv:3:1: error: buffer '' has no name",
            "list.csv:3:4: error: lower is 5 and upper 4",
            "list.csv:3:6: error: size is '1.5', expected a whole number from 0 to",
            "list.csv:5:7: error: size is '99999999999999999'",
            "list.csv:5:25: error: offset is '-1'",
            "   2 | a,0,x,1,\n     |     ^\n");
  }

  @Test
  void headersThatAreNone() throws IOException {
    Cli.miser("pack", list("")).badInput("list.csv:1:1", "the file is empty");
    Cli.miser("pack", list("id;lower;upper;size\n")).badInput("separated by commas");
    Cli.miser("pack", list("id,lower,size,lower\n")).badInput("given twice", "lacks upper");
  }

  @Test
  void filesFromWindowsAndFilesThatCannotBeRead() throws IOException {
    Path list = folder.resolve("list.csv");
    Files.write(
        list,
        "\ufeffid, lower ,upper,size\r\n\"x, \"\"y\"\"\", 0 ,1,2".getBytes(StandardCharsets.UTF_8));
    Path out = folder.resolve("out.csv");
    Cli.miser("pack", list, "--out", out).good();
    assertEquals("id,lower,upper,size,offset\n\"x, \"\"y\"\"\",0,1,2,0\n", Files.readString(out));
    Cli.miser("pack", out, "--check").good();
    Files.write(list, new byte[] {'i', 'd', (byte) 0xff});
    Cli.miser("pack", list).badInput("[parse.encoding]", "list.csv:1:3");
    Cli.miser("pack", folder.resolve("none.csv")).badInput("[file.unreadable]", "no such file");
    Cli.miser("pack", folder).badInput("[file.unreadable]", "folder");
  }

  @Test
  void optionsThatAreWrongLeaveNothingBehind() throws IOException {
    Path list = list("id,lower,upper,size\na,0,1,1\n");
    Cli.miser("pack", list, "--strategy", "bumb").badInput("did you mean 'bump'?", "all");
    Cli.miser("pack", list, "--capacity", "1 potato").badInput("--capacity", "potato");
    Cli.miser("pack", list, "--nodes", "-1").badInput("--nodes");
    Cli.miser("pack", list, "--limit", "NaN").badInput("--limit");
    Cli.miser("pack", list, "--out", folder.resolve("no/out.csv")).badInput("[file.unwritable]");
    Cli.miser("pack", list, "--svg", folder).badInput("[file.unwritable]");
    try (Stream<Path> files = Files.list(folder)) {
      assertEquals(1, files.count());
    }
  }

  @Test
  void anEmptyListTakesNothing() throws IOException {
    Path list = list("id,lower,upper,size\n");
    Cli.miser("pack", list, "--strategy", "all", "--svg", folder.resolve("a.svg")).good();
  }
}
