package dev.miser.compiler;

import dev.miser.runtime.Instance;
import dev.miser.runtime.Program;
import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.MemorySegment;
import java.net.URISyntaxException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Writes a compiled program as a project of its own: Java source, the source of the runtime, and an
 * image of what stays in the arena. It is compiled and run with a JDK 25 and nothing else.
 */
final class ProjectWriter {
  private static final String PARTS = "project/";

  /** Where the build puts the runtime's source. */
  private static final String RUNTIME = "dev/miser/runtime/source";

  private static final int CHUNK = 64 << 20;

  private final Executable executable;
  private final Path folder;

  ProjectWriter(Executable executable, Path folder) {
    this.executable = executable;
    this.folder = folder;
  }

  void write() throws IOException {
    Path source = folder.resolve("src");
    for (Map.Entry<String, String> file : executable.sources().entrySet()) {
      String name = file.getKey().replace('.', '/') + ".java";
      text(source.resolve(name), file.getValue());
    }
    text(source.resolve("module-info.java"), part("module-info.java.txt"));
    text(source.resolve("dev/miser/emitted/Main.java"), part("Main.java.txt"));
    runtime(source.resolve("dev/miser/runtime"));
    text(folder.resolve("plan.mir"), executable.plan().toString());
    Path run = folder.resolve("run");
    text(run, part("run"));
    if (!run.toFile().setExecutable(true)) {
      throw new IOException("cannot make " + run.getFileName() + " executable");
    }
    image(executable.instantiate());
  }

  private void image(Instance instance) throws IOException {
    try (FileChannel out =
        FileChannel.open(
            folder.resolve("persistent.bin"),
            StandardOpenOption.CREATE_NEW,
            StandardOpenOption.WRITE)) {
      for (MemorySegment stretch : instance.persistent()) {
        for (long from = 0; from < stretch.byteSize(); from += CHUNK) {
          long bytes = Math.min(CHUNK, stretch.byteSize() - from);
          ByteBuffer rest = stretch.asSlice(from, bytes).asByteBuffer();
          while (rest.hasRemaining()) {
            out.write(rest);
          }
        }
      }
    }
  }

  /** Copies the source of the runtime from the jar, or the folder, that its classes come from. */
  private static void runtime(Path target) throws IOException {
    try {
      Path origin =
          Path.of(Program.class.getProtectionDomain().getCodeSource().getLocation().toURI());
      if (Files.isDirectory(origin)) {
        runtime(origin.resolve(RUNTIME), target);
      } else {
        try (FileSystem jar = FileSystems.newFileSystem(origin)) {
          runtime(jar.getPath(RUNTIME), target);
        }
      }
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  private static void runtime(Path from, Path target) throws IOException {
    try (Stream<Path> files = Files.list(from)) {
      for (Path file : files.sorted().toList()) {
        String name = String.valueOf(file.getFileName());
        text(target.resolve(name), withoutAnnotations(Files.readString(file)));
      }
    }
  }

  /**
   * The annotations that serve our own checks come from a library that the project does without.
   */
  private static String withoutAnnotations(String text) {
    return text.replaceAll("import org\\.jspecify\\.[^\n]*\n", "").replaceAll("@Nullable ", "");
  }

  private static String part(String name) throws IOException {
    try (InputStream in = ProjectWriter.class.getResourceAsStream(PARTS + name)) {
      if (in == null) {
        throw new IllegalStateException("the build lacks the resource " + PARTS + name);
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  private static void text(Path file, String text) throws IOException {
    Path parent = file.getParent();
    if (parent != null) {
      Files.createDirectories(parent);
    }
    Files.writeString(file, text);
  }
}
