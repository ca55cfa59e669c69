package dev.miser.testmodels.onnx;

import com.google.protobuf.ByteString;
import dev.miser.onnx.proto.Onnx.AttributeProto;
import dev.miser.onnx.proto.Onnx.GraphProto;
import dev.miser.onnx.proto.Onnx.ModelProto;
import dev.miser.onnx.proto.Onnx.NodeProto;
import dev.miser.onnx.proto.Onnx.StringStringEntryProto;
import dev.miser.onnx.proto.Onnx.TensorProto;
import dev.miser.onnx.proto.Onnx.ValueInfoProto;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/** Damages models: their bytes, or what they say. The same seed does the same damage. */
final class ModelMutants {
  private static final long[] EXTREMES = {
    0,
    -1,
    1,
    2,
    7,
    -3,
    64,
    1 << 20,
    Integer.MAX_VALUE,
    Integer.MIN_VALUE,
    Long.MAX_VALUE,
    Long.MIN_VALUE,
    1L << 32,
    1L << 40
  };

  private static final List<String> LOCATIONS =
      List.of("../secret", "/etc/passwd", "a/../../b", "weights.bin", "", "\0", "..", "link");

  private final Random random;
  private final List<String> operators;

  /**
   * @param operators names that nodes get instead of their own
   */
  ModelMutants(long seed, List<String> operators) {
    this.random = new Random(seed);
    this.operators = operators;
  }

  /** Returns a damaged copy of a model's bytes. */
  byte[] mutant(ModelProto model) {
    return random.nextInt(3) == 0 ? bytes(model.toByteArray()) : meaning(model).toByteArray();
  }

  private byte[] bytes(byte[] whole) {
    byte[] copy = whole.clone();
    switch (random.nextInt(5)) {
      case 0 -> copy = Arrays.copyOf(copy, random.nextInt(copy.length));
      case 1 -> {
        int from = random.nextInt(copy.length);
        int length = random.nextInt(Math.min(64, copy.length - from) + 1);
        System.arraycopy(copy, from + length, copy, from, copy.length - from - length);
      }
      case 2 -> {
        // A length that claims far more than there is.
        int at = random.nextInt(copy.length);
        for (int i = at; i < Math.min(copy.length, at + 5); i++) {
          copy[i] = (byte) (i == at + 4 ? 0x07 : 0xff);
        }
      }
      default -> {
        for (int i = random.nextInt(8) + 1; i > 0; i--) {
          copy[random.nextInt(copy.length)] = (byte) random.nextInt(256);
        }
      }
    }
    return copy;
  }

  private ModelProto meaning(ModelProto model) {
    var changed = model.toBuilder();
    GraphProto.Builder graph = changed.getGraphBuilder();
    for (int i = random.nextInt(3) + 1; i > 0; i--) {
      switch (random.nextInt(8)) {
        case 0 -> {
          if (graph.getInitializerCount() > 0) {
            int at = random.nextInt(graph.getInitializerCount());
            graph.setInitializer(at, tensor(graph.getInitializer(at)));
          }
        }
        case 1 -> {
          if (graph.getInputCount() > 0) {
            int at = random.nextInt(graph.getInputCount());
            graph.setInput(at, input(graph.getInput(at)));
          }
        }
        case 2 -> {
          if (graph.getNodeCount() > 0) {
            graph.removeNode(random.nextInt(graph.getNodeCount()));
          }
        }
        case 3 -> {
          if (model.getOpsetImportCount() > 0) {
            changed.getOpsetImportBuilder(0).setVersion(random.nextInt(30) - 1);
          }
        }
        default -> {
          if (graph.getNodeCount() > 0) {
            int at = random.nextInt(graph.getNodeCount());
            graph.setNode(at, node(graph.getNode(at), graph));
          }
        }
      }
    }
    return changed.build();
  }

