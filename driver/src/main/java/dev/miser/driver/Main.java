package dev.miser.driver;

import dev.miser.ir.diag.DiagnosticException;
import dev.miser.runtime.StepFailure;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help;
import picocli.CommandLine.Model.UsageMessageSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;

/**
 * The command {@code miser}: finds the subcommand, and turns what goes wrong into an exit code.
 *
 * <p>To add a subcommand, write a class annotated with {@link Command} that is a {@code
 * Callable<Integer>}, and name it in {@link #GROUPS}.
 */
@Command(
    name = "miser",
    header = "A deep-learning compiler that is stingy with memory.",
    synopsisSubcommandLabel = "COMMAND",
    versionProvider = Version.class,
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:good",
      "1:a check failed",
      "2:the input is bad, or does not fit the budget",
      "3:a bug of Miser"
    })
public final class Main {
  static final int GOOD = 0;
  static final int CHECK_FAILED = 1;
  static final int BAD_INPUT = 2;
  static final int OUR_BUG = 3;

  /** Subcommands that the help shows together. */
  private record Group(String title, List<Class<?>> commands) {}

  /** Every subcommand, in the order of the help. */
  private static final List<Group> GROUPS =
      List.of(
          new Group(
              "Compile and run",
              List.of(CheckCommand.class, PlanCommand.class, RunCommand.class, EmitCommand.class)),
          new Group(
              "Look inside", List.of(SummaryCommand.class, ExplainCommand.class, OptCommand.class)),
          new Group("Other formats", List.of(ImportCommand.class, ExportCommand.class)),
          new Group("Memory alone", List.of(PackCommand.class, OrderCommand.class)),
          new Group(
              "List what there is",
              List.of(
                  OpsCommand.class,
                  PassesCommand.class,
                  ModelsCommand.class,
                  CacheCommand.class,
                  CompletionCommand.class)));

  private final Console.Kind consoleKind;

  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      scope = ScopeType.INHERIT,
      description = "Show this help.")
  boolean help;

  @Option(
      names = {"-V", "--version"},
      versionHelp = true,
      description = "Show the versions of Miser and Java.")
  boolean version;

  private Main(Console.Kind consoleKind) {
    this.consoleKind = consoleKind;
  }

  Console.Kind consoleKind() {
    return consoleKind;
  }

  /** Runs one command and ends the process with its exit code. */
  public static void main(String[] arguments) {
    var out = new PrintWriter(System.out, false, StandardCharsets.UTF_8);
    var err = new PrintWriter(System.err, true, StandardCharsets.UTF_8);
    int code = run(List.of(arguments), out, err, Console.Kind.ofThisProcess());
    out.flush();
    System.exit(code);
  }

  /** Runs one command and returns its exit code; results go to {@code out}, all else to err. */
  static int run(
      List<String> arguments, PrintWriter out, PrintWriter err, Console.Kind consoleKind) {
    CommandLine miser = commandLine(out, err, consoleKind);
    try {
      return miser.execute(arguments.toArray(String[]::new));
    } catch (OutOfMemoryError full) {
      return Failures.outOfMemory(full, err);
    } catch (StackOverflowError | LinkageError | AssertionError bug) {
      return Failures.bug(bug, arguments, err);
    } finally {
      out.flush();
      err.flush();
    }
  }

  /** Runs one command as if nobody looked: no colours, no progress. Returns its exit code. */
  public static int run(List<String> arguments, PrintWriter out, PrintWriter err) {
    return run(arguments, out, err, Console.Kind.PLAIN);
  }

  static CommandLine commandLine(PrintWriter out, PrintWriter err, Console.Kind consoleKind) {
    CommandLine miser = new CommandLine(new Main(consoleKind));
    for (Group group : GROUPS) {
      group.commands().forEach(miser::addSubcommand);
    }
    miser.setOut(out).setErr(err).setColorScheme(Help.defaultColorScheme(consoleKind.ansi()));
    miser.getHelpSectionMap().put(UsageMessageSpec.SECTION_KEY_COMMAND_LIST, Main::groupedCommands);
    miser.setParameterExceptionHandler((problem, given) -> Failures.usage(problem));
    miser.setExecutionExceptionHandler((problem, command, given) -> {
      var console = Console.of(command.getCommandSpec());
      return switch (problem) {
        case DiagnosticException refused -> Failures.refused(refused, console);
        case BadText refused -> Failures.refused(refused, console);
        case StepFailure failure when Failures.isOfInput(failure) ->
            Failures.refused(Failures.diagnosed(failure), console);
        default -> Failures.bug(problem, given.originalArgs(), err);
      };
    });
    return miser.setCaseInsensitiveEnumValuesAllowed(true);
  }

  private static String groupedCommands(Help help) {
    Map<String, Help> commands = help.subcommands();
    StringBuilder text = new StringBuilder();
    for (Group group : GROUPS) {
      if (group.commands().isEmpty()) {
        continue;
      }
      text.append("%n%s:%n".formatted(group.title()));
      for (Class<?> type : group.commands()) {
        String name = type.getAnnotation(Command.class).name();
        Help command = commands.get(name);
        if (command != null) {
          String[] summary = command.commandSpec().usageMessage().description();
          text.append("  %-10s %s%n".formatted(name, summary.length == 0 ? "" : summary[0]));
        }
      }
    }
    return text.toString();
  }
}
