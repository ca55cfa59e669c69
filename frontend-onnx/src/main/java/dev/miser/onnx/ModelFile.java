package dev.miser.onnx;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.miser.frontend.weights.FileBytes;
import dev.miser.ir.diag.Code;
import dev.miser.ir.diag.Diagnostic;
import dev.miser.ir.diag.DiagnosticException;
import dev.miser.ir.diag.Place;
import dev.miser.onnx.proto.Onnx.ModelProto;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;

/**
 * A file as the messages it holds.
 *
 * @param bytes the mapped file, in which the bytes of big tensors were left
 */
record ModelFile(Path path, MemorySegment bytes, ModelProto model) {
  /**
   * Reads a file.
   *
   * @throws DiagnosticException if it cannot be read, or does not hold a model
   */
  static ModelFile read(Path path) {
    MemorySegment bytes = FileBytes.map(path);
    if (bytes.byteSize() == 0) {
      throw refused(path, "it is empty");
    }
    try {
      ModelProto model = ModelProto.parseFrom(Skeleton.of(bytes));
      if (!model.hasGraph()) {
        throw refused(path, "it holds no graph");
      }
      return new ModelFile(path, bytes, model);
    } catch (Skeleton.Damaged | InvalidProtocolBufferException e) {
      throw refused(path, "its messages are cut off or damaged");
    }
  }

  private static DiagnosticException refused(Path path, String why) {
    return new DiagnosticException(Diagnostic.error(Code.ONNX_FILE, Place.NONE, path, why));
  }
}