  private NodeProto node(NodeProto node, GraphProto.Builder graph) {
    var changed = node.toBuilder();
    switch (random.nextInt(6)) {
      case 0 -> changed.setOpType(operators.get(random.nextInt(operators.size())));
      case 1 -> {
        if (node.getInputCount() > 0) {
          changed.setInput(random.nextInt(node.getInputCount()), anyName(graph));
        }
      }
      case 2 -> changed.addInput(anyName(graph));
      case 3 -> {
        if (node.getOutputCount() > 0) {
          changed.setOutput(random.nextInt(node.getOutputCount()), anyName(graph));
        }
      }
      default -> {
        if (node.getAttributeCount() > 0) {
          int at = random.nextInt(node.getAttributeCount());
          changed.setAttribute(at, attribute(node.getAttribute(at)));
        }
      }
    }
    return changed.build();
  }

  /** A name of the graph, which may come from further down (a cycle), or none. */
  private String anyName(GraphProto.Builder graph) {
    var names = new ArrayList<String>(List.of("", "nowhere"));
    graph.getNodeList().forEach(node -> names.addAll(node.getOutputList()));
    graph.getInputList().forEach(input -> names.add(input.getName()));
    graph.getInitializerList().forEach(tensor -> names.add(tensor.getName()));
    return names.get(random.nextInt(names.size()));
  }

  private AttributeProto attribute(AttributeProto attribute) {
    var changed = attribute.toBuilder();
    if (attribute.hasI()) {
      changed.setI(extreme());
    } else if (attribute.hasF()) {
      changed.setF(random.nextBoolean() ? Float.NaN : (float) extreme());
    } else if (attribute.hasS()) {
      changed.setS(ByteString.copyFromUtf8(random.nextBoolean() ? "" : "nonsense"));
    } else if (attribute.hasT()) {
      changed.setT(tensor(attribute.getT()));
    } else if (attribute.getIntsCount() > 0) {
      if (random.nextBoolean()) {
        changed.setInts(random.nextInt(attribute.getIntsCount()), extreme());
      } else {
        changed.addInts(extreme());
      }
    }
    if (random.nextInt(6) == 0) {
      AttributeProto.AttributeType[] types = AttributeProto.AttributeType.values();
      changed.setType(types[random.nextInt(types.length)]);
    }
    return changed.build();
  }

  private TensorProto tensor(TensorProto tensor) {
    var changed = tensor.toBuilder();
    switch (random.nextInt(4)) {
      case 0 -> changed.setDataType(random.nextInt(30));
      case 1 -> {
        if (tensor.getDimsCount() > 0) {
          changed.setDims(random.nextInt(tensor.getDimsCount()), extreme());
        } else {
          changed.addDims(extreme());
        }
      }
      case 2 ->
          changed
              .clearRawData()
              .setDataLocation(TensorProto.DataLocation.EXTERNAL)
              .addExternalData(entry("location", LOCATIONS.get(random.nextInt(LOCATIONS.size()))))
              .addExternalData(entry("offset", String.valueOf(extreme())));
      default -> {
        // Other elements: a shape or an axis of another size.
        byte[] raw = tensor.getRawData().toByteArray();
        if (raw.length > 0) {
          raw[random.nextInt(raw.length)] = (byte) random.nextInt(256);
          changed.setRawData(ByteString.copyFrom(raw));
        } else if (tensor.getInt64DataCount() > 0) {
          changed.setInt64Data(random.nextInt(tensor.getInt64DataCount()), extreme());
        }
      }
    }
    return changed.build();
  }

  private static StringStringEntryProto entry(String key, String value) {
    return StringStringEntryProto.newBuilder().setKey(key).setValue(value).build();
  }

  private ValueInfoProto input(ValueInfoProto input) {
    var changed = input.toBuilder();
    var type = changed.getTypeBuilder().getTensorTypeBuilder();
    switch (random.nextInt(3)) {
      case 0 -> type.setElemType(random.nextInt(30));
      case 1 -> {
        var shape = type.getShapeBuilder();
        if (shape.getDimCount() > 0) {
          shape.getDimBuilder(random.nextInt(shape.getDimCount())).setDimValue(extreme());
        } else {
          shape.addDimBuilder().setDimValue(extreme());
        }
      }
      default -> type.clearShape();
    }
    return changed.build();
  }

  private long extreme() {
    return EXTREMES[random.nextInt(EXTREMES.length)];
  }
}
