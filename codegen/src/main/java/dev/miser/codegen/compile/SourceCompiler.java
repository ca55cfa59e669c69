package dev.miser.codegen.compile;

import dev.miser.codegen.EmittedProgram;
import dev.miser.runtime.Program;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import javax.tools.Diagnostic;
import javax.tools.DiagnosticCollector;
import javax.tools.FileObject;
import javax.tools.ForwardingJavaFileManager;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileManager;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;

/** Compiles emitted source in memory, in one task. */
public final class SourceCompiler {
  /** Thrown when emitted source does not compile: a fault of ours, or no compiler. */
  public static final class CompilationException extends RuntimeException {
    private static final long serialVersionUID = 1;

    public CompilationException(String message) {
      super(message);
    }
  }

  private SourceCompiler() {}

  /**
   * Returns the classes of a program, whose methods are small enough to be compiled at run time.
   *
   * @throws CompilationException if there is no Java compiler, the source does not compile, or a
   *     method is too long
   */
  public static CompiledClasses compile(EmittedProgram program) {
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    if (compiler == null) {
      throw new CompilationException(
          "this Java has no compiler (module jdk.compiler); run Miser with a JDK 25");
    }
    var diagnostics = new DiagnosticCollector<JavaFileObject>();
    var sources = new ArrayList<JavaFileObject>();
    program.sources().forEach((name, text) -> sources.add(new Source(name, text)));
    var output = new StringWriter();
    Map<String, byte[]> classes;
    try (StandardJavaFileManager standard =
            compiler.getStandardFileManager(diagnostics, Locale.ROOT, null);
        var files = new MemoryFiles(standard)) {
      List<String> options =
          List.of(
              "--add-modules",
              "jdk.incubator.vector",
              "-proc:none",
              "-nowarn",
              "-Xlint:none",
              "-XDuseUnsharedTable=true",
              "-classpath",
              runtimePath());
      JavaCompiler.CompilationTask task =
          compiler.getTask(output, files, diagnostics, options, null, sources);
      boolean good = task.call();
      String errors = errors(diagnostics.getDiagnostics());
      if (!good || !errors.isEmpty()) {
        throw new CompilationException("emitted source does not compile:\n" + errors + output);
      }
      classes = files.classes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    var compiled = new CompiledClasses(program.mainClass(), classes);
    MethodSizes.check(compiled);
    return compiled;
  }

  private static String errors(List<Diagnostic<? extends JavaFileObject>> diagnostics) {
    var out = new StringBuilder();
    for (Diagnostic<? extends JavaFileObject> diagnostic : diagnostics) {
      // Warnings say that the vector module incubates.
      if (diagnostic.getKind() == Diagnostic.Kind.ERROR) {
        out.append(diagnostic).append('\n');
      }
    }
    return out.toString();
  }

  /** Returns where the classes of the runtime lie. */
  private static String runtimePath() {
    try {
      return Path.of(Program.class.getProtectionDomain().getCodeSource().getLocation().toURI())
          .toString();
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  private static final class Source extends SimpleJavaFileObject {
    private final String text;

    Source(String className, String text) {
      super(
          URI.create("memory:///" + className.replace('.', '/') + Kind.SOURCE.extension),
          Kind.SOURCE);
      this.text = text;
    }

    @Override
    public CharSequence getCharContent(boolean ignoreEncodingErrors) {
      return text;
    }
  }

  private static final class ClassFile extends SimpleJavaFileObject {
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

    ClassFile(String className) {
      super(
          URI.create("memory:///" + className.replace('.', '/') + Kind.CLASS.extension),
          Kind.CLASS);
    }

    @Override
    public OutputStream openOutputStream() {
      return bytes;
    }
  }

  /** Keeps class files in memory. */
  private static final class MemoryFiles extends ForwardingJavaFileManager<JavaFileManager> {
    private final Map<String, ClassFile> files = new LinkedHashMap<>();

    MemoryFiles(JavaFileManager parent) {
      super(parent);
    }

    @Override
    public JavaFileObject getJavaFileForOutput(
        Location location, String className, JavaFileObject.Kind kind, FileObject sibling) {
      var file = new ClassFile(className);
      files.put(className, file);
      return file;
    }

    Map<String, byte[]> classes() {
      var classes = new LinkedHashMap<String, byte[]>();
      files.forEach((name, file) -> classes.put(name, file.bytes.toByteArray()));
      return classes;
    }
  }
}
