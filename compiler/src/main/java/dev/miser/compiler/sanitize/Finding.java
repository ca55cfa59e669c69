package dev.miser.compiler.sanitize;

/**
 * What a kernel did that it may not.
 *
 * @param layout where buffers lay
 * @param kernel its algorithm and the values it defines
 * @param rule what it broke
 * @param buffer the buffer concerned, and where in it or beside it: {@code %x}, or {@code behind
 *     %x}
 * @param at the first byte concerned, counted from the start of the buffer or from its end
 * @param found what is there, in hexadecimal, or what failed
 * @param expected what should be there, in hexadecimal
 */
public record Finding(
    Layout layout,
    String kernel,
    Rule rule,
    String buffer,
    long at,
    String found,
    String expected) {
  /** Where buffers lie while a program is watched. */
  public enum Layout {
    /** As the plan says. */
    PLANNED("as planned"),
    /** Each apart from all others, with bytes on both sides that belong to nobody. */
    GUARDED("between guards");

    private final String text;

    Layout(String text) {
      this.text = text;
    }

    @Override
    public String toString() {
      return text;
    }
  }

  /** What no kernel may do. */
  public enum Rule {
    WRITES_OUTSIDE("writes outside of its outputs"),
    READS_POISON("computes something else when dead memory is poisoned"),
    FAILS("fails when dead memory is poisoned");

    private final String text;

    Rule(String text) {
      this.text = text;
    }

    @Override
    public String toString() {
      return text;
    }
  }

  /** Returns a sentence that says it all. */
  @Override
  public String toString() {
    return switch (rule) {
      case FAILS -> "kernel %s, %s: %s: %s".formatted(kernel, layout, rule, found);
      case WRITES_OUTSIDE, READS_POISON ->
          "kernel %s, %s: %s: byte %d of %s is 0x%s, expected 0x%s"
              .formatted(kernel, layout, rule, at, buffer, found, expected);
    };
  }
}
