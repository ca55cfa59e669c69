package dev.miser.compiler.packing;

import dev.miser.compiler.AtomicOutput;
import dev.miser.compiler.ByteSize;
import dev.miser.passes.memory.packing.Item;
import dev.miser.passes.memory.packing.Lifetime;
import dev.miser.passes.memory.packing.Packing;
import dev.miser.passes.memory.packing.Problem;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/**
 * A packing as an SVG picture: each buffer a box, address over time, coloured by size; below it the
 * bytes alive, against peak and lower bound.
 */
public final class PackingPicture {
  /**
   * What stands above the picture and is drawn across it.
   *
   * @param capacity the bytes that were asked for; 0 if none were
   */
  public record Caption(String title, long lowerBound, long capacity) {}

  private static final int WIDTH = 1280;
  private static final int HEIGHT = 900;
  private static final int LEFT = 96;
  private static final int RIGHT = WIDTH - 24;
  private static final int TOP = 64;
  private static final int FLOOR = 660;
  private static final int LOAD_TOP = 700;
  private static final int LOAD_FLOOR = 810;
  private static final int LEGEND = 872;
  private static final int MANY = 3_000;

  /** From small to large: light to dark, and told apart by the colour-blind too. */
  private static final List<String> COLOURS =
      List.of(
          "#fde725", "#a0da39", "#4ac16d", "#1fa187", "#277f8e", "#365c8d", "#46327e", "#440154");

  private static final String STYLE =
      """
      text{font:13px sans-serif;fill:#222}.t{font-size:17px;font-weight:bold}.n{text-anchor:end}
      .m{text-anchor:middle}.g{stroke:#0002}.a{stroke:#222;fill:none}.l{fill:#9bb8d3}
      .p{stroke:#c22;stroke-dasharray:6 3}.b{stroke:#070;stroke-dasharray:2 3}.c{stroke:#00c}
      .k{fill:none;stroke-width:1.5}
      """;

  private final Problem problem;
  private final Packing packing;
  private final Caption caption;
  private final Scale time;
  private final Scale address;
  private final Scale load;
  private final double smallest;
  private final double largest;
  private final StringBuilder svg = new StringBuilder();

  private PackingPicture(Problem problem, Packing packing, Caption caption) {
    this.problem = problem;
    this.packing = packing;
    this.caption = caption;
    List<Item> items = problem.items();
    long first = items.stream().mapToLong(Item::lower).min().orElse(0);
    long last = items.stream().mapToLong(Item::upper).max().orElse(1);
    long top = Math.max(1, Math.max(packing.peak(), caption.capacity));
    time = new Scale((double) first, (double) last, LEFT, RIGHT);
    address = new Scale(0, (double) top, FLOOR, TOP);
    load = new Scale(0, (double) top, LOAD_FLOOR, LOAD_TOP);
    smallest = logarithm(items.stream().mapToLong(Item::size).filter(s -> s > 0).min().orElse(1));
    largest = logarithm(items.stream().mapToLong(Item::size).max().orElse(1));
  }

  /** Writes the picture, whole or not at all. */
  public static void write(Path file, Problem problem, Packing packing, Caption caption) {
    String text = draw(problem, packing, caption);
    AtomicOutput.file(file, place -> Files.writeString(place, text));
  }

  /** Returns the picture. */
  public static String draw(Problem problem, Packing packing, Caption caption) {
    return new PackingPicture(problem, packing, caption).draw();
  }

  private String draw() {
    svg.append("<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 ").append(WIDTH);
    svg.append(' ').append(HEIGHT).append("\">\n<style>").append(STYLE);
    for (int i = 0; i < COLOURS.size(); i++) {
      svg.append(".s").append(i).append("{fill:").append(COLOURS.get(i)).append('}');
    }
    svg.append("</style>\n");
    svg.append("<rect width=\"100%\" height=\"100%\" fill=\"#fff\"/>\n");
    text(LEFT, 28, "t", caption.title);
    text(LEFT, 48, "", summary());
    axes();
    boxes();
    loadCurve();
    line(address, packing.peak(), "p");
    line(address, caption.lowerBound, "b");
    line(load, packing.peak(), "p");
    line(load, caption.lowerBound, "b");
    if (caption.capacity > 0) {
      line(address, caption.capacity, "c");
    }
    legend();
    return svg.append("</svg>\n").toString();
  }

