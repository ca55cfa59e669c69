package dev.miser.frontend;

import dev.miser.ir.diag.Code;
import org.antlr.v4.runtime.Token;

/** Reads names as {@link dev.miser.ir.op.Names} spells them. */
final class Names {
  private final TokenWindow tokens;
  private final Reporter reporter;

  Names(TokenWindow tokens, Reporter reporter) {
    this.tokens = tokens;
    this.reporter = reporter;
  }

  /** Returns the name behind the mark of a value or a symbol. */
  String value(Token token) {
    String spelling = token.getText().substring(1);
    return spelling.startsWith("\"") ? unquote(token, spelling) : spelling;
  }

  /** Returns the text between quotes. */
  String string(Token token) {
    return unquote(token, token.getText());
  }

  private String unquote(Token token, String quoted) {
    var out = new StringBuilder();
    int end = quoted.length() - 1;
    int i = 1;
    while (i < end) {
      char c = quoted.charAt(i++);
      if (c != '\\') {
        out.append(c);
        continue;
      }
      char escaped = quoted.charAt(i++);
      switch (escaped) {
        case '"', '\\' -> out.append(escaped);
        case 'n' -> out.append('\n');
        case 't' -> out.append('\t');
        case 'r' -> out.append('\r');
        case 'u' -> {
          String digits = quoted.substring(i, Math.min(i + 4, end));
          if (!digits.matches("[0-9a-fA-F]{4}")) {
            badEscape(token, "\\u" + digits);
            return out.toString();
          }
          out.append((char) Integer.parseInt(digits, 16));
          i += 4;
        }
        default -> {
          badEscape(token, "\\" + escaped);
          return out.toString();
        }
      }
    }
    return out.toString();
  }

  private void badEscape(Token token, String found) {
    reporter.error(
        Code.PARSE_SYNTAX,
        tokens.place(token),
        "'" + found + "'",
        "an escape: \\\" \\\\ \\n \\t \\r or \\u and four digits");
  }
}
