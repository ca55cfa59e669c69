package dev.miser.compiler.packing;

import dev.miser.compiler.AtomicOutput;
import dev.miser.compiler.ByteSize;
import dev.miser.passes.memory.packing.Item;
import dev.miser.passes.memory.packing.Lifetime;
import dev.miser.passes.memory.packing.Packing;
import dev.miser.passes.memory.packing.Problem;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;

/**
 * A packing as an SVG picture: each buffer a box, address over time, coloured by size, with its
 * name, size and life under the mouse; below it the bytes alive, against peak and lower bound.
 */
public final class PackingPicture {
  /**
   * What stands above the picture and is drawn across it.
   *
   * @param capacity the bytes that were asked for; 0 if none were
   */
  public record Caption(String title, long lowerBound, long capacity) {}

  private static final int WIDTH = 1280;
  private static final int HEIGHT = 912;
  private static final int LEFT = 96;
  private static final int RIGHT = WIDTH - 24;
  private static final int TOP = 84;
  private static final int FLOOR = 660;
  private static final int LOAD_TOP = 706;
  private static final int LOAD_FLOOR = 806;
  private static final int LEGEND = 862;
  private static final int LINE = 24;
  private static final double LETTER = 7.2;

  /** With more buffers than this the edges of boxes would hide them. */
  private static final int MANY = 3_000;

  /** With more buffers than this only so many are drawn, the largest: a browser has to cope. */
  private static final int MOST = 60_000;

  /** From small to large: from light to dark, so that the colour-blind tell them apart too. */
  private static final List<String> COLOURS =
      List.of(
          "#fde725", "#a0da39", "#4ac16d", "#1fa187", "#277f8e", "#365c8d", "#46327e", "#440154");

  /** The colour of buffers that are all of one size, and the first on which text is white. */
  private static final int MIDDLE = 4;

  private static final String STYLE =
      """
      text{font:13px sans-serif;fill:#222}.t{font-size:17px;font-weight:bold}.n{text-anchor:end}
      .m{text-anchor:middle}.g{stroke:#0002}.a{stroke:#222}.l{fill:#9bb8d3}
      .p{stroke:#c22;stroke-dasharray:6 3}.b{stroke:#070;stroke-dasharray:2 3}.c{stroke:#00c}
      .k{stroke-width:1.5}.i{font-size:11px;pointer-events:none;stroke:none}.w{fill:#fff}
      .e{stroke:#fff;stroke-width:.6}.f{stroke:#fff4;stroke-width:.2}
      """;

  private final Problem problem;
  private final Packing packing;
  private final Caption caption;
  private final TimeAxis time;
  private final Scale address;
  private final Scale load;
  private final double smallest;
  private final double largest;
  private final Svg svg;

  private PackingPicture(Problem problem, Packing packing, Caption caption) {
    this.problem = problem;
    this.packing = packing;
    this.caption = caption;
    List<Item> items = problem.items();
    long top = Math.max(1, Math.max(packing.peak(), caption.capacity));
    time = new TimeAxis(problem, LEFT, RIGHT);
    address = new Scale(0, (double) top, FLOOR, TOP);
    load = new Scale(0, (double) top, LOAD_FLOOR, LOAD_TOP);
    smallest = logarithm(items.stream().mapToLong(Item::size).filter(s -> s > 0).min().orElse(1));
    largest = logarithm(items.stream().mapToLong(Item::size).max().orElse(1));
    svg = new Svg(WIDTH, HEIGHT, style());
  }

  private static String style() {
    var style = new StringBuilder(STYLE);
    for (int i = 0; i < COLOURS.size(); i++) {
      style.append(".s").append(i).append("{fill:").append(COLOURS.get(i)).append('}');
    }
    return style.toString();
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
    svg.text("t", LEFT, 28, caption.title);
    svg.text("", LEFT, 50, summary());
    axes();
    boxes();
    loadCurve();
    for (Scale scale : List.of(address, load)) {
      line(scale, packing.peak(), "p");
      line(scale, caption.lowerBound, "b");
    }
    if (caption.capacity > 0) {
      line(address, caption.capacity, "c");
    }
    legend();
    return svg.end();
  }

  private String summary() {
    long above = packing.peak() - caption.lowerBound;
    return problem.count()
        + " buffers"
        + (problem.count() > MOST ? " (the largest " + MOST + " are drawn)" : "")
        + ", peak "
        + ByteSize.exact(packing.peak())
        + ", lower bound "
        + ByteSize.exact(caption.lowerBound)
        + (above == 0 ? ": optimal" : ", gap " + ByteSize.exact(above))
        + (caption.capacity == 0 ? "" : ", capacity " + ByteSize.exact(caption.capacity));
  }

  private void axes() {
    bytesAxis(address, 12);
    bytesAxis(load, 3);
    for (TimeAxis.Tick tick : time.ticks()) {
      svg.line("g", tick.x(), TOP, tick.x(), LOAD_FLOOR);
      String text = String.format(Locale.ROOT, "%,d", tick.time());
      boolean fits = tick.x() + LETTER / 2 * text.length() < WIDTH;
      svg.text(fits ? "m" : "n", fits ? tick.x() : WIDTH - 4, LOAD_FLOOR + 18, text);
    }
    svg.text("m", (LEFT + RIGHT) / 2.0, LOAD_FLOOR + 38, time.title());
    svg.text("n", LEFT - 6, TOP - 16, "address");
    svg.text("n", LEFT - 6, LOAD_TOP - 16, "bytes alive");
  }

