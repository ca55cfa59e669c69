package dev.miser.frontend;

import dev.miser.frontend.grammar.MiserLexer;
import dev.miser.frontend.grammar.MiserParser;
import dev.miser.frontend.grammar.MiserParser.InstructionContext;
import dev.miser.frontend.grammar.MiserParser.ReturnLineContext;
import dev.miser.frontend.grammar.MiserParser.ReturnedContext;
import dev.miser.ir.diag.Code;
import dev.miser.ir.diag.Place;
import dev.miser.ir.func.Function;
import dev.miser.ir.func.Instruction;
import dev.miser.ir.func.Parameter;
import dev.miser.ir.func.StateUpdate;
import dev.miser.ir.op.Value;
import dev.miser.ir.type.TensorType;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.antlr.v4.runtime.Token;
import org.jspecify.annotations.Nullable;

/** Reads a program, statement by statement. Its result counts only if nothing was reported. */
final class ProgramReader {
  /** What {@code return} gives. */
  record Returned(List<Value> results, List<StateUpdate> updates) {}

  private final Statements statements;
  private final Names names;
  private final TypeReader types;
  private final Scope scope;
  private final HeaderReader headers;
  private final InstructionReader instructions;
  private final ScheduleReader schedules;
  private final Reporter reporter;
  private int instructionCount;

  ProgramReader(TokenWindow tokens, Reporter reporter) {
    this.reporter = reporter;
    this.names = new Names(tokens, reporter);
    this.types = new TypeReader(tokens, reporter);
    this.statements = new Statements(tokens, types, reporter);
    this.scope = new Scope(reporter);
    this.headers = new HeaderReader(names, types, scope, reporter);
    this.instructions = new InstructionReader(names, types, scope, reporter);
    this.schedules = new ScheduleReader(this, statements, names, types, scope, reporter);
  }

  Program read() {
    int form = statements.next();
    if (form != MiserLexer.FUNC && form != MiserLexer.SCHEDULE && form != MiserLexer.PLAN) {
      statements.unexpected("'func', 'schedule' or 'plan'");
      throw new Reporter.Stop();
    }
    Place start = types.place(statements.nextToken(), null);
    HeaderReader.Header empty = new HeaderReader.Header("", List.of(), null, start);
    HeaderReader.Header header =
        statements.read(
            MiserParser::header,
            context -> {
              schedules.target(context);
              return headers.read(context);
            },
            skipped -> {
              // The parameters are among what was skipped; their types are not known.
              defineAll(skipped);
              return null;
            });
    if (header != null) {
      statements.take(MiserLexer.OPEN);
    }
    HeaderReader.Header known = header == null ? empty : header;
    Program program =
        form == MiserLexer.FUNC
            ? new Program.OfFunction(function(known))
            : schedules.read(known, form == MiserLexer.PLAN);
    if (statements.next() != Token.EOF) {
      statements.unexpected("end of file");
    }
    scope.reportUndefined();
    return program;
  }

  private void defineAll(List<Token> tokens) {
    for (Token token : tokens) {
      if (token.getType() == MiserLexer.VALUE && !scope.isDefined(names.value(token))) {
        scope.define(names.value(token), null, types.place(token, token));
      }
    }
  }

  private Function function(HeaderReader.Header header) {
    var body = new ArrayList<Instruction>();
    var returned = new ArrayList<Returned>();
    statements.block(
        "an instruction, 'return'",
        () ->
            switch (statements.next()) {
              case MiserLexer.VALUE -> instruction(body);
              case MiserLexer.RETURN -> returned.isEmpty() && returned.add(returnLine(header));
              default -> false;
            });
    Returned last = lastReturned(returned, header);
    return new Function(
        header.name(), header.parameters(), body, last.results(), last.updates(), header.place());
  }

  /** Reads an instruction, adds it to {@code body} if it is right, and returns true. */
  boolean instruction(List<Instruction> body) {
    countInstruction();
    Instruction read =
        statements.read(MiserParser::instruction, instructions::read, this::lostInstruction);
    if (read != null) {
      body.add(read);
    }
    return true;
  }

