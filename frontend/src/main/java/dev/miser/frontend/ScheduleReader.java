package dev.miser.frontend;

import dev.miser.frontend.grammar.MiserLexer;
import dev.miser.frontend.grammar.MiserParser;
import dev.miser.frontend.grammar.MiserParser.HeaderContext;
import dev.miser.frontend.grammar.MiserParser.KernelHeadContext;
import dev.miser.ir.diag.Code;
import dev.miser.ir.diag.Place;
import dev.miser.ir.diag.Spelling;
import dev.miser.ir.func.Instruction;
import dev.miser.ir.op.Value;
import dev.miser.ir.plan.Kernel;
import dev.miser.ir.plan.Schedule;
import dev.miser.ir.plan.Step;
import dev.miser.ir.plan.Target;
import dev.miser.ir.plan.View;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.antlr.v4.runtime.Token;
import org.antlr.v4.runtime.tree.TerminalNode;
import org.jspecify.annotations.Nullable;

/** Reads the sections of a schedule, and hands a plan's memory section on. */
final class ScheduleReader {
  private static final List<String> TARGET_FIELDS =
      List.of("vector_bits", "workers", "l1", "l2", "tile");

  private record Output(String name, Place place) {}

  private record Head(String algorithm, List<Output> outputs, long workspace, Place place) {}

  private final ProgramReader program;
  private final Statements statements;
  private final Names names;
  private final TypeReader types;
  private final Scope scope;
  private final Reporter reporter;
  private Target target = Target.GOLDEN;

  ScheduleReader(
      ProgramReader program,
      Statements statements,
      Names names,
      TypeReader types,
      Scope scope,
      Reporter reporter) {
    this.program = program;
    this.statements = statements;
    this.names = names;
    this.types = types;
    this.scope = scope;
    this.reporter = reporter;
  }

  /** Reads the Target of a schedule's header; a function has none. */
  void target(HeaderContext written) {
    boolean isFunction = written.head.getType() == MiserLexer.FUNC;
    if (written.attributes() == null) {
      if (!isFunction) {
        Place place = types.place(statements.nextToken(), null);
        reporter.error(Code.PARSE_SYNTAX, place, "'{'", "'target'");
      }
      return;
    }
    if (isFunction) {
      Place place = types.place(written.TARGET().getSymbol(), null);
      reporter.error(Code.PARSE_SYNTAX, place, "'target'", "'{'");
      return;
    }
    var fields = new Fields("target", TARGET_FIELDS, written.attributes(), names, types, reporter);
    List<Long> tile = fields.integers("tile", 2, 1, 64);
    target =
        new Target(
            (int) fields.integer("vector_bits", 64, 2048),
            (int) fields.integer("workers", 1, 4096),
            fields.integer("l1", 1, 1L << 40),
            fields.integer("l2", 1, 1L << 40),
            tile.getFirst().intValue(),
            tile.getLast().intValue());
  }

  Program read(HeaderReader.Header header, boolean isPlan) {
    var init = new ArrayList<Step>();
    var steps = new ArrayList<Step>();
    var returned = new ArrayList<ProgramReader.Returned>();
    var memory = new MemoryReader(statements, names, types, reporter);
    var sections = new ArrayList<Integer>();
    statements.block(
        isPlan ? "'init', 'step', 'memory', 'return'" : "'init', 'step', 'return'",
        () -> {
          int next = statements.next();
          return switch (next) {
            case MiserLexer.INIT, MiserLexer.STEP -> {
              boolean isInit = next == MiserLexer.INIT;
              if (!sections.equals(isInit ? List.of() : List.of(MiserLexer.INIT))) {
                yield false;
              }
              sections.add(next);
              section(next, isInit ? init : steps);
              yield true;
            }
            case MiserLexer.MEMORY -> isPlan && memory.read();
            case MiserLexer.RETURN ->
                returned.isEmpty() && returned.add(program.returnLine(header));
            default -> false;
          };
        });
    ProgramReader.Returned last = program.lastReturned(returned, header);
    var schedule =
        new Schedule(
            header.name(),
            target,
            header.parameters(),
            init,
            steps,
            last.results(),
            last.updates());
    return isPlan
        ? new Program.OfPlan(memory.plan(schedule, header.place()))
        : new Program.OfSchedule(schedule);
  }

  private void section(int keyword, List<Step> steps) {
    statements.take(keyword);
    if (!statements.take(MiserLexer.OPEN)) {
      throw new Reporter.Stop();
    }
    statements.block(
        "'kernel', 'view'",
        () ->
            switch (statements.next()) {
              case MiserLexer.KERNEL -> kernel(steps);
              case MiserLexer.VIEW -> view(steps);
              default -> false;
            });
  }

  private boolean view(List<Step> steps) {
    Instruction read =
        statements.read(
            MiserParser::view,
            context -> program.readInstruction(context.instruction()),
            program::lostInstruction);
    if (read != null) {
      steps.add(new View(read));
    }
    return true;
  }

  private boolean kernel(List<Step> steps) {
    Head head = statements.read(MiserParser::kernelHead, this::head, skipped -> lostHead(skipped));
    boolean hasBody = head == null || statements.take(MiserLexer.OPEN);
    if (!hasBody) {
      throw new Reporter.Stop();
    }
    var body = new ArrayList<Instruction>();
    scope.enterKernel();
    statements.block(
        "an instruction", () -> statements.next() == MiserLexer.VALUE && program.instruction(body));
    Map<String, Value> defined = new LinkedHashMap<>();
    body.forEach(instruction -> defined.put(instruction.result().name(), instruction.result()));
    var outputs = new ArrayList<Value>();
    List<Output> wanted = head == null ? List.of() : head.outputs;
    for (Output output : wanted) {
      Value value = defined.get(output.name);
      if (value != null) {
        outputs.add(value);
      } else if (!scope.isDefined(output.name)) {
        String suggestion = Spelling.suggestion(output.name, defined.keySet());
        reporter.error(Code.PARSE_UNDEFINED, output.place, output.name, suggestion);
      }
    }
    scope.leaveKernel();
    for (Output output : wanted) {
      scope.export(output.name, defined.get(output.name), output.place);
    }
    if (head != null) {
      steps.add(new Kernel(head.algorithm, body, outputs, head.workspace, head.place));
    }
    return true;
  }

  private Head head(KernelHeadContext written) {
    var outputs = new ArrayList<Output>();
    for (TerminalNode node : written.outputs().VALUE()) {
      Token token = node.getSymbol();
      outputs.add(new Output(names.value(token), types.place(token, token)));
    }
    Long workspace = 0L;
    if (written.NUMBER() != null) {
      workspace = types.integer(written.NUMBER().getSymbol(), "a workspace");
      if (workspace != null && workspace < 0) {
        Place place = types.place(written.NUMBER().getSymbol(), null);
        reporter.error(Code.ATTRIBUTE_POSITIVE, place, "workspace", workspace, 0);
      }
    }
    return new Head(
        written.word().getText(), outputs, workspace == null ? 0 : workspace, types.place(written));
  }

  /** The outputs of a kernel whose head has an error are still defined. */
  private @Nullable Head lostHead(List<Token> skipped) {
    for (Token token : skipped) {
      if (token.getType() == MiserLexer.VALUE) {
        scope.export(names.value(token), null, types.place(token, token));
      }
    }
    return null;
  }
}
