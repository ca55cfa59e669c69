package dev.miser.driver;

import java.io.PrintWriter;
import java.util.List;
import java.util.Map;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help;
import picocli.CommandLine.Model.UsageMessageSpec;

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
    mixinStandardHelpOptions = true,
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
          new Group("Compile and run", List.of()),
          new Group("Look inside", List.of()),
          new Group("List what there is", List.of()));

  private Main() {}

  /** Runs one command and ends the process with its exit code. */
  public static void main(String[] args) {
    System.exit(commandLine().execute(args));
  }

  static CommandLine commandLine() {
    CommandLine miser = new CommandLine(new Main());
    for (Group group : GROUPS) {
      group.commands().forEach(miser::addSubcommand);
    }
    miser.getHelpSectionMap().put(UsageMessageSpec.SECTION_KEY_COMMAND_LIST, Main::groupedCommands);
    return miser.setExecutionExceptionHandler(Main::reportBug);
  }

  private static int reportBug(
      Exception failure, CommandLine command, CommandLine.ParseResult arguments) {
    PrintWriter err = command.getErr();
    err.println(command.getCommandName() + ": a bug of Miser: " + failure);
    failure.printStackTrace(err);
    return OUR_BUG;
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
