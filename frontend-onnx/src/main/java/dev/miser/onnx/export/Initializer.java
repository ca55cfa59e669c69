package dev.miser.onnx.export;

import dev.miser.frontend.weights.FileBytes;
import dev.miser.frontend.weights.WeightSource;
import dev.miser.ir.func.Parameter;
import dev.miser.ir.op.Literal;
import dev.miser.ir.type.TensorType;
import dev.miser.onnx.graph.DataTypes;
import dev.miser.onnx.proto.Onnx.TensorProto;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel;

/** A tensor that a model brings along: its name, and where its bytes come from. */
record Initializer(String name, TensorType type, Content content) {
  /** The largest piece of a tensor that is held in memory while it is written. */
  private static final int PIECE = 1 << 20;

  /** Where bytes come from. */
  sealed interface Content {
    /** A constant of the program. */
    record OfLiteral(Literal literal) implements Content {}

    /** A parameter, whose bytes are made or read when they are written. */
    record OfParameter(Parameter parameter, WeightSource weights) implements Content {}
  }

  /** Returns the message of the tensor without its elements. */
  TensorProto.Builder header() {
    return TensorProto.newBuilder()
        .setName(name)
        .setDataType(DataTypes.number(type.element()).getNumber())
        .addAllDims(type.shape().dims());
  }

  /** Returns how many bytes {@link #writeTo} writes. */
  long byteCount() {
    return type.byteCount();
  }

  /** Writes the elements, row-major and little-endian, holding but a piece of them. */
  void writeTo(FileChannel channel) throws IOException {
    switch (content) {
      case Content.OfLiteral(Literal literal) -> {
        if (literal.isSplat()) {
          repeat(channel, literal.bytes());
        } else {
          FileBytes.write(channel, literal.bytes());
        }
      }
      case Content.OfParameter(Parameter parameter, WeightSource weights) -> {
        MemorySegment mapped = weights.mapped(parameter);
        if (mapped != null) {
          FileBytes.write(channel, mapped);
        } else {
          fill(channel, parameter, weights);
        }
      }
    }
  }

  private void repeat(FileChannel channel, MemorySegment element) throws IOException {
    MemorySegment piece = piece();
    for (long at = 0; at < piece.byteSize(); at += element.byteSize()) {
      MemorySegment.copy(element, 0, piece, at, element.byteSize());
    }
    for (long from = 0; from < byteCount(); from += piece.byteSize()) {
      FileBytes.write(channel, piece.asSlice(0, Math.min(piece.byteSize(), byteCount() - from)));
    }
  }

  private void fill(FileChannel channel, Parameter parameter, WeightSource weights)
      throws IOException {
    MemorySegment piece = piece();
    int element = type.element().bytes();
    for (long from = 0; from < byteCount(); from += piece.byteSize()) {
      MemorySegment part = piece.asSlice(0, Math.min(piece.byteSize(), byteCount() - from));
      weights.fill(parameter, from / element, part);
      FileBytes.write(channel, part);
    }
  }

  private MemorySegment piece() {
    return MemorySegment.ofArray(new byte[(int) Math.min(PIECE, byteCount())]);
  }
}
