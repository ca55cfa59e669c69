package dev.miser.onnx.export;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.WireFormat;
import dev.miser.frontend.weights.FileBytes;
import dev.miser.onnx.proto.Onnx.GraphProto;
import dev.miser.onnx.proto.Onnx.ModelProto;
import dev.miser.onnx.proto.Onnx.StringStringEntryProto;
import dev.miser.onnx.proto.Onnx.TensorProto;
import dev.miser.onnx.proto.Onnx.TensorProto.DataLocation;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A model's message written with its tensors straight from where they come, so that no more than a
 * piece of one is in memory. A message may have 2 GiB; tensors of more than 1 GiB together go to a
 * file beside it, {@code <file>.data}, save the small ones, which operators want to see.
 *
 * @param model the message without a graph
 * @param graph the graph without initializers
 */
record ModelFile(ModelProto model, GraphProto graph, List<Initializer> initializers) {
  /** The most bytes of tensors that usually stay inside the message. */
  static final long MOST_INSIDE = 1L << 30;

  /** Tensors below this stay inside the message always. */
  private static final long SMALL = 1024;

  /** Tensors of the file beside begin at pages, so that they can be mapped. */
  private static final long PAGE = 4096;

  /** A tensor's message without elements, and the elements that follow inside the message. */
  private record Piece(Initializer initializer, ByteString header, boolean isInside) {
    /** Returns the size of the whole tensor message. */
    long size() {
      return isInside
          ? header.size()
              + tagSize(TensorProto.RAW_DATA_FIELD_NUMBER)
              + varintSize(initializer.byteCount())
              + initializer.byteCount()
          : header.size();
    }

    /** Returns the size of the message with what announces it in the graph. */
    long sizeInGraph() {
      return tagSize(GraphProto.INITIALIZER_FIELD_NUMBER) + varintSize(size()) + size();
    }
  }

  /** Writes the file, and if need be the one beside it, which is there before. */
  void write(Path file, long mostInside) {
    long bytes = initializers.stream().mapToLong(Initializer::byteCount).sum();
    List<Piece> pieces = pieces(bytes > mostInside, dataFile(file));
    if (bytes > mostInside) {
      FileBytes.write(file.resolveSibling(dataFile(file)), channel -> writeData(pieces, channel));
    }
    FileBytes.write(file, channel -> write(pieces, channel));
  }

  private static String dataFile(Path file) {
    return file.getFileName() + ".data";
  }

  private List<Piece> pieces(boolean isSplit, String dataFile) {
    var pieces = new ArrayList<Piece>();
    long offset = 0;
    for (Initializer initializer : initializers) {
      TensorProto.Builder header = initializer.header();
      boolean isInside = !isSplit || initializer.byteCount() < SMALL;
      if (!isInside) {
        header
            .setDataLocation(DataLocation.EXTERNAL)
            .addExternalData(entry("location", dataFile))
            .addExternalData(entry("offset", String.valueOf(offset)))
            .addExternalData(entry("length", String.valueOf(initializer.byteCount())));
        offset = nextPage(offset + initializer.byteCount());
      }
      pieces.add(new Piece(initializer, header.build().toByteString(), isInside));
    }
    return pieces;
  }

  static StringStringEntryProto entry(String key, String value) {
    return StringStringEntryProto.newBuilder().setKey(key).setValue(value).build();
  }

  private static long nextPage(long offset) {
    return Math.ceilDiv(offset, PAGE) * PAGE;
  }

  private static void writeData(List<Piece> pieces, FileChannel channel) throws IOException {
    for (Piece piece : pieces) {
      if (!piece.isInside()) {
        channel.position(nextPage(channel.position()));
        piece.initializer().writeTo(channel);
      }
    }
  }

  private void write(List<Piece> pieces, FileChannel channel) throws IOException {
    byte[] nodes = graph.toByteArray();
    long size = nodes.length + pieces.stream().mapToLong(Piece::sizeInGraph).sum();
    put(channel, model.toByteArray());
    put(channel, announcement(ModelProto.GRAPH_FIELD_NUMBER, size));
    put(channel, nodes);
    for (Piece piece : pieces) {
      put(channel, announcement(GraphProto.INITIALIZER_FIELD_NUMBER, piece.size()));
      put(channel, piece.header().toByteArray());
      if (piece.isInside()) {
        Initializer initializer = piece.initializer();
        put(channel, announcement(TensorProto.RAW_DATA_FIELD_NUMBER, initializer.byteCount()));
        initializer.writeTo(channel);
      }
    }
  }

  private static void put(FileChannel channel, byte[] bytes) throws IOException {
    FileBytes.write(channel, MemorySegment.ofArray(bytes));
  }

  /** Returns what stands before a field of so many bytes: its number and the size. */
  private static byte[] announcement(int field, long size) throws IOException {
    var bytes = new ByteArrayOutputStream();
    CodedOutputStream out = CodedOutputStream.newInstance(bytes);
    out.writeTag(field, WireFormat.WIRETYPE_LENGTH_DELIMITED);
    out.writeUInt64NoTag(size);
    out.flush();
    return bytes.toByteArray();
  }

  private static long tagSize(int field) {
    return CodedOutputStream.computeTagSize(field);
  }

  private static long varintSize(long size) {
    return CodedOutputStream.computeUInt64SizeNoTag(size);
  }
}
