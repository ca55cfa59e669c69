package dev.miser.driver;

import java.io.PrintWriter;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** Where a command writes: results to {@code out}, and what is for people alone to {@code err}. */
@Command
final class Console {
  /** What the two streams are: whether a person looks at them. */
  record Kind(boolean outIsTerminal, boolean errIsTerminal, boolean mayColour) {
    /** Streams that nobody looks at. */
    static final Kind PLAIN = new Kind(false, false, false);

    /** Returns what the launcher found; {@code NO_COLOR} set to anything forbids colours. */
    static Kind ofThisProcess() {
      String terminals = System.getProperty("miser.terminals", "");
      String noColour = System.getenv("NO_COLOR");
      return new Kind(
          terminals.contains("1"), terminals.contains("2"), noColour == null || noColour.isEmpty());
    }

    Ansi ansi() {
      return outIsTerminal && mayColour ? Ansi.ON : Ansi.OFF;
    }
  }

  @Spec(Spec.Target.MIXEE)
  CommandSpec command;

  /** Made by picocli for the command it is mixed into. */
  Console() {}

  /** Returns the console of a command that is known by its description only. */
  static Console of(CommandSpec command) {
    var console = new Console();
    console.command = command;
    return console;
  }

  PrintWriter out() {
    return command.commandLine().getOut();
  }

  PrintWriter err() {
    return command.commandLine().getErr();
  }

  /** Returns whether what goes to err may hold colours. */
  boolean errHasColour() {
    return kind().errIsTerminal() && kind().mayColour();
  }

  /** Returns whether somebody waits at err, so that progress is shown. */
  boolean showsProgress() {
    return kind().errIsTerminal();
  }

  private Kind kind() {
    @Nullable Object root = command.root().userObject();
    return root instanceof Main main ? main.consoleKind() : Kind.PLAIN;
  }
}
