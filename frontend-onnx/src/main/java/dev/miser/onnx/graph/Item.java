package dev.miser.onnx.graph;

import dev.miser.ir.op.Value;
import java.util.List;

/** What a name of a file's graph stands for while the graph becomes a function. */
public sealed interface Item {
  /** A tensor. */
  record OfTensor(Value value) implements Item {}

  /** A sequence, whose length is known: it exists at import only. */
  record OfSequence(List<Item> items) implements Item {
    public OfSequence {
      items = List.copyOf(items);
    }
  }

  /** An optional that holds nothing, or an input that is left out. */
  record Absent() implements Item {}

  /** The result of a node that was refused: nodes that read it are passed over in silence. */
  record Failed() implements Item {}

  Item ABSENT = new Absent();
  Item FAILED = new Failed();

  static Item of(Value value) {
    return new OfTensor(value);
  }
}
