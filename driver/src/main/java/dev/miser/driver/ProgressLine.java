package dev.miser.driver;

import dev.miser.compiler.Phase;
import dev.miser.compiler.Progress;
import java.io.PrintWriter;
import java.util.LinkedHashSet;
import java.util.Set;

/** One line on a terminal that says what is going on; it is gone when nothing is. */
final class ProgressLine implements Progress {
  private final PrintWriter err;
  private final Set<Phase> running = new LinkedHashSet<>();
  private int shown;

  ProgressLine(PrintWriter err) {
    this.err = err;
  }

  @Override
  public synchronized void begin(Phase phase) {
    running.add(phase);
    show();
  }

  @Override
  public synchronized void end(Phase phase, long nanoseconds) {
    running.remove(phase);
    show();
  }

  private void show() {
    String text =
        running.isEmpty()
            ? ""
            : String.join(", ", running.stream().map(Phase::text).toList()) + " ...";
    String blank = " ".repeat(Math.max(shown - text.length(), 0));
    err.print("\r" + text + blank + (text.isEmpty() ? "\r" : ""));
    err.flush();
    shown = text.length();
  }
}
