package dev.miser.frontend;

import dev.miser.frontend.grammar.MiserLexer;
import dev.miser.ir.diag.Code;
import dev.miser.ir.diag.Place;
import org.antlr.v4.runtime.CharStream;
import org.antlr.v4.runtime.CommonToken;
import org.antlr.v4.runtime.Token;
import org.antlr.v4.runtime.TokenFactory;
import org.antlr.v4.runtime.TokenSource;
import org.antlr.v4.runtime.UnbufferedTokenStream;
import org.antlr.v4.runtime.misc.Pair;

/** The tokens of the statement being read; those before it are gone. Holds the limits on tokens. */
final class TokenWindow extends UnbufferedTokenStream<Token> {
  /** A token that knows whether it is the first of its line. */
  static final class LineToken extends CommonToken {
    private static final long serialVersionUID = 1;
    private boolean first;

    LineToken(Pair<TokenSource, CharStream> source, int type, int start, int stop) {
      super(source, type, Token.DEFAULT_CHANNEL, start, stop);
    }
  }

  /** Makes tokens that refer to the text instead of copying it. */
  static final TokenFactory<LineToken> FACTORY =
      new TokenFactory<>() {
        @Override
        public LineToken create(
            Pair<TokenSource, CharStream> source,
            int type,
            String text,
            int channel,
            int start,
            int stop,
            int line,
            int column) {
          var token = new LineToken(source, type, start, stop);
          token.setLine(line);
          token.setCharPositionInLine(column);
          return token;
        }

        @Override
        public LineToken create(int type, String text) {
          throw new UnsupportedOperationException("tokens come from a text");
        }
      };

  private final Reporter reporter;
  private final String file;
  private int line;
  private int nesting;
  private int statementStart;

  TokenWindow(TokenSource lexer, String file, Reporter reporter) {
    super(lexer);
    this.reporter = reporter;
    this.file = file;
  }

  /** Returns whether a token is the first of its line. */
  static boolean isFirst(Token token) {
    return ((LineToken) token).first;
  }

  /** Returns where a token stands. */
  Place place(Token token) {
    return new Place(
        file,
        token.getLine(),
        token.getCharPositionInLine() + 1,
        Math.max(1, token.getStopIndex() - token.getStartIndex() + 1));
  }

  /** Keeps the tokens from here on until {@link #release}. */
  int beginStatement() {
    statementStart = LT(1).getTokenIndex();
    return mark();
  }

  @Override
  protected void add(Token token) {
    ((LineToken) token).first = token.getLine() != line;
    line = token.getLine();
    super.add(token);
    switch (token.getType()) {
      case MiserLexer.OPEN, MiserLexer.LPAREN, MiserLexer.LBRACKET -> nesting++;
      case MiserLexer.CLOSE, MiserLexer.RPAREN, MiserLexer.RBRACKET ->
          nesting = Math.max(0, nesting - 1);
      default -> {
        // No other token is a bracket.
      }
    }
    // The constructor of the stream reads one token before the fields here are set.
    if (nesting > Limits.NESTING) {
      throw reporter.fatal(Code.LIMIT_NESTING, place(token), Limits.NESTING);
    }
    if (token.getTokenIndex() - statementStart > Limits.STATEMENT_TOKENS) {
      throw reporter.fatal(Code.LIMIT_STATEMENT, place(token), Limits.STATEMENT_TOKENS);
    }
  }
}
