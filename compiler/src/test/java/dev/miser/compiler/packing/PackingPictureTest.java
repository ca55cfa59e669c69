package dev.miser.compiler.packing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.miser.compiler.packing.PackingPicture.Caption;
import dev.miser.passes.memory.packing.Item;
import dev.miser.passes.memory.packing.Lifetime;
import dev.miser.passes.memory.packing.Packing;
import dev.miser.passes.memory.packing.Problem;
import java.io.StringReader;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.xml.sax.InputSource;

/** Pictures are legal XML in which every buffer has its box, whatever names and times are. */
class PackingPictureTest {
  private static Document draw(List<Item> items, long... offsets) throws Exception {
    Problem problem = Problem.of(items);
    Packing packing = Packing.of(problem, offsets);
    String svg = PackingPicture.draw(problem, packing, new Caption("<title>", 1, 0));
    return DocumentBuilderFactory.newInstance()
        .newDocumentBuilder()
        .parse(new InputSource(new StringReader(svg)));
  }

  /** Returns the boxes of buffers, without background and legend. */
  private static List<Element> boxes(Document svg) {
    var boxes = new ArrayList<Element>();
    var all = svg.getElementsByTagName("rect");
    for (int i = 0; i < all.getLength(); i++) {
      if (all.item(i) instanceof Element box
          && box.getParentNode() instanceof Element group
          && group.getElementsByTagName("title").getLength() == 1) {
        boxes.add(box);
      }
    }
    return boxes;
  }

  private static double number(Element element, String attribute) {
    return Double.parseDouble(element.getAttribute(attribute));
  }

  @Test
  void everyLifeHasABoxAtItsAddress() throws Exception {
    var twice =
        new Item("a <&\"> \u0000\ud800", 6, List.of(new Lifetime(0, 2), new Lifetime(4, 5)), 1, -1);
    List<Element> boxes = boxes(draw(List.of(twice, Item.of("b", 3, 1, 4)), 0, 6));
    assertEquals(3, boxes.size());
    assertEquals(number(boxes.get(0), "y"), number(boxes.get(1), "y"));
    Element b = boxes.get(2);
    assertEquals(number(boxes.get(0), "y"), number(b, "y") + number(b, "height"), 0.02);
    assertEquals(number(boxes.get(0), "height"), 2 * number(b, "height"), 0.02);
    assertEquals(1.5 * number(boxes.get(0), "width"), number(b, "width"), 0.02);
    assertTrue(b.getParentNode().getTextContent().startsWith("b\n3 bytes at 6\nalive [1, 4)"));
  }

  @Test
  void timesFarApartAreNotDrawnToScale() throws Exception {
    var items = new ArrayList<Item>();
    for (int i = 0; i < 9; i++) {
      items.add(Item.of("i" + i, 1, i, i + 1));
    }
    items.add(Item.of("last", 1, 9, 1L << 53));
    Document svg = draw(items, new long[10]);
    assertEquals(number(boxes(svg).get(0), "width"), number(boxes(svg).get(9), "width"), 0.02);
    assertTrue(svg.getDocumentElement().getTextContent().contains("time, not to scale"));
  }

  @Test
  void nothingIsDrawnToo() throws Exception {
    assertEquals(List.of(), boxes(draw(List.of())));
    assertEquals(List.of(), boxes(draw(List.of(Item.of("none", 0, 5, 6)), 0)));
  }

  @Test
  void twentyThousandBuffersAreDrawnInTimeAndWithinThePicture() throws Exception {
    var random = new Random(1);
    var items = new ArrayList<Item>();
    long[] offsets = new long[20_000];
    for (int i = 0; i < offsets.length; i++) {
      int lower = random.nextInt(1_000_000);
      items.add(Item.of("b" + i, random.nextInt(1 << 20), lower, lower + 1 + random.nextInt(999)));
      offsets[i] = random.nextInt(1 << 30);
    }
    Document svg = draw(items, offsets);
    for (Element box : boxes(svg)) {
      assertTrue(number(box, "x") >= 96 && number(box, "x") + number(box, "width") <= 1256.01);
      assertTrue(number(box, "y") >= 83.99 && number(box, "y") + number(box, "height") <= 660.01);
    }
    assertEquals(20_000, boxes(svg).size(), 2);
  }
}
