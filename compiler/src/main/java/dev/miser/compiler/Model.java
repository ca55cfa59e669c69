package dev.miser.compiler;

import dev.miser.frontend.Parser;
import dev.miser.frontend.Program;
import dev.miser.ir.diag.Code;
import dev.miser.ir.diag.Diagnostic;
import dev.miser.ir.diag.DiagnosticException;
import dev.miser.ir.diag.Place;
import dev.miser.onnx.ImportOptions;
import dev.miser.onnx.ImportedModel;
import dev.miser.onnx.ImportedModel.Origin;
import dev.miser.onnx.OnnxImporter;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * A program with what came beside it.
 *
 * @param weights those of the model; initialisers if the program is a text
 * @param origin what an ONNX model says of itself; null for a text
 */
public record Model(Program program, Weights weights, @Nullable Origin origin) {
  /** Returns a program that brings no weights. */
  public static Model of(Program program) {
    return new Model(program, new Weights.Initialisers(), null);
  }

  /**
   * Reads an ONNX model (by its name, {@code .onnx}) or a program's text.
   *
   * @throws DiagnosticException with everything that is wrong with it, or if there are options for
   *     a text, which takes none
   */
  public static Model read(Path file, ImportOptions options) {
    if (OnnxImporter.isModel(file)) {
      ImportedModel imported = OnnxImporter.read(file, options);
      return new Model(
          new Program.OfFunction(imported.function()),
          new Weights.Given(imported.weights()),
          imported.origin());
    }
    if (!options.equals(ImportOptions.NONE)) {
      throw new DiagnosticException(
          Diagnostic.error(
              Code.USAGE,
              Place.NONE,
              "shapes and values are for ONNX models; " + file + " is read as a program's text"));
    }
    return of(Parser.parse(file).orThrow());
  }

  /** Returns options with the model's weights, unless they name others. */
  public Options applyTo(Options options) {
    return switch (options.weights()) {
      case Weights.Initialisers none -> options.withWeights(weights);
      case Weights.OfFile other -> options;
      case Weights.Given other -> options;
    };
  }
}
