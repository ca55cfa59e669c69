package dev.miser.frontend.weights;

import dev.miser.ir.diag.Code;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.SequencedMap;

/**
 * Tensors by name, wherever they lie.
 *
 * @param tensors by name, in the order of their origin
 * @param description what messages call their origin, such as a file
 * @param identity a text that two share exactly if all their bytes are the same: what caches ask
 */
public record NamedTensors(
    SequencedMap<String, Tensor> tensors, String description, String identity) {
  public NamedTensors {
    tensors = Collections.unmodifiableSequencedMap(new LinkedHashMap<>(tensors));
  }

  /**
   * Returns the tensors of a safetensors file, mapped.
   *
   * @throws dev.miser.ir.diag.DiagnosticException with everything that is wrong with the file
   */
  public static NamedTensors read(Path file) {
    Safetensors weights = Safetensors.read(file);
    return new NamedTensors(weights.tensors(), file.toString(), identityOf(file));
  }

  /**
   * Returns what tells the bytes of a file from those it had before and from those of all others:
   * its real path, its size and when it was last changed.
   *
   * @throws dev.miser.ir.diag.DiagnosticException if the file is not there
   */
  public static String identityOf(Path file) {
    try {
      return file.toRealPath() + " " + Files.size(file) + " " + Files.getLastModifiedTime(file);
    } catch (IOException e) {
      throw FileBytes.refused(Code.FILE_UNREADABLE, file, String.valueOf(e.getMessage()));
    }
  }
}
