package dev.miser.driver;

import dev.miser.compiler.Model;
import dev.miser.compiler.Phase;
import dev.miser.compiler.Progress;
import dev.miser.frontend.Parsed;
import dev.miser.frontend.Parser;
import dev.miser.frontend.Program;
import dev.miser.frontend.weights.Elements;
import dev.miser.ir.diag.Code;
import dev.miser.ir.diag.Diagnostic;
import dev.miser.ir.diag.DiagnosticException;
import dev.miser.ir.diag.Place;
import dev.miser.onnx.ImportOptions;
import dev.miser.onnx.OnnxImporter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** How a command reads a program: a text, or an ONNX model of which some things may be fixed. */
@Command
final class ModelOptions {
  private static final Pattern SIZES = Pattern.compile("(-1|[0-9]{1,18})(,(-1|[0-9]{1,18}))*");

  @Option(
      names = "--shape",
      paramLabel = "NAME=SIZES",
      description = {
        "Of an ONNX model: the sizes of an input (x=1,3,224,224; -1: as the model says),",
        "or the size of a symbolic dimension (batch=1)."
      })
  List<String> shapes = List.of();

  @Option(
      names = "--bind",
      paramLabel = "NAME=VALUE",
      description = {
        "Of an ONNX model: fix an input's elements: FILE.npy, FILE.safetensors[:TENSOR],",
        "or numbers such as 5 or [1,2,3]."
      })
  List<String> bindings = List.of();

  /** Made by picocli. */
  ModelOptions() {}

  /**
   * Reads a program. Options for ONNX models say nothing to a text.
   *
   * @throws BadText if its text is refused
   * @throws DiagnosticException if it is refused as an ONNX model
   */
  Model read(Path file, Progress progress) {
    if (OnnxImporter.isModel(file)) {
      ImportOptions options = toImportOptions();
      return progress.during(Phase.READ, () -> Model.read(file, options));
    }
    Parsed parsed = progress.during(Phase.READ, () -> Parser.parse(file));
    Program program = parsed.program();
    if (program == null) {
      throw new BadText(parsed);
    }
    return Model.of(program);
  }

  /** Refuses options for ONNX models if none of the files is one. */
  void requireModelAmong(List<Path> files) {
    if (files.stream().anyMatch(OnnxImporter::isModel)) {
      return;
    }
    var wrong = new ArrayList<Diagnostic>();
    if (!shapes.isEmpty()) {
      wrong.add(usage("--shape is for ONNX models; the shapes of a program are in its text"));
    }
    if (!bindings.isEmpty()) {
      wrong.add(
          usage("--bind is for ONNX models; 'miser run --input' gives elements to a program"));
    }
    refuse(wrong);
  }

  /**
   * Returns what the importer is told.
   *
   * @throws DiagnosticException with everything that is wrong with the options
   */
  ImportOptions toImportOptions() {
    var wrong = new ArrayList<Diagnostic>();
    var sizes = new LinkedHashMap<String, List<Long>>();
    split("--shape", "NAME=SIZES", shapes, wrong)
        .forEach((name, text) -> {
          if (SIZES.matcher(text).matches()) {
            sizes.put(name, Stream.of(text.split(",")).map(Long::valueOf).toList());
          } else {
            String expected = ", expected sizes such as 1,3,224,224";
            wrong.add(usage("--shape " + name + ": found '" + text + "'" + expected));
          }
        });
    var values = new LinkedHashMap<String, Elements>();
    split("--bind", "NAME=VALUE", bindings, wrong)
        .forEach((name, text) -> {
          try {
            values.put(name, GivenElements.read(name, text));
          } catch (DiagnosticException refused) {
            wrong.addAll(refused.diagnostics());
          }
        });
    refuse(wrong);
    return new ImportOptions(sizes, values);
  }

  /** Returns what stands behind the equals sign by what stands before it. */
  private static Map<String, String> split(
      String option, String form, List<String> given, List<Diagnostic> wrong) {
    var parts = new LinkedHashMap<String, String>();
    for (String text : given) {
      int equals = text.indexOf('=');
      if (equals <= 0 || equals == text.length() - 1) {
        wrong.add(usage(option + ": found '" + text + "', expected " + form));
      } else if (parts.putIfAbsent(text.substring(0, equals), text.substring(equals + 1)) != null) {
        wrong.add(usage(option + " " + text.substring(0, equals) + " is given twice"));
      }
    }
    return parts;
  }

  private static Diagnostic usage(String message) {
    return Diagnostic.error(Code.USAGE, Place.NONE, message);
  }

  private static void refuse(List<Diagnostic> wrong) {
    if (!wrong.isEmpty()) {
      throw new DiagnosticException(wrong);
    }
  }
}
