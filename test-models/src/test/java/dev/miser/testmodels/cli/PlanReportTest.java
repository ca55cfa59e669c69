package dev.miser.testmodels.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.miser.frontend.Parser;
import dev.miser.passes.memory.report.BufferFacts;
import dev.miser.passes.memory.report.PlanFacts;
import dev.miser.passes.memory.report.StepFacts;
import dev.miser.passes.memory.report.WhatIf;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code miser plan --report}: one file that shows what the plan says, and loads nothing. */
class PlanReportTest {
  private static final Pattern FACTS =
      Pattern.compile(
          "<script type=\"application/json\" id=\"facts\">(.*?)</script>", Pattern.DOTALL);

  /** Names that would end a script, a string, a comment or a template, were they let through. */
  private static final String HOSTILE =
      """
      func @"</title><script>alert(1)</script>"(%"</script><!-- \\"x' & {{style}}": f32[8]) -> f32[8] {
        %"é SEPARATOR $1 \\\\ <b>" = exp %"</script><!-- \\"x' & {{style}}"
        %y = negate %"é SEPARATOR $1 \\\\ <b>"
        return %y
      }
      """
          .replace("SEPARATOR", String.valueOf((char) 0x2028));

  @TempDir Path folder;

  private String report(Path program) throws IOException {
    Path html = folder.resolve("report.html");
    Cli.miser("plan", program, "--report", html).good().prints("arena");
    return Files.readString(html);
  }

  private static JsonObject facts(String html) {
    Matcher found = FACTS.matcher(html);
    assertTrue(found.find(), "no facts in the report");
    return JsonParser.parseString(found.group(1)).getAsJsonObject();
  }

  private static List<Integer> times(JsonObject of, String name) {
    JsonArray list = of.getAsJsonArray(name);
    return list == null ? List.of() : list.asList().stream().map(JsonElement::getAsInt).toList();
  }

  @Test
  void theReportHoldsWhatThePlanSays() throws IOException {
    Path plan = folder.resolve("plan.mir");
    for (Path model : List.of(Cli.model("lenet5"), Cli.model("lstm"), TinyPlan.write(folder))) {
      Cli.miser("opt", model, "--to", "plan", "-o", plan).good();
      PlanFacts expected = PlanFacts.of(Parser.parse(plan).plan());
      JsonObject found = facts(report(plan));
      assertEquals(expected.memory().arenaBytes(), found.get("arena_bytes").getAsLong());
      assertEquals(expected.memory().peakBytes(), found.get("peak_bytes").getAsLong());
      assertEquals(expected.memory().peakTime(), found.get("peak_time").getAsInt());
      assertEquals(expected.initEnd(), found.get("init_end").getAsInt());
      assertEquals(
          expected.memory().certificate().loadBound(),
          found.getAsJsonObject("certificate").get("load_bound").getAsLong());
      JsonArray buffers = found.getAsJsonArray("buffers");
      assertEquals(expected.buffers().size(), buffers.size());
      for (BufferFacts buffer : expected.buffers()) {
        check(buffer, buffers.get(buffer.number()).getAsJsonObject(), WhatIf.of(expected));
      }
      JsonArray steps = found.getAsJsonArray("steps");
      assertEquals(expected.steps().size(), steps.size());
      for (StepFacts step : expected.steps()) {
        check(step, steps.get(step.time()).getAsJsonObject());
      }
    }
  }

  private static void check(BufferFacts expected, JsonObject found, WhatIf whatIf) {
    assertEquals(expected.name(), found.get("name").getAsString());
    assertEquals(expected.kind().name(), found.get("kind").getAsString());
    assertEquals(expected.offset(), found.get("offset").getAsLong());
    assertEquals(expected.bytes(), found.get("bytes").getAsLong());
    assertEquals(expected.start(), found.get("start").getAsInt());
    assertEquals(expected.end(), found.get("end").getAsInt());
    assertEquals(expected.fate().name(), found.get("fate").getAsString());
    assertEquals(expected.writes(), times(found, "writes"));
    assertEquals(expected.reads(), times(found, "reads"));
    assertEquals(expected.overwrites(), times(found, "overwrites"));
    assertEquals(expected.overwrittenBy(), times(found, "overwritten_by"));
    long saved = whatIf.now().bytes() - whatIf.without(expected).bytes();
    assertEquals(saved, found.has("saved") ? found.get("saved").getAsLong() : 0);
  }

  private static void check(StepFacts expected, JsonObject found) {
    assertEquals(expected.name(), found.get("name").getAsString());
    assertEquals(expected.liveBytes(), found.get("live").getAsLong());
    assertEquals(expected.touchedBytes(), found.get("touched").getAsLong());
    assertEquals(expected.reads(), times(found, "reads"));
    assertEquals(expected.writes(), times(found, "writes"));
  }

