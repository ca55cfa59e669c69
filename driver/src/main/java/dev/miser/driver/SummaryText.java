package dev.miser.driver;

import dev.miser.compiler.ByteSize;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** What {@code miser summary} prints: a card of a model, what it is named at the left. */
final class SummaryText {
  private static final int LABEL = 14;
  private static final int WIDTH = 100 - LABEL;
  private static final String PREFIXES = "KMGT";

  private final ModelSummary summary;
  private final int top;
  private final StringBuilder text = new StringBuilder();

  /**
   * Begins with what is to be told.
   *
   * @param top how many rows a list has at most
   */
  SummaryText(ModelSummary summary, int top) {
    this.summary = summary;
    this.top = top;
    section("model", "@" + summary.program());
    if (summary.origin() != null) {
      section("format", OriginText.of(summary.origin()));
    }
    tensors("inputs", summary.inputs());
    tensors("results", summary.results());
    count("parameters", summary.parameters());
    if (summary.state().tensors() > 0) {
      count("state", summary.state());
    }
    operations();
    section(
        "flops",
        shortened(summary.flops())
            + " a step, with "
            + shortened(summary.multiplyAdds())
            + " multiply-adds");
    memory();
    largest();
    section(
        "arena",
        ByteSize.text(summary.memory().arenaBytes()) + ", parameters and activations as planned");
  }

  private void tensors(String label, List<ModelSummary.Tensor> tensors) {
    var table = new Table("").numbers(2);
    for (ModelSummary.Tensor tensor : first(tensors)) {
      table.row("%" + tensor.name(), tensor.type(), ByteSize.text(tensor.bytes()));
    }
    section(label, table + more(tensors.size()));
  }

  private void count(String label, ModelSummary.Count count) {
    String all =
        count.elements()
            + inShort(count.elements())
            + " in "
            + Plural.of(count.tensors(), "tensor")
            + ", ";
    var table = new Table("").numbers(1, 3);
    for (ModelSummary.OfType type : count.types()) {
      table.row(
          type.type(),
          type.elements(),
          Plural.of(type.tensors(), "tensor"),
          ByteSize.text(type.bytes()));
    }
    section(
        label,
        switch (count.types().size()) {
          case 0 -> "none";
          case 1 -> all + ByteSize.text(count.bytes()) + " of " + count.types().getFirst().type();
          default -> all + ByteSize.text(count.bytes()) + System.lineSeparator() + table;
        });
  }

  private void operations() {
    var lines = new ArrayList<String>();
    var line = new StringBuilder(summary.instructions() + ":");
    for (ModelSummary.Operation operation : summary.operations()) {
      String word = operation.count() + " " + operation.name();
      if (line.length() + word.length() + 2 > WIDTH) {
        lines.add(line.toString());
        line = new StringBuilder();
      }
      boolean isFirst = line.isEmpty() || line.charAt(line.length() - 1) == ':';
      line.append(line.isEmpty() ? "" : isFirst ? " " : ", ").append(word);
    }
    lines.add(line.toString());
    section("instructions", String.join("," + System.lineSeparator(), lines));
  }

  private void memory() {
    ModelSummary.Memory memory = summary.memory();
    var table = new Table("").numbers(0);
    table.row(ByteSize.text(memory.activationBytes()), "all together, inputs among them");
    if (memory.programOrderBytes() != null) {
      table.row(
          ByteSize.text(memory.programOrderBytes()), "alive at most, one instruction at a time");
    }
    table.row(ByteSize.text(memory.plannedBytes()), "as planned, with the workspace of kernels");
    section("activations", table.toString());
  }

  private void largest() {
    var table = new Table("").numbers(2);
    for (ModelSummary.Activation activation : first(summary.activations())) {
      table.row(
          "%" + activation.name(),
          activation.type(),
          ByteSize.text(activation.bytes()),
          activation.operation());
    }
    section("largest", table.toString());
  }

  private <T> List<T> first(List<T> all) {
    return all.subList(0, Math.min(top, all.size()));
  }

  private String more(int count) {
    return count <= top ? "" : "and " + (count - top) + " more";
  }

  /** Adds lines with a label before the first; nothing if there are none. */
  private void section(String label, String content) {
    String before = label;
    for (String line : content.lines().toList()) {
      text.append(before).append(" ".repeat(LABEL - before.length())).append(line);
      text.append(System.lineSeparator());
      before = "";
    }
  }

  private static String inShort(long number) {
    return number < 1000 ? "" : " (" + shortened(number) + ")";
  }

  /** Returns a number with three digits: {@code 25.6 M}. */
  private static String shortened(long number) {
    double value = number;
    int prefix = -1;
    while (value >= 999.5 && prefix < PREFIXES.length() - 1) {
      value /= 1000;
      prefix++;
    }
    return prefix < 0
        ? String.valueOf(number)
        : String.format(Locale.ROOT, value >= 99.95 ? "%.0f" : "%.1f", value)
            + " "
            + PREFIXES.charAt(prefix);
  }

  @Override
  public String toString() {
    return text.toString();
  }
}
