package dev.miser.driver;

import dev.miser.compiler.AtomicOutput;
import dev.miser.ir.plan.Plan;
import dev.miser.passes.memory.report.PlanFacts;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * A plan as one HTML file that loads nothing from anywhere: template, style and scripts are
 * resources beside this class, the plan's facts are JSON in it.
 */
final class HtmlReport {
  private static final String FOLDER = "report/";
  private static final List<String> SCRIPTS =
      List.of("model.js", "scales.js", "draw.js", "panel.js", "main.js");
  private static final Pattern PLACE = Pattern.compile("\\{\\{([a-z]+)}}");

  private HtmlReport() {}

  /** Writes the report of a plan, whole or not at all. */
  static void write(Plan plan, Path file) {
    String text = text(plan);
    AtomicOutput.file(file, place -> Files.writeString(place, text));
  }

  /** Returns the report of a plan. */
  static String text(Plan plan) {
    var facts = ReportFacts.of(PlanFacts.of(plan), plan.schedule().target().toString());
    Map<String, String> contents =
        Map.of(
            "title", escaped("@" + facts.program() + ": memory plan"),
            "style", resource("report.css"),
            "script", SCRIPTS.stream().map(HtmlReport::resource).collect(Collectors.joining("\n")),
            "facts", Json.IN_HTML.toJson(facts));
    // One pass: what is filled in is not looked at again.
    return PLACE
        .matcher(resource("report.html"))
        .replaceAll(place ->
            Matcher.quoteReplacement(Objects.requireNonNull(contents.get(place.group(1)))));
  }

  private static String escaped(String text) {
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
  }

  private static String resource(String name) {
    try (InputStream in =
        Objects.requireNonNull(HtmlReport.class.getResourceAsStream(FOLDER + name), name)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
