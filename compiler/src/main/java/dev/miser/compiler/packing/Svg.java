package dev.miser.compiler.packing;

/** The text of an SVG picture while it is drawn. */
final class Svg {
  private final StringBuilder out = new StringBuilder();

  Svg(int width, int height, String style) {
    out.append("<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 ").append(width);
    out.append(' ').append(height).append("\">\n<style>").append(style).append("</style>\n");
    out.append("<rect width=\"100%\" height=\"100%\" fill=\"#fff\"/>\n");
  }

  /** Begins a group of what has a style and, shown under the mouse, a title. */
  Svg open(String style, String title) {
    out.append("<g class=\"").append(style).append("\">");
    if (!title.isEmpty()) {
      out.append("<title>");
      escaped(title);
      out.append("</title>");
    }
    return this;
  }

  Svg close() {
    out.append("</g>\n");
    return this;
  }

  Svg text(String style, double x, double y, String text) {
    out.append("<text class=\"").append(style).append('"');
    attribute("x", x);
    attribute("y", y);
    out.append('>');
    escaped(text);
    out.append("</text>\n");
    return this;
  }

  Svg line(String style, double x1, double y1, double x2, double y2) {
    out.append("<line class=\"").append(style).append('"');
    attribute("x1", x1);
    attribute("y1", y1);
    attribute("x2", x2);
    attribute("y2", y2);
    out.append("/>\n");
    return this;
  }

  Svg box(double x, double y, double width, double height) {
    out.append("<rect");
    attribute("x", x);
    attribute("y", y);
    attribute("width", width);
    attribute("height", height);
    out.append("/>");
    return this;
  }

  /** Begins a filled outline at a point; {@link #across} and {@link #along} go on from there. */
  Svg outline(String style, double x, double y) {
    out.append("<path class=\"").append(style).append("\" d=\"M");
    number(x);
    out.append(' ');
    number(y);
    return this;
  }

  /** Goes on to the right or left. */
  Svg across(double x) {
    out.append('H');
    number(x);
    return this;
  }

  /** Goes on up or down. */
  Svg along(double y) {
    out.append('V');
    number(y);
    return this;
  }

  Svg endOutline() {
    out.append("Z\"/>\n");
    return this;
  }

  /** Returns the whole picture. */
  String end() {
    return out.append("</svg>\n").toString();
  }

  private void attribute(String name, double value) {
    out.append(' ').append(name).append("=\"");
    number(value);
    out.append('"');
  }

  /** Appends a number with two digits after the point: by hand, for there are many. */
  private void number(double value) {
    long hundredths = Math.round(value * 100);
    if (hundredths < 0) {
      out.append('-');
    }
    long digits = Math.abs(hundredths);
    out.append(digits / 100);
    long rest = digits % 100;
    if (rest != 0) {
      out.append('.').append(rest / 10);
      if (rest % 10 != 0) {
        out.append(rest % 10);
      }
    }
  }

  /** Appends text as XML holds it; what no XML may hold becomes a box. */
  private void escaped(String text) {
    text.codePoints()
        .forEach(c -> {
          switch (c) {
            case '<' -> out.append("&lt;");
            case '>' -> out.append("&gt;");
            case '&' -> out.append("&amp;");
            default -> out.appendCodePoint(isLegal(c) ? c : 0xfffd);
          }
        });
  }

  private static boolean isLegal(int c) {
    boolean control = (c < ' ' && c != '\n') || (c >= 0x7f && c < 0xa0);
    boolean surrogate = c >= 0xd800 && c < 0xe000;
    return !control && !surrogate && c != 0xfffe && c != 0xffff;
  }
}
