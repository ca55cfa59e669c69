package dev.miser.frontend;

import dev.miser.frontend.grammar.MiserLexer;
import dev.miser.frontend.grammar.MiserParser;
import dev.miser.ir.diag.Code;
import dev.miser.ir.diag.Place;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.function.Supplier;
import org.antlr.v4.runtime.BailErrorStrategy;
import org.antlr.v4.runtime.ParserRuleContext;
import org.antlr.v4.runtime.RecognitionException;
import org.antlr.v4.runtime.Token;
import org.antlr.v4.runtime.atn.PredictionMode;
import org.antlr.v4.runtime.misc.IntervalSet;
import org.antlr.v4.runtime.misc.ParseCancellationException;
import org.jspecify.annotations.Nullable;

/**
 * Takes a program apart into statements and finds the next one after an error: the first line that
 * begins like a statement.
 */
final class Statements {
  private final TokenWindow tokens;
  private final MiserParser parser;
  private final TypeReader types;
  private final Reporter reporter;

  Statements(TokenWindow tokens, TypeReader types, Reporter reporter) {
    this.tokens = tokens;
    this.types = types;
    this.reporter = reporter;
    this.parser = new MiserParser(tokens);
    parser.removeErrorListeners();
    parser.setErrorHandler(new BailErrorStrategy());
    parser.getInterpreter().setPredictionMode(PredictionMode.SLL);
  }

  /** Returns the next token's type without taking it. */
  int next() {
    return tokens.LA(1);
  }

  Token nextToken() {
    return tokens.LT(1);
  }

  /** Takes the next token if it is of this type; else reports and leaves it. */
  boolean take(int type) {
    Token token = tokens.LT(1);
    if (token.getType() == type) {
      tokens.consume();
      return true;
    }
    reporter.error(Code.PARSE_SYNTAX, tokens.place(token), found(token), name(type));
    return false;
  }

  /**
   * Reads a statement by its rule and hands it to {@code use}. On a syntax error it is reported,
   * {@code lost} gets the tokens from the statement's start to where reading goes on, and the
   * result is null.
   */
  <C extends ParserRuleContext, R> @Nullable R read(
      Function<MiserParser, C> rule, Function<C, @Nullable R> use, Lost<R> lost) {
    int start = tokens.LT(1).getTokenIndex();
    int marker = tokens.beginStatement();
    try {
      C context = rule.apply(parser);
      if (!endsStatement(tokens.LT(1))) {
        reportRest(context);
        return lost.recover(recover(start));
      }
      return use.apply(context);
    } catch (ParseCancellationException cancelled) {
      if (!(cancelled.getCause() instanceof RecognitionException error)) {
        throw cancelled;
      }
      report(error.getOffendingToken(), expected(error.getExpectedTokens()));
      return lost.recover(recover(start));
    } finally {
      tokens.release(marker);
    }
  }

  /** What remains to be done about a statement with a syntax error. */
  interface Lost<R> {
    @Nullable R recover(List<Token> skipped);
  }

  /** Reports a token that begins no statement and skips its line. */
  void unexpected(String expected) {
    int start = tokens.LT(1).getTokenIndex();
    int marker = tokens.beginStatement();
    Token token = tokens.LT(1);
    reporter.error(Code.PARSE_SYNTAX, tokens.place(token), found(token), expected);
    recover(start);
    tokens.release(marker);
  }

  /** Reports what stands behind a statement on its line. */
  private void reportRest(ParserRuleContext context) {
    Token token = tokens.LT(1);
    Token before = tokens.LT(-1);
    if (token.getType() == MiserLexer.EQUALS && TokenWindow.isFirst(before)) {
      // A list that broke off has taken in the value which the next line defines.
      tokens.seek(before.getTokenIndex());
      report(before, "a value");
      return;
    }
    boolean isList =
        before.getType() == MiserLexer.VALUE
            && before.equals(context.getStop())
            && token.getType() == MiserLexer.VALUE;
    report(token, isList ? "',' or end of line" : "end of line");
  }

