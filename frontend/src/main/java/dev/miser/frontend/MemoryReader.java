package dev.miser.frontend;

import dev.miser.frontend.grammar.MiserLexer;
import dev.miser.frontend.grammar.MiserParser;
import dev.miser.frontend.grammar.MiserParser.ArenaContext;
import dev.miser.frontend.grammar.MiserParser.BufferContext;
import dev.miser.frontend.grammar.MiserParser.CertificateContext;
import dev.miser.frontend.grammar.MiserParser.InPlaceContext;
import dev.miser.frontend.grammar.MiserParser.MemoryLineContext;
import dev.miser.ir.diag.Code;
import dev.miser.ir.diag.Place;
import dev.miser.ir.diag.RuleViolation;
import dev.miser.ir.diag.Spelling;
import dev.miser.ir.func.Parameter;
import dev.miser.ir.op.Value;
import dev.miser.ir.plan.Buffer;
import dev.miser.ir.plan.Buffers;
import dev.miser.ir.plan.Certificate;
import dev.miser.ir.plan.Plan;
import dev.miser.ir.plan.Schedule;
import dev.miser.ir.plan.Step;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.antlr.v4.runtime.Token;
import org.jspecify.annotations.Nullable;

/** Reads the memory section of a plan. Whether it is right is the plan checker's to say. */
final class MemoryReader {
  private static final List<String> CERTIFICATE_FIELDS =
      List.of("naive", "load_bound", "lower_bound", "found_by", "proved_by", "nodes", "stop");

  private static final List<String> STOPS =
      Arrays.stream(Certificate.Stop.values()).map(Certificate.Stop::text).toList();

  private record Named(String name, Place place) {}

  private record Line(Named buffer, long offset, long size, int start, int end) {}

  private record Pair(Named output, Named input) {}

  private final Statements statements;
  private final Names names;
  private final TypeReader types;
  private final Reporter reporter;
  private final List<Line> lines = new ArrayList<>();
  private final List<Pair> pairs = new ArrayList<>();
  private @Nullable Long arena;
  private @Nullable Certificate certificate;
  private boolean isRead;

  MemoryReader(Statements statements, Names names, TypeReader types, Reporter reporter) {
    this.statements = statements;
    this.names = names;
    this.types = types;
    this.reporter = reporter;
  }

  /** Reads the section and returns true; false if there was one before. */
  boolean read() {
    if (isRead) {
      return false;
    }
    isRead = true;
    statements.take(MiserLexer.MEMORY);
    if (!statements.take(MiserLexer.OPEN)) {
      throw new Reporter.Stop();
    }
    statements.block(
        "'arena', 'buffer', 'in_place', 'certificate'",
        () ->
            switch (statements.next()) {
              case MiserLexer.ARENA,
                  MiserLexer.BUFFER,
                  MiserLexer.IN_PLACE,
                  MiserLexer.CERTIFICATE -> {
                statements.read(MiserParser::memoryLine, this::line, skipped -> null);
                yield true;
              }
              default -> false;
            });
    return true;
  }

  private @Nullable Void line(MemoryLineContext written) {
    switch (written) {
      case ArenaContext line -> arena = bytes(line.NUMBER().getSymbol());
      case BufferContext line ->
          lines.add(
              new Line(
                  named(line.VALUE().getSymbol()),
                  bytes(line.offset),
                  bytes(line.size),
                  time(line.start),
                  time(line.end)));
      case InPlaceContext line -> pairs.add(new Pair(named(line.output), named(line.input)));
      case CertificateContext line -> {
        var fields =
            new Fields(
                "certificate", CERTIFICATE_FIELDS, line.attributes(), names, types, reporter);
        certificate =
            new Certificate(
                fields.integer("naive", 0, Long.MAX_VALUE),
                fields.integer("load_bound", 0, Long.MAX_VALUE),
                fields.integer("lower_bound", 0, Long.MAX_VALUE),
                fields.string("found_by"),
                fields.string("proved_by"),
                fields.integer("nodes", 0, Long.MAX_VALUE),
                Certificate.Stop.of(fields.choice("stop", STOPS)));
      }
      default -> throw new IllegalStateException("no such line: " + written.getClass());
    }
    return null;
  }

  private Named named(Token token) {
    return new Named(names.value(token), types.place(token, token));
  }

  private long bytes(Token token) {
    Long number = types.integer(token, "a number of bytes");
    return number == null ? 0 : number;
  }

  private int time(Token token) {
    Integer number = types.axis(token);
    return number == null ? 0 : number;
  }

  /** Returns the plan, with the kinds of buffers that the schedule gives them. */
  Plan plan(Schedule schedule, Place place) {
    var allocations = new ArrayList<Plan.Allocation>();
    var inPlace = new ArrayList<Plan.InPlace>();
    if (arena == null || certificate == null) {
      String expected = arena == null ? "a line 'arena'" : "a line 'certificate'";
      reporter.error(Code.PARSE_SYNTAX, place, "a plan without one", expected);
    }
    if (reporter.isEmpty()) {
      try {
        allocate(Buffers.of(schedule), allocations);
      } catch (RuleViolation violation) {
        reporter.violation(violation, place);
      }
      pair(schedule, inPlace);
    }
    return new Plan(
        schedule,
        allocations,
        inPlace,
        arena == null ? 0 : arena,
        certificate == null ? Certificate.ofLoad(0, 0, "") : certificate);
  }

  private void allocate(Buffers buffers, List<Plan.Allocation> allocations) {
    // A workspace may bear the name of a value: then both are taken, in the schedule's order.
    Map<String, Deque<Buffer>> byName = new LinkedHashMap<>();
    for (Buffer buffer : buffers.all()) {
      byName.computeIfAbsent(buffer.name(), name -> new ArrayDeque<>()).add(buffer);
    }
    for (Line line : lines) {
      Deque<Buffer> candidates = byName.get(line.buffer.name);
      Buffer known = candidates == null ? null : candidates.poll();
      if (known == null) {
        undefined(line.buffer, byName.keySet());
      } else {
        var buffer = new Buffer(known.name(), known.kind(), line.size, line.start, line.end);
        allocations.add(new Plan.Allocation(buffer, line.offset));
      }
    }
  }

  private void pair(Schedule schedule, List<Plan.InPlace> inPlace) {
    Map<String, Value> values = new HashMap<>();
    for (Parameter parameter : schedule.parameters()) {
      values.put(parameter.value().name(), parameter.value());
    }
    for (Step step : schedule.timeline()) {
      step.outputs().forEach(value -> values.put(value.name(), value));
    }
    for (Pair pair : pairs) {
      Value output = value(pair.output, values);
      Value input = value(pair.input, values);
      if (output != null && input != null) {
        inPlace.add(new Plan.InPlace(output, input));
      }
    }
  }

  private @Nullable Value value(Named named, Map<String, Value> values) {
    Value value = values.get(named.name);
    if (value == null) {
      undefined(named, values.keySet());
    }
    return value;
  }

  private void undefined(Named named, java.util.Collection<String> known) {
    reporter.error(
        Code.PARSE_UNDEFINED, named.place, named.name, Spelling.suggestion(named.name, known));
  }
}
