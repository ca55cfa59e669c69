package dev.miser.driver;

import dev.miser.compiler.AtomicOutput;
import dev.miser.compiler.ByteSize;
import dev.miser.frontend.weights.Safetensors;
import dev.miser.frontend.weights.Tensor;
import dev.miser.ir.func.Function;
import dev.miser.onnx.ImportedModel;
import dev.miser.onnx.OnnxImporter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.SequencedMap;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code miser import}: writes an ONNX model as a program's text and a file of its weights. */
@Command(name = "import", description = "Write an ONNX model as text, with its weights beside it.")
final class ImportCommand implements Callable<Integer> {
  private static final String TEXT = ".mir";

  @Parameters(paramLabel = "FILE", description = "An ONNX model.")
  Path file;

  @Option(
      names = {"-o", "--output"},
      paramLabel = "TEXT",
      required = true,
      description = "Where the program's text goes, such as model.mir.")
  Path output;

  @Option(
      names = "--weights",
      paramLabel = "FILE",
      description = "Where the weights go. Default: beside TEXT, its name with .safetensors.")
  @Nullable Path weights;

  @Mixin ModelOptions model;
  @Mixin Console console;

  /** Made by picocli. */
  ImportCommand() {}

  @Override
  public Integer call() {
    if (!OnnxImporter.isModel(file)) {
      throw Failures.badUsage(file + " is no ONNX model by its name, which ends in .onnx");
    }
    Path tensorFile = weights == null ? beside(output) : weights;
    requireApart(tensorFile, output);
    requireApart(file, output);
    requireApart(file, tensorFile);
    ImportedModel imported = OnnxImporter.read(file, model.toImportOptions());
    Function function = imported.function();
    SequencedMap<String, Tensor> tensors = imported.weights().tensors();
    // The text gets its name last: where it is, its weights are too.
    AtomicOutput.file(
        output,
        place -> {
          Files.writeString(place, heading(imported, tensorFile) + function);
          Safetensors.write(tensorFile, tensors);
        });
    long bytes = tensors.values().stream().mapToLong(tensor -> tensor.type().byteCount()).sum();
    console
        .err()
        .println(
            "wrote "
                + output
                + " (@"
                + function.name()
                + ", "
                + Plural.of(function.body().size(), "instruction")
                + ") and "
                + tensorFile
                + " ("
                + Plural.of(tensors.size(), "tensor")
                + ", "
                + ByteSize.text(bytes)
                + "); 'miser run "
                + output
                + " --weights "
                + tensorFile
                + "' runs it");
    return Main.GOOD;
  }

  private static Path beside(Path text) {
    String name = String.valueOf(text.getFileName());
    String stem = name.endsWith(TEXT) ? name.substring(0, name.length() - TEXT.length()) : name;
    return text.resolveSibling(stem + ".safetensors");
  }

  private static void requireApart(Path one, Path other) {
    if (one.toAbsolutePath().normalize().equals(other.toAbsolutePath().normalize())) {
      throw Failures.badUsage(one + " is named twice: FILE, TEXT and weights are three files");
    }
  }

  /** Says in a comment where the text comes from; names alone, so that it is the same anywhere. */
  private String heading(ImportedModel imported, Path tensorFile) {
    String from = file.getFileName() + ": " + OriginText.of(imported.origin());
    String parameters = "Its parameters are in " + tensorFile.getFileName();
    return "// From " + printable(from) + ".\n// " + printable(parameters) + ".\n";
  }

  /** A comment ends with its line, whatever a model calls its producer. */
  private static String printable(String text) {
    return text.replaceAll("\\p{Cntrl}", " ");
  }
}
