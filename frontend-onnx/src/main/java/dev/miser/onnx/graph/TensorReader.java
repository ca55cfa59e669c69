package dev.miser.onnx.graph;

import com.google.protobuf.ByteString;
import dev.miser.frontend.weights.FileBytes;
import dev.miser.frontend.weights.Tensor;
import dev.miser.ir.diag.DiagnosticException;
import dev.miser.ir.diag.RuleViolation;
import dev.miser.ir.op.Literal;
import dev.miser.ir.type.ElementType;
import dev.miser.ir.type.Shape;
import dev.miser.ir.type.TensorType;
import dev.miser.onnx.proto.Onnx.SparseTensorProto;
import dev.miser.onnx.proto.Onnx.StringStringEntryProto;
import dev.miser.onnx.proto.Onnx.TensorProto;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/**
 * Reads the tensors of a file: their types, and their bytes where they lie. Bytes in the file or in
 * a file beside it stay mapped; only elements that are stored one by one are copied.
 */
public final class TensorReader {
  /** Elements stored one by one are copied to the heap; files hold big tensors as bytes. */
  private static final long MOST_COPIED_BYTES = 256L << 20;

  private final MemorySegment model;
  private final Path folder;
  private final Map<Path, MemorySegment> mapped = new HashMap<>();
  private long sparseBytes;

  /**
   * @param model the model's file, in which big tensors were left
   * @param folder where files of tensors lie: those that the model names must be in it
   */
  public TensorReader(MemorySegment model, Path folder) {
    this.model = model;
    this.folder = folder;
  }

  /** Returns the files beside the model that tensors were read from. */
  public Iterable<Path> externalFiles() {
    return mapped.keySet().stream().sorted().toList();
  }

  /**
   * Returns a tensor with its bytes.
   *
   * @throws NodeFailure if its type is none of ours, or its bytes are not as many as its type has
   */
  public Tensor read(TensorProto proto) {
    PackedElements packed = PackedElements.find(proto.getDataType());
    TensorType type = type(proto);
    if (packed == null) {
      return new Tensor(type, bytes(proto, type));
    }
    long count = type.elementCount();
    MemorySegment bytes = bytes(proto, TensorType.of(ElementType.U8, packed.bytes(count)));
    return new Tensor(type, packed.apart(bytes, count));
  }

  /** Returns the bytes of a tensor, as the type with which it is stored has them. */
  private MemorySegment bytes(TensorProto proto, TensorType type) {
    if (proto.hasSegment()) {
      throw new NodeFailure("it is stored in segments, which is not supported");
    }
    MemorySegment bytes;
    if (proto.getDataLocation() == TensorProto.DataLocation.EXTERNAL) {
      bytes = external(proto, type);
    } else if (proto.hasMappedOffset()) {
      if (!isWithin(model, proto.getMappedOffset(), proto.getMappedLength())) {
        throw new NodeFailure("its bytes are not in the file");
      }
      bytes = model.asSlice(proto.getMappedOffset(), proto.getMappedLength());
    } else if (proto.hasRawData()) {
      ByteString raw = proto.getRawData();
      bytes = MemorySegment.ofBuffer(raw.asReadOnlyByteBuffer());
    } else {
      bytes = listed(proto, type);
    }
    if (bytes.byteSize() != type.byteCount()) {
      throw new NodeFailure(
          "%s has %d bytes, the file holds %d", type, type.byteCount(), bytes.byteSize());
    }
    return type.element().isBoolean() ? booleans(bytes) : bytes;
  }

  /**
   * Returns a sparse tensor with all its elements: indices are places in row-major order, or
   * coordinates.
   */
  public Tensor read(SparseTensorProto proto) {
    Tensor values = read(proto.getValues());
    Tensor indices = read(proto.getIndices());
    TensorType type;
    try {
      type = new TensorType(values.type().element(), new Shape(proto.getDimsList()));
    } catch (RuleViolation violation) {
      throw new NodeFailure("%s", violation.text());
    }
    long count = values.type().elementCount();
    boolean coordinates = indices.type().rank() == 2;
    long expected = coordinates ? count * type.rank() : count;
    if (indices.type().element() != ElementType.I64
        || indices.type().elementCount() != expected
        || type.byteCount() > MOST_COPIED_BYTES - sparseBytes) {
      throw new NodeFailure("%s does not fit indices %s", type, indices.type());
    }
    sparseBytes += type.byteCount();
    MemorySegment bytes = MemorySegment.ofArray(new byte[(int) type.byteCount()]);
    int width = type.element().bytes();
    for (long i = 0; i < count; i++) {
      long at = coordinates ? 0 : Literal.getLong(indices.bytes(), ElementType.I64, i);
      for (int axis = 0; coordinates && axis < type.rank(); axis++) {
        long coordinate = Literal.getLong(indices.bytes(), ElementType.I64, i * type.rank() + axis);
        at = at * type.dim(axis) + Math.floorMod(coordinate, Math.max(type.dim(axis), 1));
      }
      if (at < 0 || at >= type.elementCount()) {
        throw new NodeFailure("index %d is outside of %s", at, type);
      }
      MemorySegment.copy(values.bytes(), i * width, bytes, at * width, width);
    }
    return new Tensor(type, bytes);
  }

