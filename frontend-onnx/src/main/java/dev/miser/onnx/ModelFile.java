package dev.miser.onnx;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.UnsafeByteOperations;
import dev.miser.frontend.weights.FileBytes;
import dev.miser.ir.diag.Code;
import dev.miser.ir.diag.Diagnostic;
import dev.miser.ir.diag.DiagnosticException;
import dev.miser.ir.diag.Place;
import dev.miser.onnx.proto.Onnx.ModelProto;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;

/**
 * A file as the messages it holds; bytes of tensors are not copied, they stay in the mapped file.
 */
record ModelFile(Path path, ModelProto model) {
  private static final long MOST_BYTES = Integer.MAX_VALUE;

  /**
   * Reads a file.
   *
   * @throws DiagnosticException if it cannot be read, or does not hold a model
   */
  static ModelFile read(Path path) {
    MemorySegment bytes = FileBytes.map(path);
    if (bytes.byteSize() > MOST_BYTES) {
      throw new DiagnosticException(
          Diagnostic.error(Code.LIMIT_FILE_SIZE, Place.NONE, path, bytes.byteSize(), MOST_BYTES));
    }
    if (bytes.byteSize() == 0) {
      throw refused(path, "it is empty");
    }
    CodedInputStream input = UnsafeByteOperations.unsafeWrap(bytes.asByteBuffer()).newCodedInput();
    input.enableAliasing(true);
    try {
      ModelProto model = ModelProto.parseFrom(input);
      if (!model.hasGraph()) {
        throw refused(path, "it holds no graph");
      }
      return new ModelFile(path, model);
    } catch (InvalidProtocolBufferException e) {
      throw refused(path, "its messages are cut off or damaged");
    } catch (IOException e) {
      throw refused(path, String.valueOf(e.getMessage()));
    }
  }

  private static DiagnosticException refused(Path path, String why) {
    return new DiagnosticException(Diagnostic.error(Code.ONNX_FILE, Place.NONE, path, why));
  }
}