  private String summary() {
    long above = packing.peak() - caption.lowerBound;
    return problem.count()
        + " buffers, peak "
        + ByteSize.exact(packing.peak())
        + ", lower bound "
        + ByteSize.exact(caption.lowerBound)
        + (above == 0 ? ": optimal" : ", gap " + ByteSize.exact(above))
        + (caption.capacity == 0 ? "" : ", capacity " + ByteSize.exact(caption.capacity));
  }

  private void axes() {
    bytesAxis(address, 12);
    bytesAxis(load, 3);
    for (double tick : time.ticks(10, 1)) {
      double x = time.at(tick);
      segment("g", x, TOP, x, LOAD_FLOOR);
      text(x, LOAD_FLOOR + 18, "m", String.format(Locale.ROOT, "%,d", Math.round(tick)));
    }
    text((LEFT + RIGHT) / 2.0, LOAD_FLOOR + 36, "m", "time");
    text(LEFT, TOP - 4, "n", "address");
    text(LEFT, LOAD_TOP - 8, "n", "bytes alive");
  }

  private void bytesAxis(Scale scale, int most) {
    int power = scale.to() < 4096 ? 0 : (63 - Long.numberOfLeadingZeros((long) scale.to())) / 10;
    double unit = Math.pow(1024, power);
    String name = List.of("B", "KiB", "MiB", "GiB", "TiB", "PiB").get(power);
    for (double tick : scale.ticks(most, unit)) {
      double y = scale.at(tick);
      segment("g", LEFT, y, RIGHT, y);
      String number = String.format(Locale.ROOT, "%.3f", tick / unit).replaceAll("\\.?0+$", "");
      text(LEFT - 6, y + 4, "n", number + " " + name);
    }
    segment("a", LEFT, scale.start(), RIGHT, scale.start());
    segment("a", LEFT, scale.start(), LEFT, scale.end());
  }

  private void boxes() {
    String edge = problem.count() > MANY ? "#fff4" : "#fff";
    String width = problem.count() > MANY ? "0.2" : "0.6";
    svg.append("<g stroke=\"").append(edge).append("\" stroke-width=\"").append(width);
    svg.append("\">\n");
    for (int i = 0; i < problem.count(); i++) {
      Item item = problem.items().get(i);
      if (item.size() > 0) {
        svg.append("<g class=\"s").append(colour(item.size())).append("\"><title>");
        svg.append(escaped(item.name())).append('\n').append(ByteSize.exact(item.size()));
        svg.append(" at ").append(packing.offset(i)).append("\nalive ");
        for (Lifetime life : item.lives()) {
          svg.append('[').append(life.lower()).append(", ").append(life.upper()).append(") ");
        }
        svg.append("</title>");
        for (Lifetime life : item.lives()) {
          box(life, item.size(), packing.offset(i));
        }
        svg.append("</g>\n");
      }
    }
    svg.append("</g>\n");
  }

  private void box(Lifetime life, long size, long offset) {
    double x = time.at(life.lower());
    double y = address.at(offset + size);
    svg.append("<rect");
    attribute("x", x);
    attribute("y", y);
    attribute("width", time.at(life.upper()) - x);
    attribute("height", address.at(offset) - y);
    svg.append("/>");
  }

  /** The most bytes alive in each half pixel. */
  private void loadCurve() {
    long[] highest = new long[2 * (RIGHT - LEFT) + 1];
    long[] moments = moments();
    long[] bytes = problem.load();
    for (int rank = 0; rank < bytes.length; rank++) {
      int from = (int) Math.round(2 * (time.at(moments[rank]) - LEFT));
      int to = (int) Math.round(2 * (time.at(moments[rank + 1]) - LEFT));
      for (int x = from; x < Math.max(to, from + 1) && x < highest.length; x++) {
        highest[x] = Math.max(highest[x], bytes[rank]);
      }
    }
    svg.append("<path class=\"l\" d=\"M").append(LEFT).append(' ').append(LOAD_FLOOR);
    for (int x = 0; x < highest.length - 1; x++) {
      if (x == 0 || highest[x] != highest[x - 1]) {
        svg.append('H');
        number(LEFT + x / 2.0);
        svg.append('V');
        number(load.at(highest[x]));
      }
    }
    svg.append('H').append(RIGHT).append('V').append(LOAD_FLOOR).append("Z\"/>\n");
  }

