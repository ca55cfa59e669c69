package dev.miser.frontend;

import dev.miser.frontend.grammar.MiserLexer;
import dev.miser.frontend.grammar.MiserParser.ArgumentContext;
import dev.miser.frontend.grammar.MiserParser.HeaderContext;
import dev.miser.frontend.grammar.MiserParser.InitialiserContext;
import dev.miser.frontend.grammar.MiserParser.ParameterContext;
import dev.miser.frontend.grammar.MiserParser.RangeContext;
import dev.miser.frontend.grammar.MiserParser.TypeContext;
import dev.miser.ir.diag.Code;
import dev.miser.ir.diag.Place;
import dev.miser.ir.diag.Spelling;
import dev.miser.ir.func.Initialiser;
import dev.miser.ir.func.Parameter;
import dev.miser.ir.func.Range;
import dev.miser.ir.op.Value;
import dev.miser.ir.type.ElementType;
import dev.miser.ir.type.TensorType;
import java.util.ArrayList;
import java.util.List;
import org.antlr.v4.runtime.Token;
import org.jspecify.annotations.Nullable;

/** Reads the head of a program: its form, name, parameters and types of results. */
final class HeaderReader {
  /**
   * What a program begins with; a result of unknown type is null, and so are the results of a
   * header that could not be read.
   */
  record Header(
      String name,
      List<Parameter> parameters,
      @Nullable List<@Nullable TensorType> results,
      Place place) {}

  private static final List<String> INITIALISERS = List.of("normal", "uniform", "fill");

  private final Names names;
  private final TypeReader types;
  private final Scope scope;
  private final Reporter reporter;

  HeaderReader(Names names, TypeReader types, Scope scope, Reporter reporter) {
    this.names = names;
    this.types = types;
    this.scope = scope;
    this.reporter = reporter;
  }

  Header read(HeaderContext written) {
    String name = names.value(written.SYMBOL().getSymbol());
    var parameters = new ArrayList<Parameter>();
    for (ParameterContext parameter : written.parameters().parameter()) {
      Parameter read = parameter(parameter);
      if (read != null) {
        parameters.add(read);
      }
    }
    var results = new ArrayList<@Nullable TensorType>();
    for (TypeContext type : written.results().type()) {
      results.add(types.type(type));
    }
    Place place = types.place(written.head, written.SYMBOL().getSymbol());
    return new Header(name, parameters, results, place);
  }

  private @Nullable Parameter parameter(ParameterContext written) {
    Token token = written.VALUE().getSymbol();
    Place place = types.place(token, written.type().getStop());
    Parameter.Role role = role(written.role);
    TensorType type = types.type(written.type());
    Initialiser initialiser = null;
    if (written.initialiser() != null) {
      initialiser = initialiser(written.initialiser());
      if (role == Parameter.Role.INPUT) {
        reporter.error(
            Code.PARSE_SYNTAX,
            types.place(written.EQUALS().getSymbol(), null),
            "'='",
            "')' or ','");
      }
    }
    Range range = written.range() == null ? null : range(written.range(), type);
    Value value = scope.define(names.value(token), type, types.place(token, token));
    return value == null ? null : new Parameter(role, value, initialiser, range, place);
  }

  private static Parameter.Role role(@Nullable Token written) {
    if (written == null) {
      return Parameter.Role.INPUT;
    }
    return written.getType() == MiserLexer.STATE ? Parameter.Role.STATE : Parameter.Role.PARAM;
  }

  private @Nullable Initialiser initialiser(InitialiserContext written) {
    String name = written.word().getText();
    List<ArgumentContext> given = written.argument();
    if (given.size() == 1 && given.getFirst().getText().equals("fan_in")) {
      switch (name) {
        case "normal" -> {
          return new Initialiser.FanIn();
        }
        case "uniform" -> {
          return new Initialiser.UniformFanIn();
        }
        default -> {
          // Reported below.
        }
      }
    }
    String expected =
        switch (name) {
          case "normal" -> "fan_in, or a mean and a deviation of at least 0";
          case "uniform" -> "fan_in, or a low and a high bound";
          case "fill" -> "one number";
          default -> "";
        };
    if (expected.isEmpty()) {
      reporter.error(
          Code.PARSE_UNKNOWN_INITIALISER,
          types.place(written.word()),
          TypeReader.shortened(name),
          Spelling.suggestion(name, INITIALISERS));
      return null;
    }
    Initialiser made = make(name, numbers(given));
    if (made == null) {
      String found = written.getText().substring(name.length());
      reporter.error(
          Code.PARSE_INITIALISER_ARGUMENT,
          types.place(written),
          name,
          expected,
          TypeReader.shortened(found));
    }
    return made;
  }

  private List<Double> numbers(List<ArgumentContext> arguments) {
    var numbers = new ArrayList<Double>();
    for (ArgumentContext argument : arguments) {
      if (argument.NUMBER() == null) {
        return List.of();
      }
      numbers.add(types.number(argument.NUMBER().getSymbol()));
    }
    return numbers;
  }

  private static @Nullable Initialiser make(String name, List<Double> numbers) {
    boolean isPair =
        numbers.size() == 2
            && Double.isFinite(numbers.getFirst())
            && Double.isFinite(numbers.getLast());
    return switch (name) {
      case "normal" ->
          isPair && numbers.getLast() >= 0
              ? new Initialiser.Normal(numbers.getFirst(), numbers.getLast())
              : null;
      case "uniform" ->
          isPair && numbers.getFirst() <= numbers.getLast()
              ? new Initialiser.Uniform(numbers.getFirst(), numbers.getLast())
              : null;
      default -> numbers.size() == 1 ? new Initialiser.Fill(numbers.getFirst()) : null;
    };
  }

  private @Nullable Range range(RangeContext written, @Nullable TensorType type) {
    Long low = types.integer(written.low, "a range");
    Long high = types.integer(written.high, "a range");
    if (low == null || high == null) {
      return null;
    }
    if (low >= high || (type != null && !fits(type.element(), low, high))) {
      reporter.error(
          Code.PARSE_RANGE, types.place(written), low, high, type == null ? "" : type.element());
      return null;
    }
    return new Range(low, high);
  }

  /**
   * Whether the type can hold every integer from {@code low} up to, not including, {@code high}.
   */
  private static boolean fits(ElementType element, long low, long high) {
    int bits = element.bytes() * 8;
    return switch (element.kind()) {
      case FLOAT -> false;
      case BOOLEAN -> low >= 0 && high <= 2;
      case SIGNED -> bits == 64 || (low >= -1L << (bits - 1) && high <= 1L << (bits - 1));
      case UNSIGNED -> low >= 0 && (bits == 64 || high <= 1L << bits);
    };
  }
}
