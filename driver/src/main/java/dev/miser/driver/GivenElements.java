package dev.miser.driver;

import dev.miser.frontend.weights.Elements;
import dev.miser.frontend.weights.Npy;
import dev.miser.frontend.weights.Numbers;
import dev.miser.frontend.weights.Safetensors;
import dev.miser.frontend.weights.Tensor;
import dev.miser.ir.diag.Code;
import dev.miser.ir.diag.Diagnostic;
import dev.miser.ir.diag.DiagnosticException;
import dev.miser.ir.diag.Place;
import dev.miser.ir.diag.Spelling;
import java.nio.file.Path;
import java.util.Map;

/** How a command line names the elements of an input: a file, a tensor in one, or numbers. */
final class GivenElements {
  private static final String MANY = ".safetensors";

  private GivenElements() {}

  /**
   * Returns the elements that a text names.
   *
   * @param input the input they are for
   * @param text {@code FILE.npy}, {@code FILE.safetensors}, {@code FILE.safetensors:TENSOR} or
   *     numbers; without TENSOR it is the one of the input's name
   * @throws DiagnosticException if there are none
   */
  static Elements read(String input, String text) {
    if (text.endsWith(".npy")) {
      return Npy.read(Path.of(text));
    }
    int colon = text.lastIndexOf(MANY + ":");
    if (colon >= 0) {
      int end = colon + MANY.length();
      return read(input, Path.of(text.substring(0, end)), text.substring(end + 1));
    }
    if (text.endsWith(MANY)) {
      return read(input, Path.of(text), input);
    }
    try {
      return Numbers.parse(text);
    } catch (IllegalArgumentException wrong) {
      throw new DiagnosticException(
          refusal(
              input,
              text.startsWith("[")
                  ? String.valueOf(wrong.getMessage())
                  : "'" + text + "' ends neither in .npy nor in .safetensors, and is no number"));
    }
  }

  private static Tensor read(String input, Path file, String name) {
    Map<String, Tensor> tensors = Safetensors.read(file).tensors();
    Tensor found = tensors.get(name);
    if (found == null) {
      String suggestion = Spelling.suggestion(name, tensors.keySet());
      throw new DiagnosticException(
          refusal(input, file + " has no tensor '" + name + "'" + suggestion));
    }
    return found;
  }

  /** Returns what to say of an input whose elements are wrong. */
  static Diagnostic refusal(String input, String why) {
    return Diagnostic.error(Code.RUN_INPUT, Place.NONE, input, why);
  }
}
