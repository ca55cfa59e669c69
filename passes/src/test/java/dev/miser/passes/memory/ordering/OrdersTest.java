package dev.miser.passes.memory.ordering;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.miser.passes.memory.ordering.OrderGraph.Chunk;
import dev.miser.passes.memory.ordering.OrderGraph.Life;
import dev.miser.passes.memory.ordering.OrderGraph.Node;
import dev.miser.passes.memory.ordering.OrderGraph.Takeover;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Orders of least peak, against all orders there are. */
class OrdersTest {
  private static final OrderEffort HEURISTICS = new OrderEffort(0, 1 << 20, 600, 4, 10, 0);
  private static final OrderEffort CUT_SHORT = new OrderEffort(3, 1 << 20, 600, 2, 2, 0);
  private static final OrderEffort NO_MEMORY = new OrderEffort(1_000, 0, 600, 1, 0, 0);

  private static List<Integer> own(OrderGraph graph) {
    return IntStream.range(0, graph.nodes().size()).boxed().toList();
  }

  private static Ordering order(OrderGraph graph, OrderEffort effort) {
    List<Integer> own = own(graph);
    Ordering found = Orders.best(graph, own, effort);
    var ran = new HashSet<Integer>();
    for (int node : found.order()) {
      assertTrue(ran.containsAll(graph.nodes().get(node).after()), () -> graph + " " + found);
      ran.add(node);
    }
    assertEquals(own.size(), ran.size());
    assertEquals(BruteForce.peak(graph, found.order()), found.peak(), graph::toString);
    assertEquals(BruteForce.peak(graph, own), found.ownPeak(), graph::toString);
    assertTrue(found.peak() <= found.ownPeak());
    return found;
  }

  /** Why: every rule of the search must hold with all features together. */
  @Test
  void smallGraphsGetTheBestOrderAndItsProof() {
    var random = new Random(1);
    int improved = 0;
    for (int i = 0; i < 2_000; i++) {
      OrderGraph graph = RandomGraphs.mixed(random);
      long best = BruteForce.best(graph);
      Ordering found = order(graph, OrderEffort.THOROUGH);
      assertEquals(best, found.peak(), graph::toString);
      assertEquals(best, found.lowerBound(), graph::toString);
      improved += found.peak() < found.ownPeak() ? 1 : 0;
      long enough = best + random.nextInt(4);
      Ordering soon = order(graph, OrderEffort.THOROUGH.withEnough(enough));
      assertTrue(soon.peak() <= Math.max(enough, best), graph::toString);
      assertTrue(soon.lowerBound() <= best, graph::toString);
      for (OrderEffort less : List.of(HEURISTICS, CUT_SHORT, NO_MEMORY)) {
        assertTrue(order(graph, less).lowerBound() <= best, graph::toString);
      }
    }
    assertTrue(improved > 300, "too few graphs had anything to gain: " + improved);
  }

  @Test
  void whatIsCutShortIsNoWorseThanTheOwnOrder() {
    var random = new Random(2);
    for (int n : new int[] {20, 100, 700}) {
      OrderGraph graph = RandomGraphs.layered(n, 15, random);
      long bound = 0;
      for (OrderEffort effort : List.of(CUT_SHORT, OrderEffort.DEFAULT)) {
        Ordering found = order(graph, effort);
        assertTrue(found.lowerBound() >= bound, "more effort proves no less");
        assertTrue(found.peak() < found.ownPeak(), found::toString);
        bound = found.lowerBound();
      }
    }
  }

  @Test
  void theSameOrderEachTime() {
    OrderGraph graph = RandomGraphs.layered(200, 12, new Random(3));
    Ordering once = order(graph, OrderEffort.DEFAULT);
    assertEquals(once, order(graph, OrderEffort.DEFAULT));
  }

