package dev.miser.codegen.project;

import com.palantir.javapoet.ClassName;
import com.palantir.javapoet.CodeBlock;
import com.palantir.javapoet.JavaFile;
import com.palantir.javapoet.MethodSpec;
import com.palantir.javapoet.TypeSpec;
import dev.miser.codegen.EmittedProgram;
import dev.miser.codegen.JavaNames;
import dev.miser.codegen.vector.Emitted;
import dev.miser.ir.func.Parameter;
import dev.miser.runtime.Console;
import dev.miser.runtime.Image;
import dev.miser.runtime.Instance;
import dev.miser.runtime.WorkerPool;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import javax.lang.model.element.Modifier;

/**
 * Writes a program as a project of its own: emitted sources, the runtime's sources, the arena as
 * init left it, and a main class. A stock JDK 25 compiles and runs it, without Miser.
 */
public final class ProjectWriter {
  private static final String RUNTIME = "dev/miser/runtime/";
  private static final String IMAGE = "program.image";

  /** The runtime's sources, resources of this module. */
  private static final List<String> RUNTIME_SOURCES =
      List.of(
          "ArenaMemory",
          "Console",
          "ConstantBytes",
          "Image",
          "IndexFailure",
          "Instance",
          "KernelInfo",
          "LineSort",
          "Philox",
          "Profile",
          "Program",
          "Scalars",
          "Slot",
          "StepFailure",
          "WorkerPool");

  private ProjectWriter() {}

  /**
   * Writes the project.
   *
   * @param parameters the program's, for the ranges of seeded inputs
   * @param instance the program, started and not yet stepped
   */
  public static void write(
      EmittedProgram program, List<Parameter> parameters, Instance instance, Path directory)
      throws IOException {
    Path sources = directory.resolve("src");
    for (JavaFile file : program.files()) {
      put(
          sources.resolve(file.packageName().replace('.', '/')),
          file.typeSpec().name() + ".java",
          file.toString());
    }
    for (String name : RUNTIME_SOURCES) {
      put(sources.resolve(RUNTIME), name + ".java", runtimeSource(name));
    }
    String module = moduleName(instance.program().name());
    JavaFile main = main(program.mainClass(), parameters);
    put(sources.resolve(main.packageName().replace('.', '/')), "Main.java", main.toString());
    put(sources, "module-info.java", moduleInfo(module));
    put(directory, "README.md", readme(instance, module));
    put(directory, "run.sh", script(module));
    Files.createDirectories(directory);
    Image.write(directory.resolve(IMAGE), instance);
  }

  private static void put(Path directory, String name, String text) throws IOException {
    Files.createDirectories(directory);
    Files.writeString(directory.resolve(name), text);
  }

  /** Returns a runtime source without the annotations that a stock JDK does not know. */
  private static String runtimeSource(String name) throws IOException {
    String resource = "/" + RUNTIME + name + ".java";
    try (InputStream in = ProjectWriter.class.getResourceAsStream(resource)) {
      if (in == null) {
        throw new IOException("runtime source " + name + " is missing from this build");
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8)
          .replace("import org.jspecify.annotations.Nullable;\n", "")
          .replace("@Nullable ", "");
    }
  }

  private static String moduleName(String program) {
    return "miser." + JavaNames.lowerCamel(program).toLowerCase(Locale.ROOT);
  }

  private static JavaFile main(String programClass, List<Parameter> parameters) {
    var bounds = new ArrayList<CodeBlock>();
    for (Parameter parameter : parameters) {
      if (parameter.role() == Parameter.Role.INPUT && parameter.range() != null) {
        bounds.add(
            CodeBlock.of(
                "new $T($S, $LL, $LL)",
                Console.Bounds.class,
                parameter.value().name(),
                parameter.range().low(),
                parameter.range().high()));
      }
    }
    MethodSpec main =
        MethodSpec.methodBuilder("main")
            .addModifiers(Modifier.PUBLIC, Modifier.STATIC)
            .addParameter(String[].class, "arguments")
            .addException(IOException.class)
            .addStatement("$T pool = $T.shared()", WorkerPool.class, WorkerPool.class)
            .addStatement(
                "$T instance = $T.resume($T.of($S), new $T(), pool, pool.threads())",
                Instance.class,
                Image.class,
                Path.class,
                IMAGE,
                ClassName.bestGuess(programClass))
            .addStatement(
                "$T.step(instance, $T.of($L), $T.of(arguments), $T.out)",
                Console.class,
                List.class,
                CodeBlock.join(bounds, ", "),
                List.class,
                System.class)
            .build();
    TypeSpec type =
        TypeSpec.classBuilder("Main")
            .addModifiers(Modifier.PUBLIC, Modifier.FINAL)
            .addJavadoc("Runs one step with seeded inputs, or with those that lie in files.\n")
            .addMethod(MethodSpec.constructorBuilder().addModifiers(Modifier.PRIVATE).build())
            .addMethod(main)
            .build();
    return JavaFile.builder(Emitted.PACKAGE, type).skipJavaLangImports(true).indent("  ").build();
  }

  private static String moduleInfo(String module) {
    return """
    /** A program emitted by Miser, and what it runs on. */
    module %s {
      requires jdk.incubator.vector;

      exports dev.miser.runtime;
      exports %s;
    }
    """
        .formatted(module, Emitted.PACKAGE);
  }

  private static String script(String module) {
    return """
    #!/bin/sh
    # Compiles the program on first use, then runs one step.
    set -eu
    cd "$(dirname "$0")"
    [ -d out ] || javac -d out $(find src -name '*.java')
    exec java --enable-native-access=%1$s -p out -m %1$s/%2$s.Main "$@"
    """
        .formatted(module, Emitted.PACKAGE);
  }

  private static String readme(Instance instance, String module) {
    return """
    # %1$s, emitted by Miser

    Needs a JDK 25 and nothing else:

        javac -d out $(find src -name '*.java')
        java -p out -m %2$s/%3$s.Main

    or `sh run.sh`. Inputs are seeded; `name=file` reads one from a file of raw little-endian
    bytes. The arena has %4$d bytes; `%5$s` holds the parameters as kernels want them. With
    `--enable-native-access=%2$s` the arena consists of huge pages where the system has them.
    """
        .formatted(
            instance.program().name(),
            module,
            Emitted.PACKAGE,
            instance.program().arena().byteSize(),
            IMAGE);
  }
}
