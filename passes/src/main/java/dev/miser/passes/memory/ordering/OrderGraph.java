package dev.miser.passes.memory.ordering;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;

/**
 * Nodes to be run one after the other and the bytes they touch. Everything that shares bytes, such
 * as a value and views of it, is one {@link Chunk}: it is alive from the first node that touches it
 * until all that do have run. Immutable; nodes and chunks are known by their index.
 */
public record OrderGraph(List<Node> nodes, List<Chunk> chunks) {
  /** When a chunk is alive besides the time between its first and its last node. */
  public enum Life {
    /** At no other time. */
    BETWEEN,
    /** From the beginning: an input. */
    FROM_START,
    /** To the end: a result. */
    TO_END,
    /** At all times. */
    ALWAYS
  }

  /** Bytes that live and die together. */
  public record Chunk(long bytes, Life life) {
    public Chunk {
      check(bytes >= 0, "a chunk has " + bytes + " bytes");
    }
  }

  /**
   * If no other node needs {@code input} any more and none has touched {@code output}, then {@code
   * output} takes over so many bytes of it, which are counted once while the node runs. Each input
   * is taken over by one output, each output takes over one input.
   */
  public record Takeover(int output, int input, long bytes) {}

  /**
   * One node.
   *
   * @param after the nodes that must run before it
   * @param touches the chunks that it reads or writes
   * @param workspace bytes alive only while it runs
   */
  public record Node(
      String name,
      List<Integer> after,
      List<Integer> touches,
      long workspace,
      List<Takeover> takeovers) {
    public Node {
      after = after.stream().distinct().toList();
      touches = touches.stream().distinct().toList();
      takeovers = List.copyOf(takeovers);
    }
  }

  public OrderGraph {
    nodes = List.copyOf(nodes);
    chunks = List.copyOf(chunks);
    long sum = 0;
    for (Chunk chunk : chunks) {
      sum = Math.addExact(sum, chunk.bytes);
    }
    for (Node node : nodes) {
      check(node.workspace >= 0, "a workspace of " + node.workspace + " bytes");
      sum = Math.addExact(sum, node.workspace);
      for (int other : node.after) {
        check(other >= 0 && other < nodes.size(), "node " + other + " is unknown");
      }
      for (int chunk : node.touches) {
        check(chunk >= 0 && chunk < chunks.size(), "chunk " + chunk + " is unknown");
      }
      for (Takeover t : node.takeovers) {
        check(
            node.touches.contains(t.output)
                && node.touches.contains(t.input)
                && t.output != t.input
                && t.bytes >= 0
                && t.bytes <= Math.min(chunks.get(t.output).bytes, chunks.get(t.input).bytes),
            node.name + " cannot take over like this: " + t);
      }
    }
  }

  private static void check(boolean holds, String otherwise) {
    if (!holds) {
      throw new IllegalArgumentException(otherwise);
    }
  }

  /**
   * Returns the graph in which each node makes one value of so many bytes, which lives until its
   * last reader has run, or to the end if it has none.
   *
   * @param reads for each node the nodes whose values it reads
   */
  public static OrderGraph ofValues(List<Long> bytes, List<List<Integer>> reads) {
    var builder = new Builder();
    boolean[] read = new boolean[bytes.size()];
    reads.forEach(all -> all.forEach(node -> read[node] = true));
    for (int i = 0; i < bytes.size(); i++) {
      builder.chunk(bytes.get(i), read[i] ? Life.BETWEEN : Life.TO_END);
    }
    for (int i = 0; i < bytes.size(); i++) {
      var touches = new LinkedHashSet<>(reads.get(i));
      touches.add(i);
      builder.node(String.valueOf(i), reads.get(i), touches);
    }
    return builder.build();
  }

  /** Collects chunks and nodes. */
  public static final class Builder {
    private final List<Chunk> chunks = new ArrayList<>();
    private final List<Node> nodes = new ArrayList<>();

    /** Adds a chunk and returns its index. */
    public int chunk(long bytes, Life life) {
      chunks.add(new Chunk(bytes, life));
      return chunks.size() - 1;
    }

    /** Adds a node and returns its index. */
    public int node(String name, Collection<Integer> after, Collection<Integer> touches) {
      return node(new Node(name, List.copyOf(after), List.copyOf(touches), 0, List.of()));
    }

    /** Adds a node and returns its index. */
    public int node(Node node) {
      nodes.add(node);
      return nodes.size() - 1;
    }

    public OrderGraph build() {
      return new OrderGraph(nodes, chunks);
    }
  }
}