  private void bytesAxis(Scale scale, int most) {
    int power = scale.to() < 4096 ? 0 : (63 - Long.numberOfLeadingZeros((long) scale.to())) / 10;
    double unit = Math.pow(1024, power);
    String name = List.of("B", "KiB", "MiB", "GiB", "TiB", "PiB").get(power);
    for (double tick : scale.ticks(most, unit)) {
      double y = scale.at(tick);
      svg.line("g", LEFT, y, RIGHT, y);
      String number = String.format(Locale.ROOT, "%.3f", tick / unit).replaceAll("\\.?0+$", "");
      svg.text("n", LEFT - 6, y + 4, tick == 0 ? "0" : number + " " + name);
    }
    svg.line("a", LEFT, scale.start(), RIGHT, scale.start());
    svg.line("a", LEFT, scale.start(), LEFT, scale.end());
  }

  private void boxes() {
    svg.open(problem.count() > MANY ? "f" : "e", "");
    IntStream all = IntStream.range(0, problem.count()).filter(i -> problem.size(i) > 0);
    if (problem.count() > MOST) {
      all =
          all.boxed()
              .sorted(Comparator.comparingDouble((Integer i) -> -area(i)))
              .limit(MOST)
              .mapToInt(Integer::intValue);
    }
    all.forEach(this::buffer);
    svg.close();
  }

  private double area(int item) {
    Item it = problem.items().get(item);
    return it.lives().stream().mapToDouble(l -> time.x(l.upper()) - time.x(l.lower())).sum()
        * (double) it.size();
  }

  private void buffer(int index) {
    Item item = problem.items().get(index);
    long offset = packing.offset(index);
    int colour = colour(item.size());
    double top = address.at(offset + item.size());
    double height = address.at(offset) - top;
    svg.open("s" + colour, title(item, offset));
    for (Lifetime life : item.lives()) {
      double x = time.x(life.lower());
      double width = time.x(life.upper()) - x;
      svg.box(x, top, width, height);
      if (height >= 13 && width >= LETTER * (item.name().length() + 1)) {
        svg.text(colour < MIDDLE ? "i" : "i w", x + 4, top + Math.min(height - 3, 12), item.name());
      }
    }
    svg.close();
  }

  private static String title(Item item, long offset) {
    var text = new StringBuilder(item.name());
    text.append('\n').append(ByteSize.exact(item.size())).append(" at ").append(offset);
    text.append("\nalive");
    for (Lifetime life : item.lives()) {
      text.append(" [").append(life.lower()).append(", ").append(life.upper()).append(')');
    }
    return text.toString();
  }

  /** Draws the most bytes alive in each half pixel. */
  private void loadCurve() {
    long[] highest = new long[2 * (RIGHT - LEFT) + 1];
    long[] bytes = problem.load();
    for (int rank = 0; rank < bytes.length; rank++) {
      int from = (int) Math.round(2 * (time.x(time.moment(rank)) - LEFT));
      int to = (int) Math.round(2 * (time.x(time.moment(rank + 1)) - LEFT));
      for (int x = from; x < Math.max(to, from + 1) && x < highest.length; x++) {
        highest[x] = Math.max(highest[x], bytes[rank]);
      }
    }
    svg.outline("l", LEFT, LOAD_FLOOR);
    for (int x = 0; x < highest.length - 1; x++) {
      if (x == 0 || highest[x] != highest[x - 1]) {
        svg.across(LEFT + x / 2.0).along(load.at(highest[x]));
      }
    }
    svg.across(RIGHT).along(LOAD_FLOOR).endOutline();
  }

  private void legend() {
    svg.text("", LEFT, LEGEND + 12, "sizes");
    double x = LEFT + 50;
    for (int colour = 0; colour < COLOURS.size(); colour++) {
      long least = leastOf(colour);
      if (least > 0) {
        svg.open("s" + colour, "").box(x, LEGEND, 14, 14).close();
        String text = "from " + ByteSize.text(least);
        svg.text("", x + 19, LEGEND + 12, text);
        x += 34 + LETTER * text.length();
      }
    }
    x = key(LEFT, "p", "peak " + ByteSize.text(packing.peak()));
    x = key(x, "b", "lower bound " + ByteSize.text(caption.lowerBound));
    if (caption.capacity > 0) {
      key(x, "c", "capacity " + ByteSize.text(caption.capacity));
    }
  }

  private double key(double x, String style, String text) {
    svg.line("k " + style, x, LEGEND + LINE + 7, x + 24, LEGEND + LINE + 7);
    svg.text("", x + 30, LEGEND + LINE + 12, text);
    return x + 46 + LETTER * text.length();
  }

  private int colour(long size) {
    if (largest == smallest) {
      return MIDDLE;
    }
    double share = (logarithm(size) - smallest) / (largest - smallest);
    return Math.clamp((int) (share * COLOURS.size()), 0, COLOURS.size() - 1);
  }

  /** Returns the smallest size of a buffer with this colour; 0 if there is none. */
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
    svg.line("k " + style, LEFT, y, RIGHT, y);
  }
}