  @Nullable Instruction readInstruction(InstructionContext written) {
    countInstruction();
    return instructions.read(written);
  }

  private void countInstruction() {
    if (++instructionCount > Limits.INSTRUCTIONS) {
      throw reporter.fatal(
          Code.LIMIT_INSTRUCTIONS, types.place(statements.nextToken(), null), Limits.INSTRUCTIONS);
    }
  }

  /** An instruction that cannot be read still defines the value it began with. */
  @Nullable Instruction lostInstruction(List<Token> skipped) {
    for (Token token : skipped) {
      if (token.getType() == MiserLexer.VALUE) {
        scope.define(names.value(token), null, types.place(token, token));
        break;
      }
    }
    return null;
  }

  /**
   * Returns what the program's return line gave, or nothing if there is none, which is reported.
   */
  Returned lastReturned(List<Returned> returned, HeaderReader.Header header) {
    if (returned.isEmpty()) {
      if (!reporter.isEmpty()) {
        // A return line that could not be read is not missing.
        return new Returned(List.of(), List.of());
      }
      reporter.error(Code.FUNC_NO_RESULT, header.place());
      return new Returned(List.of(), List.of());
    }
    return returned.getFirst();
  }

  Returned returnLine(HeaderReader.Header header) {
    Returned read =
        statements.read(
            MiserParser::returnLine, context -> returned(context, header), skipped -> null);
    return read == null ? new Returned(List.of(), List.of()) : read;
  }

  private Returned returned(ReturnLineContext written, HeaderReader.Header header) {
    Map<String, Parameter> states = new HashMap<>();
    for (Parameter parameter : header.parameters()) {
      if (parameter.role() == Parameter.Role.STATE) {
        states.put(parameter.value().name(), parameter);
      }
    }
    var results = new ArrayList<Value>();
    var updates = new ArrayList<StateUpdate>();
    Set<String> assigned = new HashSet<>();
    List<@Nullable TensorType> declared = header.results();
    int count = 0;
    for (ReturnedContext item : written.returned()) {
      if (item.state != null) {
        update(item, states, assigned, updates);
        continue;
      }
      Token token = item.VALUE(0).getSymbol();
      Place place = types.place(token, token);
      Value value = scope.use(names.value(token), place);
      if (value != null) {
        TensorType expected =
            declared != null && count < declared.size() ? declared.get(count) : value.type();
        if (expected != null && !expected.equals(value.type())) {
          reporter.error(Code.FUNC_RESULT_TYPE, place, value, value.type(), expected);
        }
        results.add(value);
      }
      count++;
    }
    Place place = types.place(written);
    if (declared != null && count != declared.size()) {
      reporter.error(Code.FUNC_RESULT_COUNT, place, count, declared.size());
    } else if (written.returned().isEmpty()) {
      reporter.error(Code.FUNC_NO_RESULT, place);
    }
    return new Returned(results, updates);
  }

  private void update(
      ReturnedContext written,
      Map<String, Parameter> states,
      Set<String> assigned,
      List<StateUpdate> updates) {
    String name = names.value(written.state);
    Place place = types.place(written.state, written.state);
    Place nextPlace = types.place(written.next, written.next);
    Value next = scope.use(names.value(written.next), nextPlace);
    Parameter state = states.get(name);
    Value current = scope.use(name, place);
    if (current == null) {
      return;
    }
    if (state == null) {
      reporter.error(Code.FUNC_STATE_TARGET, place, name);
    } else if (!assigned.add(name)) {
      reporter.error(Code.FUNC_STATE_TWICE, place, name);
    } else if (next != null && !next.type().equals(current.type())) {
      reporter.error(Code.FUNC_STATE_TYPE, nextPlace, name, current.type(), next.type());
    } else if (next != null) {
      updates.add(new StateUpdate(current, next));
    }
  }
}
