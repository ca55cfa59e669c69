package dev.miser.frontend;

import org.antlr.v4.runtime.CharStream;
import org.antlr.v4.runtime.CharStreams;
import org.antlr.v4.runtime.misc.Interval;

/**
 * A text in which the lexer sees every character beyond ASCII as one and the same. Its rules treat
 * them alike, and its tables hold ASCII alone: other characters would take it a hundred times as
 * long.
 */
final class AsciiView implements CharStream {
  private static final int STAND_IN = 0x7f;

  private final CharStream text;

  AsciiView(String text) {
    this.text = CharStreams.fromString(text);
  }

  @Override
  public int LA(int i) {
    return Math.min(text.LA(i), STAND_IN);
  }

  @Override
  public String getText(Interval interval) {
    return text.getText(interval);
  }

  @Override
  public void consume() {
    text.consume();
  }

  @Override
  public int mark() {
    return text.mark();
  }

  @Override
  public void release(int marker) {
    text.release(marker);
  }

  @Override
  public int index() {
    return text.index();
  }

  @Override
  public void seek(int index) {
    text.seek(index);
  }

  @Override
  public int size() {
    return text.size();
  }

  @Override
  public String getSourceName() {
    return text.getSourceName();
  }
}
