package dev.miser.passes.memory.ordering;

import dev.miser.passes.memory.ordering.OrderGraph.Chunk;
import dev.miser.passes.memory.ordering.OrderGraph.Life;
import dev.miser.passes.memory.ordering.OrderGraph.Node;
import dev.miser.passes.memory.ordering.OrderGraph.Takeover;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.TreeSet;

/** Graphs made from a seed. */
final class RandomGraphs {
  private RandomGraphs() {}

  /**
   * Returns a small graph with everything there is: shared chunks, all lives, workspaces, takeovers
   * of the whole or of a part, edges without bytes, empty chunks.
   */
  static OrderGraph mixed(Random random) {
    int n = 1 + random.nextInt(7);
    int m = 1 + random.nextInt(8);
    var chunks = new ArrayList<Chunk>();
    for (int c = 0; c < m; c++) {
      Life life =
          random.nextInt(3) > 0 ? Life.BETWEEN : List.of(Life.values()).get(random.nextInt(4));
      chunks.add(new Chunk(random.nextInt(9), life));
    }
    var nodes = new ArrayList<Node>();
    for (int i = 0; i < n; i++) {
      var takeovers = new ArrayList<Takeover>();
      List<Integer> touches = some(m, random);
      for (int output : touches) {
        for (int input : touches) {
          if (output != input && random.nextInt(3) == 0) {
            long most = Math.min(chunks.get(output).bytes(), chunks.get(input).bytes());
            takeovers.add(new Takeover(output, input, random.nextLong(most + 1)));
          }
        }
      }
      long workspace = random.nextInt(4) == 0 ? random.nextInt(6) : 0;
      nodes.add(new Node("n" + i, some(i, random), touches, workspace, takeovers));
    }
    return new OrderGraph(nodes, chunks);
  }

  private static List<Integer> some(int count, Random random) {
    var some = new ArrayList<Integer>();
    for (int i = 0; i < count; i++) {
      if (random.nextInt(3) == 0) {
        some.add(i);
      }
    }
    return some;
  }

  /** Returns a graph of values each of which reads a few of the last {@code span} ones. */
  static OrderGraph layered(int n, int span, Random random) {
    var bytes = new ArrayList<Long>();
    var reads = new ArrayList<List<Integer>>();
    for (int i = 0; i < n; i++) {
      bytes.add(1L + random.nextInt(100));
      var of = new TreeSet<Integer>();
      for (int k = 0; k < 2 && i > 0; k++) {
        of.add(Math.max(0, i - 1 - random.nextInt(span)));
      }
      reads.add(List.copyOf(of));
    }
    return OrderGraph.ofValues(bytes, reads);
  }
}
