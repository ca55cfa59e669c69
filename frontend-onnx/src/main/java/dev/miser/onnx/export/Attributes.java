package dev.miser.onnx.export;

import com.google.protobuf.ByteString;
import dev.miser.onnx.proto.Onnx.AttributeProto;
import dev.miser.onnx.proto.Onnx.AttributeProto.AttributeType;
import java.util.List;

/** Attributes of ONNX nodes. */
final class Attributes {
  private Attributes() {}

  static AttributeProto integer(String name, long value) {
    return named(name).setType(AttributeType.INT).setI(value).build();
  }

  static AttributeProto integers(String name, List<Long> values) {
    return named(name).setType(AttributeType.INTS).addAllInts(values).build();
  }

  /** Rounds to a float: ONNX has no wider attribute. */
  static AttributeProto number(String name, double value) {
    return named(name).setType(AttributeType.FLOAT).setF((float) value).build();
  }

  static AttributeProto text(String name, String value) {
    return named(name).setType(AttributeType.STRING).setS(ByteString.copyFromUtf8(value)).build();
  }

  private static AttributeProto.Builder named(String name) {
    return AttributeProto.newBuilder().setName(name);
  }
}
