package dev.miser.testmodels.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.miser.ir.diag.Code;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code miser order}, from files to text. */
class OrderTest {
  /** Each code of node lists, and a file that triggers it alone. */
  private static final Map<String, String> EXAMPLES =
      Map.of(
          "order.node", "id,size,preds\na,1,\na,2,\n",
          "order.pred", "id,size,preds\nab,1,\nac,2,ax\n",
          "order.cycle", "id,size,preds\na,1,c\nb,2,a\nc,3,b\nd,1,a\n");

  private static final String FORK =
      "id,size,preds\nx,1,\nfat1,50,x\nthin1,1,fat1\nfat2,50,x\nthin2,1,fat2\ny,1,thin1;thin2\n";

  @TempDir Path folder;

  private Path list(String text) throws IOException {
    return Files.writeString(folder.resolve("graph.csv"), text);
  }

  @Test
  void aGraphIsOrderedAndTheOrderProved() throws IOException {
    Path wide =
        list("id,size,preds\nx,1,\nf,50,x\ng,50,x\nthin f,1, f \nthin g,1,g\ny,1,thin f;thin g");
    Cli.miser("order", wide)
        .good()
        .prints(
            "6 nodes", "own order", "101 bytes", "this order", "52 bytes", "no order needs less");
    Cli.miser("order", wide, "--nodes", "0").good().prints("lower bound");
    Cli.miser("order", list(FORK))
        .good()
        .prints("order: x fat1 thin1 fat2 thin2 y", "found by own");
  }

  @Test
  void jsonHoldsTheOrder() throws IOException {
    String text = Cli.miser("order", list(FORK), "--json").good().out();
    JsonObject json = JsonParser.parseString(text).getAsJsonObject();
    assertEquals(6, json.getAsJsonArray("order").size());
    assertTrue(json.get("optimal").getAsBoolean());
    assertEquals(json.get("peak").getAsLong(), json.get("lower_bound").getAsLong());
  }

  @Test
  void rowsMayStandBeforeWhatTheyRead() throws IOException {
    Cli.miser("order", list("preds,id,size\nb,a,1\n,b,2\n")).good().prints("order: b a");
  }

  @Test
  void everyCodeHasAnExample() throws IOException {
    var codes = new TreeSet<String>();
    Arrays.stream(Code.values())
        .map(Code::text)
        .filter(text -> text.startsWith("order."))
        .forEach(codes::add);
    assertEquals(codes, new TreeSet<>(EXAMPLES.keySet()));
    for (Map.Entry<String, String> example : new TreeMap<>(EXAMPLES).entrySet()) {
      Cli cli = Cli.miser("order", list(example.getValue()));
      cli.badInput("graph.csv:", "[" + example.getKey() + "]");
      assertEquals(1, cli.err().split("error: ", -1).length - 1, cli::toString);
    }
  }

  @Test
  void allErrorsAreReportedAtOnceWithTheirPlaces() throws IOException {
    Cli.miser(
            "order", list("id,size,preds\na,x,\n,1,\nb;c,1,\nb,1,a,2\nb,9007199254740992,\nd,1,\n"))
        .badInput(
            "graph.csv:2:3: error: size is 'x', expected a whole number from 0 to",
            "graph.csv:3:1: error: node '' has no name",
            "graph.csv:4:1: error: node 'b;c' has a semicolon",
            "graph.csv:5:1: error: row has 4 fields",
            "graph.csv:6:3: error: the buffers up to here may need more than");
    Cli.miser("order", list("id,size,preds\nab,1,\nc,2,aB;ab;ab\nd,1,d;;\n"))
        .badInput(
            "graph.csv:3:5: error: node 'c' reads 'aB' which is no node, did you mean 'ab'",
            "graph.csv:3:5: error: node 'c' reads 'ab' more than once",
            "graph.csv:4:5: error: node 'd' reads '' which is no node");
    Cli.miser("order", list("id,size,preds\na,1,c\nb,2,a\nc,3,b\n"))
        .badInput("graph.csv:2:5: error: no order is possible: 'a' reads 'c' reads 'b' reads 'a'");
    Cli.miser("order", list("id,size,preds\na,1,a\n")).badInput("'a' reads 'a'");
  }

  @Test
  void filesAndOptionsThatAreNone() throws IOException {
    Cli.miser("order", list("")).badInput("graph.csv:1:1", "the file is empty");
    Cli.miser("order", list("id;size;preds\n")).badInput("separated by commas");
    Cli.miser("order", list("id,size,size\n")).badInput("given twice", "lacks preds");
    Cli.miser("order", folder.resolve("none.csv")).badInput("[file.unreadable]");
    Cli.miser("order", list(FORK), "--nodes", "-1").badInput("--nodes");
    Cli.miser("order", list("id,size,preds\n")).good().prints("0 nodes", "no order needs less");
  }
}
