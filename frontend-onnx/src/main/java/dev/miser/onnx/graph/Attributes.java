package dev.miser.onnx.graph;

import dev.miser.onnx.proto.Onnx.AttributeProto;
import dev.miser.onnx.proto.Onnx.AttributeProto.AttributeType;
import dev.miser.onnx.proto.Onnx.GraphProto;
import dev.miser.onnx.proto.Onnx.SparseTensorProto;
import dev.miser.onnx.proto.Onnx.TensorProto;
import dev.miser.onnx.proto.Onnx.TypeProto;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The attributes of a node by name; one of another type than is asked for is refused. */
public final class Attributes {
  private final Map<String, AttributeProto> byName;

  private Attributes(Map<String, AttributeProto> byName) {
    this.byName = byName;
  }

  /**
   * Returns the attributes of a node.
   *
   * @param caller in the body of a function: the attributes of the node that calls it, which the
   *     body's refer to
   */
  public static Attributes of(List<AttributeProto> protos, @Nullable Attributes caller) {
    Map<String, AttributeProto> byName = new LinkedHashMap<>();
    for (AttributeProto proto : protos) {
      AttributeProto resolved = proto;
      if (proto.hasRefAttrName() && !proto.getRefAttrName().isEmpty()) {
        resolved = caller == null ? null : caller.byName.get(proto.getRefAttrName());
      }
      if (resolved != null) {
        byName.put(proto.getName(), resolved);
      }
    }
    return new Attributes(byName);
  }

  /** Returns these attributes, with those of a function's defaults that they lack. */
  public Attributes withDefaults(List<AttributeProto> defaults) {
    Map<String, AttributeProto> all = new LinkedHashMap<>();
    defaults.forEach(proto -> all.put(proto.getName(), proto));
    all.putAll(byName);
    return new Attributes(all);
  }

  public boolean has(String name) {
    return byName.containsKey(name);
  }

  /** Returns an integer, or what stands for it if it is missing. */
  public long integer(String name, long otherwise) {
    AttributeProto found = find(name, AttributeType.INT);
    return found == null ? otherwise : found.getI();
  }

  /** Returns an integer that must be there. */
  public long integer(String name) {
    return require(name, AttributeType.INT).getI();
  }

  /** Returns whether an integer, 0 unless it is given, is another one than 0. */
  public boolean flag(String name) {
    return integer(name, 0) != 0;
  }

  /** Returns a number, or what stands for it if it is missing. */
  public double number(String name, double otherwise) {
    AttributeProto found = find(name, AttributeType.FLOAT);
    return found == null ? otherwise : found.getF();
  }

  public double number(String name) {
    return require(name, AttributeType.FLOAT).getF();
  }

  public String text(String name, String otherwise) {
    AttributeProto found = find(name, AttributeType.STRING);
    return found == null ? otherwise : found.getS().toStringUtf8();
  }

  public String text(String name) {
    return require(name, AttributeType.STRING).getS().toStringUtf8();
  }

  /** Returns a list of integers, or null if it is missing. */
  public @Nullable List<Long> integers(String name) {
    AttributeProto found = find(name, AttributeType.INTS);
    return found == null ? null : found.getIntsList();
  }

  public List<Long> integers(String name, List<Long> otherwise) {
    List<Long> found = integers(name);
    return found == null ? otherwise : found;
  }

  /** Returns a list of numbers, or null if it is missing. */
  public @Nullable List<Float> numbers(String name) {
    AttributeProto found = find(name, AttributeType.FLOATS);
    return found == null ? null : found.getFloatsList();
  }

  /** Returns a list of texts, or null if it is missing. */
  public @Nullable List<String> texts(String name) {
    AttributeProto found = find(name, AttributeType.STRINGS);
    return found == null
        ? null
        : found.getStringsList().stream().map(text -> text.toStringUtf8()).toList();
  }

  /** Returns a tensor, or null if it is missing. */
  public @Nullable TensorProto tensor(String name) {
    AttributeProto found = find(name, AttributeType.TENSOR);
    return found == null ? null : found.getT();
  }

  /** Returns a sparse tensor, or null if it is missing. */
  public @Nullable SparseTensorProto sparseTensor(String name) {
    AttributeProto found = find(name, AttributeType.SPARSE_TENSOR);
    return found == null ? null : found.getSparseTensor();
  }

  /** Returns a type, or null if it is missing. */
  public @Nullable TypeProto type(String name) {
    AttributeProto found = find(name, AttributeType.TYPE_PROTO);
    return found == null ? null : found.getTp();
  }

  /** Returns a graph that must be there. */
  public GraphProto graph(String name) {
    return require(name, AttributeType.GRAPH).getG();
  }

  private AttributeProto require(String name, AttributeType expected) {
    AttributeProto found = find(name, expected);
    if (found == null) {
      throw new NodeFailure("attribute '%s' is missing", name);
    }
    return found;
  }

  private @Nullable AttributeProto find(String name, AttributeType expected) {
    AttributeProto found = byName.get(name);
    if (found == null) {
      return null;
    }
    // Files of the first version of the format do not say the type.
    AttributeType type = found.hasType() ? found.getType() : expected;
    if (type != expected && type != AttributeType.UNDEFINED) {
      throw new NodeFailure("attribute '%s' is %s, expected %s", name, type, expected);
    }
    return found;
  }
}