  /** Returns the times at which a buffer begins or ends to live, as the problem ranks them. */
  private long[] moments() {
    return problem.items().stream()
        .flatMap(item -> item.lives().stream())
        .mapMultiToLong((life, sink) -> {
          sink.accept(life.lower());
          sink.accept(life.upper());
        })
        .sorted()
        .distinct()
        .toArray();
  }

  private void legend() {
    double x = LEFT;
    text(x, LEGEND + 12, "", "sizes:");
    x += 50;
    int[] counts = new int[COLOURS.size()];
    problem.items().stream().filter(i -> i.size() > 0).forEach(i -> counts[colour(i.size())]++);
    for (int i = 0; i < counts.length; i++) {
      if (counts[i] > 0) {
        svg.append("<rect class=\"s").append(i).append("\" width=\"14\" height=\"14\"");
        attribute("x", x);
        attribute("y", LEGEND);
        svg.append("/>");
        String text = "from " + ByteSize.text(leastOf(i));
        text(x + 18, LEGEND + 12, "", text);
        x += 32 + 7.2 * text.length();
      }
    }
    x = key(x, "p", "peak");
    x = key(x, "b", "lower bound");
    if (caption.capacity > 0) {
      key(x, "c", "capacity");
    }
  }

  private double key(double x, String style, String text) {
    segment("k " + style, x, LEGEND + 7, x + 24, LEGEND + 7);
    text(x + 28, LEGEND + 12, "", text);
    return x + 42 + 7.2 * text.length();
  }

  private int colour(long size) {
    double share = largest == smallest ? 1 : (logarithm(size) - smallest) / (largest - smallest);
    return Math.clamp((int) (share * COLOURS.size()), 0, COLOURS.size() - 1);
  }

  /** Returns the smallest size of a buffer with this colour. */
  private long leastOf(int colour) {
    return problem.items().stream()
        .mapToLong(Item::size)
        .filter(size -> size > 0 && colour(size) == colour)
        .min()
        .orElse(0);
  }

  private static double logarithm(long size) {
    return Math.log((double) Math.max(1, size));
  }

  private void line(Scale scale, long bytes, String style) {
    double y = scale.at(bytes);
    segment("k " + style, LEFT, y, RIGHT, y);
  }

  private void segment(String style, double x1, double y1, double x2, double y2) {
    svg.append("<line class=\"").append(style).append('"');
    attribute("x1", x1);
    attribute("y1", y1);
    attribute("x2", x2);
    attribute("y2", y2);
    svg.append("/>\n");
  }

  private void text(double x, double y, String style, String text) {
    svg.append("<text class=\"").append(style).append('"');
    attribute("x", x);
    attribute("y", y);
    svg.append('>').append(escaped(text)).append("</text>\n");
  }

  private void attribute(String name, double value) {
    svg.append(' ').append(name).append("=\"");
    number(value);
    svg.append('"');
  }

  /** Appends a number with two digits after the point: by hand, for there are many. */
  private void number(double value) {
    long hundredths = Math.round(value * 100);
    if (hundredths < 0) {
      svg.append('-');
    }
    long digits = Math.abs(hundredths);
    svg.append(digits / 100);
    long rest = digits % 100;
    if (rest != 0) {
      svg.append('.').append(rest / 10);
      if (rest % 10 != 0) {
        svg.append(rest % 10);
      }
    }
  }

  /** Returns text as XML holds it; what no XML may hold becomes a box. */
  private static String escaped(String text) {
    var out = new StringBuilder(text.length());
    text.codePoints()
        .forEach(c -> {
          switch (c) {
            case '<' -> out.append("&lt;");
            case '>' -> out.append("&gt;");
            case '&' -> out.append("&amp;");
            default -> out.appendCodePoint(isLegal(c) ? c : 0xfffd);
          }
        });
    return out.toString();
  }

  private static boolean isLegal(int c) {
    boolean control = c < ' ' || (c >= 0x7f && c < 0xa0);
    boolean surrogate = c >= 0xd800 && c < 0xe000;
    return !control && !surrogate && c != 0xfffe && c != 0xffff;
  }
}