  @Test
  void hostileNamesStayNames() throws IOException {
    String plain = report(TinyPlan.write(folder));
    Path program = Files.writeString(folder.resolve("hostile.mir"), HOSTILE);
    String html = report(program);
    for (String tag : List.of("<script", "</script", "<title", "</title", "<!--", "<b>")) {
      assertEquals(count(plain, tag), count(html, tag), tag);
    }
    JsonObject found = facts(html);
    assertEquals("</title><script>alert(1)</script>", found.get("program").getAsString());
    List<String> names =
        found.getAsJsonArray("buffers").asList().stream()
            .map(buffer -> buffer.getAsJsonObject().get("name").getAsString())
            .toList();
    assertTrue(names.contains("</script><!-- \"x' & {{style}}"), names::toString);
    assertTrue(html.contains("<title>@&lt;/title&gt;&lt;script&gt;alert(1)"), "title");
  }

  private static int count(String text, String part) {
    return (text.length() - text.replace(part, "").length()) / part.length();
  }

  @Test
  void nothingIsLoadedFromAnywhere() throws IOException {
    String html = report(TinyPlan.write(folder));
    for (String loading :
        List.of("http:", "https:", " src=", " href=", "url(", "import ", "fetch(", "@import")) {
      assertFalse(html.contains(loading), loading);
    }
    assertTrue(html.contains("Content-Security-Policy\" content=\"default-src 'none';"), "policy");
  }

  @Test
  void theFileAppearsWholeOrNotAtAll() throws IOException {
    Path plan = TinyPlan.write(folder);
    Path file = folder.resolve("none").resolve("report.html");
    Cli.miser("plan", plan, "--report", file).badInput("[file.unwritable]", "does not exist");
    Cli.miser("plan", plan, "--report", folder).badInput("[file.unwritable]", "it is a folder");
    try (Stream<Path> left = Files.list(folder)) {
      assertEquals(List.of(plan), left.toList());
    }
  }

  @Test
  void aBrowserShowsIt() throws IOException, InterruptedException {
    Optional<Path> program = Browser.find();
    assumeTrue(program.isPresent(), "no Chromium on the PATH");
    Path hostile = Files.writeString(folder.resolve("hostile.mir"), HOSTILE);
    Path hostileHtml = folder.resolve("hostile.html");
    Cli.miser("plan", hostile, "--report", hostileHtml).good();
    report(Cli.model("lenet5"));
    try (var browser = new Browser(program.get(), folder.resolve("profile"))) {
      browser.open(folder.resolve("report.html"));
      assertEquals("@lenet5", browser.evaluate("document.title.split(':')[0]").getAsString());
      browser.evaluate("map.scrollIntoView({block: 'center'})");
      // Points at the middle of the largest buffer of the step.
      browser.evaluate(
          "wanted = byStart.filter(b => b.start >= facts.init_end && b.end > b.start + 1)"
              + ".sort((a, b) => b.bytes - a.bytes)[0]");
      String x =
          "xOf((wanted.start + wanted.end) / 2, {left: margin.left,"
              + " right: map.clientWidth - margin.right})";
      String y =
          "(map.clientHeight - margin.bottom - ((wanted.low + wanted.high) / 2 - view.y0)"
              + " / (view.y1 - view.y0) * (map.clientHeight - margin.top - margin.bottom))";
      double left = browser.evaluate("map.getBoundingClientRect().left + " + x).getAsDouble();
      double top = browser.evaluate("map.getBoundingClientRect().top + " + y).getAsDouble();
      browser.mouse(left, top);
      String name = browser.evaluate("reference(wanted.name)").getAsString();
      String tip = "document.getElementById('tip')";
      assertFalse(browser.evaluate(tip + ".hidden").getAsBoolean(), "no tip");
      String told = browser.evaluate(tip + ".textContent").getAsString();
      assertTrue(told.contains(name) && told.contains("made by"), told);
      browser.mouse(left, top, "mousePressed", "mouseReleased");
      String details = "document.getElementById('details').textContent";
      assertTrue(browser.evaluate(details).getAsString().contains(name), "not pinned");
      browser.evaluate("map.focus()");
      browser.key("ArrowRight");
      assertFalse(browser.evaluate("view.chosen === wanted").getAsBoolean(), "no walk");
      browser.key("Escape");
      assertTrue(browser.evaluate("view.chosen === null").getAsBoolean(), "still chosen");
      int rows = browser.evaluate("document.querySelectorAll('#rows tr').length").getAsInt();
      assertEquals(
          browser.evaluate("buffers.filter(b => isAlive(b, facts.peak_time)).length").getAsInt(),
          rows);
      browser.open(hostileHtml);
      assertEquals(
          "@</title><script>alert(1)</script>",
          browser.evaluate("document.getElementById('program').textContent").getAsString());
      assertEquals(List.of(), browser.complaints);
    }
  }
}