  /** Why: packing weights in init is this: the largest must go first. */
  @Test
  void independentNodesWithHumpsRunTheHighestFirst() {
    var builder = new OrderGraph.Builder();
    for (long bytes : new long[] {3, 1, 9, 5}) {
      int raw = builder.chunk(bytes, Life.BETWEEN);
      int packed = builder.chunk(bytes, Life.TO_END);
      builder.node("pack" + bytes, List.of(), List.of(raw, packed));
    }
    Ordering found = order(builder.build(), OrderEffort.DEFAULT);
    assertEquals(2, found.order().getFirst());
    assertEquals(20, found.peak());
    assertTrue(found.isOptimal());
  }

  @Test
  void onlyTheSectionThatSetsThePeakIsMoved() {
    // Two diamonds one after the other; in each, one branch is thin after a fat start.
    var bytes = List.of(1L, 20L, 1L, 20L, 1L, 1L, 70L, 1L, 70L, 1L, 1L);
    var reads =
        List.<List<Integer>>of(
            List.of(),
            List.of(0),
            List.of(0),
            List.of(2),
            List.of(1),
            List.of(3, 4),
            List.of(5),
            List.of(5),
            List.of(7),
            List.of(6),
            List.of(8, 9));
    Ordering found = order(OrderGraph.ofValues(bytes, reads), OrderEffort.DEFAULT);
    assertEquals(List.of(0, 1, 2, 3, 4, 5), found.order().subList(0, 6));
    assertTrue(found.isOptimal());
    assertEquals(141, found.ownPeak());
    assertTrue(found.peak() < 100, found::toString);
  }

  @Test
  void whatIsTakenOverCountsOnce() {
    var builder = new OrderGraph.Builder();
    int x = builder.chunk(8, Life.FROM_START);
    int y = builder.chunk(8, Life.TO_END);
    builder.node(new Node("y", List.of(), List.of(x, y), 0, List.of(new Takeover(y, x, 8))));
    assertEquals(8, order(builder.build(), OrderEffort.DEFAULT).peak());
  }

  @Test
  void aLongChainIsCutIntoNodes() {
    int n = 20_000;
    var bytes = IntStream.range(0, n).mapToObj(i -> 1L + i % 7).toList();
    var reads = IntStream.range(0, n).mapToObj(i -> i == 0 ? List.<Integer>of() : List.of(i - 1));
    Ordering found =
        Orders.best(
            OrderGraph.ofValues(bytes, reads.toList()),
            IntStream.range(0, n).boxed().toList(),
            OrderEffort.DEFAULT);
    assertTrue(found.isOptimal());
    assertEquals(0, found.nodes());
    assertEquals("own", found.foundBy());
  }

  @Test
  void nothingNeedsNothing() {
    Ordering found = order(new OrderGraph(List.of(), List.of()), OrderEffort.DEFAULT);
    assertEquals(List.of(), found.order());
    assertEquals(0, found.peak());
    assertTrue(found.isOptimal());
  }

  @Test
  void graphsAndOrdersThatAreNone() {
    var chunk = List.of(new Chunk(4, Life.BETWEEN));
    var self = new Takeover(0, 0, 1);
    for (Node node :
        List.of(
            new Node("a", List.of(1), List.of(), 0, List.of()),
            new Node("a", List.of(), List.of(1), 0, List.of()),
            new Node("a", List.of(), List.of(), -1, List.of()),
            new Node("a", List.of(), List.of(0), 0, List.of(self)))) {
      assertThrows(
          IllegalArgumentException.class, () -> new OrderGraph(List.of(node), chunk), node::name);
    }
    OrderGraph two = OrderGraph.ofValues(List.of(1L, 1L), List.of(List.of(), List.of(0)));
    for (List<Integer> order : List.of(List.of(0), List.of(1, 0), List.of(0, 0))) {
      assertThrows(
          IllegalArgumentException.class, () -> Orders.best(two, order, OrderEffort.DEFAULT));
    }
  }
}