  /** Returns the type of a tensor, that of elements apart if several share a byte. */
  public static TensorType type(TensorProto proto) {
    PackedElements packed = PackedElements.find(proto.getDataType());
    ElementType element = packed == null ? DataTypes.of(proto.getDataType()) : packed.element();
    try {
      return new TensorType(element, new Shape(proto.getDimsList()));
    } catch (RuleViolation violation) {
      throw new NodeFailure("%s", violation.text());
    }
  }

  /** Some writers store true as another byte than 1. */
  private static MemorySegment booleans(MemorySegment bytes) {
    byte[] all = null;
    for (long i = 0; i < bytes.byteSize(); i++) {
      byte found = bytes.get(ValueLayout.JAVA_BYTE, i);
      if (found != 0 && found != 1) {
        if (bytes.byteSize() > MOST_COPIED_BYTES) {
          throw new NodeFailure("one of its elements is %d, expected 0 or 1", found);
        }
        all = all == null ? bytes.toArray(ValueLayout.JAVA_BYTE) : all;
        all[(int) i] = 1;
      }
    }
    return all == null ? bytes : MemorySegment.ofArray(all);
  }

  /** Returns the bytes of elements that are stored one by one. */
  private static MemorySegment listed(TensorProto proto, TensorType type) {
    long count = listedCount(proto, type.element());
    if (count != type.elementCount()) {
      throw new NodeFailure(
          "%s has %d elements, the file holds %d", type, type.elementCount(), count);
    }
    if (type.byteCount() > MOST_COPIED_BYTES) {
      throw new NodeFailure("%s is stored one by one, expected raw bytes", type);
    }
    MemorySegment bytes = MemorySegment.ofArray(new byte[(int) type.byteCount()]);
    ElementType element = type.element();
    for (int i = 0; i < count; i++) {
      switch (element) {
        case F32 -> Literal.put(bytes, element, i, (double) proto.getFloatData(i));
        case F64 -> Literal.put(bytes, element, i, proto.getDoubleData(i));
        // Halves are stored as their bits.
        case F16, BF16 -> Literal.put(bytes, ElementType.U16, i, (long) proto.getInt32Data(i));
        case I32, I16, I8, U16, U8, BOOL ->
            Literal.put(bytes, element, i, (long) proto.getInt32Data(i));
        case I64 -> Literal.put(bytes, element, i, proto.getInt64Data(i));
        case U64, U32 -> Literal.put(bytes, element, i, proto.getUint64Data(i));
      }
    }
    return bytes;
  }

  private static int listedCount(TensorProto proto, ElementType element) {
    return switch (element) {
      case F32 -> proto.getFloatDataCount();
      case F64 -> proto.getDoubleDataCount();
      case F16, BF16, I32, I16, I8, U16, U8, BOOL -> proto.getInt32DataCount();
      case I64 -> proto.getInt64DataCount();
      case U64, U32 -> proto.getUint64DataCount();
    };
  }

  private MemorySegment external(TensorProto proto, TensorType type) {
    Map<String, String> entries = new HashMap<>();
    for (StringStringEntryProto entry : proto.getExternalDataList()) {
      entries.put(entry.getKey(), entry.getValue());
    }
    String location = entries.get("location");
    if (location == null) {
      throw new NodeFailure("it lies in another file, whose name is missing");
    }
    MemorySegment file = mapped(location);
    long offset = number(entries, "offset", 0);
    long length = number(entries, "length", type.byteCount());
    if (!isWithin(file, offset, length)) {
      throw new NodeFailure(
          "it takes bytes %d to %s of %s, which has %d",
          offset, Long.toUnsignedString(offset + length), location, file.byteSize());
    }
    return file.asSlice(offset, length);
  }

  private static boolean isWithin(MemorySegment file, long offset, long length) {
    return offset >= 0
        && length >= 0
        && offset <= file.byteSize()
        && length <= file.byteSize() - offset;
  }

  private static long number(Map<String, String> entries, String key, long otherwise) {
    String text = entries.get(key);
    if (text == null) {
      return otherwise;
    }
    if (!text.matches("[0-9]{1,18}")) {
      throw new NodeFailure("its %s is '%s', expected a number", key, text);
    }
    return Long.parseLong(text);
  }

  /** A model may come from anybody: it must not make us read files elsewhere. */
  private MemorySegment mapped(String location) {
    Path file;
    try {
      Path relative = Path.of(location);
      file = folder.resolve(relative).normalize();
      if (relative.isAbsolute() || !file.startsWith(folder.normalize())) {
        throw new NodeFailure("it lies in '%s', which is outside of the model's folder", location);
      }
      if (!file.toRealPath().startsWith(folder.toRealPath())) {
        throw new NodeFailure(
            "it lies in '%s', a link that leads out of the model's folder", location);
      }
    } catch (InvalidPathException e) {
      throw new NodeFailure("it lies in '%s', which is no file name", location);
    } catch (IOException e) {
      throw new NodeFailure("it lies in '%s', which cannot be read", location);
    }
    MemorySegment known = mapped.get(file);
    if (known == null) {
      try {
        known = FileBytes.map(file);
      } catch (DiagnosticException refused) {
        throw new NodeFailure(
            "it lies in '%s': %s", location, String.valueOf(refused.getMessage()));
      }
      mapped.put(file, known);
    }
    return known;
  }
}