  private static boolean endsStatement(Token token) {
    return switch (token.getType()) {
      case Token.EOF, MiserLexer.OPEN, MiserLexer.CLOSE -> true;
      default -> TokenWindow.isFirst(token);
    };
  }

  /** Reports a token out of place; one on a new line means that the line before broke off. */
  private void report(Token token, String expected) {
    Token before = tokens.LT(-1);
    boolean isNext = TokenWindow.isFirst(token) || token.getType() == Token.EOF;
    if (isNext && before != null) {
      Place last = tokens.place(before);
      Place end = new Place(last.file(), last.line(), last.column() + last.length(), 1);
      String found = token.getType() == Token.EOF ? found(token) : "end of line";
      reporter.error(Code.PARSE_SYNTAX, end, found, expected);
    } else {
      reporter.error(Code.PARSE_SYNTAX, tokens.place(token), found(token), expected);
    }
  }

  /**
   * Moves to the first token after {@code start} that begins a line and looks like the start of a
   * statement, be it before the token in error, and returns the tokens skipped.
   */
  private List<Token> recover(int start) {
    var skipped = new ArrayList<Token>();
    for (int index = start; ; index++) {
      tokens.seek(index);
      Token token = tokens.LT(1);
      if (token.getType() == Token.EOF
          || (index > start && TokenWindow.isFirst(token) && beginsStatement(token))) {
        return skipped;
      }
      skipped.add(token);
      // Makes sure that the next one is in the window.
      tokens.LT(2);
    }
  }

  private boolean beginsStatement(Token token) {
    return switch (token.getType()) {
      case MiserLexer.VALUE -> tokens.LA(2) == MiserLexer.EQUALS;
      case MiserLexer.CLOSE,
          MiserLexer.RETURN,
          MiserLexer.KERNEL,
          MiserLexer.VIEW,
          MiserLexer.INIT,
          MiserLexer.STEP,
          MiserLexer.MEMORY,
          MiserLexer.ARENA,
          MiserLexer.BUFFER,
          MiserLexer.IN_PLACE,
          MiserLexer.CERTIFICATE ->
          true;
      default -> false;
    };
  }

  /** Runs {@code statement} until the closing bracket, which it takes, or the end of the file. */
  void block(String expected, Supplier<Boolean> statement) {
    while (next() != MiserLexer.CLOSE) {
      if (next() == Token.EOF) {
        Token token = nextToken();
        reporter.error(Code.PARSE_SYNTAX, tokens.place(token), found(token), expected + " or '}'");
        throw new Reporter.Stop();
      }
      if (!statement.get()) {
        unexpected(expected + " or '}'");
      }
    }
    take(MiserLexer.CLOSE);
  }

  Place place(ParserRuleContext context) {
    return types.place(context);
  }

  private static String found(Token token) {
    return token.getType() == Token.EOF
        ? "end of file"
        : "'" + TypeReader.shortened(token.getText()) + "'";
  }

  private static String expected(IntervalSet types) {
    var names = new ArrayList<String>();
    boolean anyWord = types.contains(MiserLexer.WORD);
    for (int type : types.toList()) {
      boolean isKeyword = type >= MiserLexer.FUNC && type <= MiserLexer.CERTIFICATE;
      if (type != Token.EOF && !(anyWord && isKeyword)) {
        names.add(name(type));
      }
    }
    if (names.isEmpty()) {
      return "end of line";
    }
    String last = names.removeLast();
    return names.isEmpty() ? last : String.join(", ", names) + " or " + last;
  }

  private static String name(int type) {
    return switch (type) {
      case MiserLexer.VALUE -> "a value";
      case MiserLexer.SYMBOL -> "a name with '@'";
      case MiserLexer.NUMBER -> "a number";
      case MiserLexer.WORD -> "a name";
      case MiserLexer.STRING -> "a string";
      case Token.EOF -> "end of file";
      default -> MiserLexer.VOCABULARY.getDisplayName(type);
    };
  }
}
