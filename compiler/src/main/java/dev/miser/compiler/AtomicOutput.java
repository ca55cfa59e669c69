package dev.miser.compiler;

import dev.miser.ir.diag.Code;
import dev.miser.ir.diag.Diagnostic;
import dev.miser.ir.diag.DiagnosticException;
import dev.miser.ir.diag.Place;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * Files and folders that appear whole or not at all: they are written beside their place and moved
 * there at the end.
 */
public final class AtomicOutput {
  /** Writes what belongs at {@code place}, for a moment elsewhere. */
  @FunctionalInterface
  public interface Writer {
    void write(Path place) throws IOException;
  }

  private AtomicOutput() {}

  /**
   * Writes a file, replacing one that is there.
   *
   * @throws DiagnosticException if it cannot be written
   */
  public static void file(Path file, Writer writer) {
    Path temporary = beside(file);
    try {
      if (Files.isDirectory(file)) {
        throw refusal(file, "it is a folder");
      }
      writer.write(temporary);
      Files.move(
          temporary, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      throw refusal(file, reason(e));
    } finally {
      delete(temporary);
    }
  }

  /**
   * Writes a folder, replacing an empty one that is there.
   *
   * @throws DiagnosticException if it cannot be written or is not empty
   */
  public static void folder(Path folder, Writer writer) {
    Path temporary = beside(folder);
    try {
      if (Files.exists(folder) && !isEmptyFolder(folder)) {
        throw refusal(folder, "it exists and is not an empty folder; --force replaces it");
      }
      Files.createDirectory(temporary);
      writer.write(temporary);
      Files.deleteIfExists(folder);
      Files.move(temporary, folder, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      throw refusal(folder, reason(e));
    } finally {
      delete(temporary);
    }
  }

  /**
   * Writes a folder in place of whatever is there, which is deleted once the new one is whole.
   *
   * @throws DiagnosticException if it cannot be written
   */
  public static void replaceFolder(Path folder, Writer writer) {
    Path old = Path.of(beside(folder) + ".old");
    Path fresh = beside(folder);
    try {
      Files.createDirectory(fresh);
      writer.write(fresh);
      if (Files.exists(folder)) {
        Files.move(folder, old, StandardCopyOption.ATOMIC_MOVE);
      }
      Files.move(fresh, folder, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      throw refusal(folder, reason(e));
    } finally {
      delete(fresh);
      delete(old);
    }
  }

  private static Path beside(Path place) {
    Path whole = place.toAbsolutePath().normalize();
    Path name = whole.getFileName();
    return whole.resolveSibling(
        "." + (name == null ? "root" : name) + "." + ProcessHandle.current().pid() + ".part");
  }

  private static boolean isEmptyFolder(Path folder) throws IOException {
    if (!Files.isDirectory(folder)) {
      return false;
    }
    try (Stream<Path> entries = Files.list(folder)) {
      return entries.findAny().isEmpty();
    }
  }

  private static void delete(Path place) {
    if (!Files.exists(place)) {
      return;
    }
    try (Stream<Path> tree = Files.walk(place)) {
      List<Path> deepestFirst = tree.sorted(Comparator.reverseOrder()).toList();
      for (Path path : deepestFirst) {
        Files.delete(path);
      }
    } catch (IOException e) {
      throw refusal(place, reason(e));
    }
  }

  private static DiagnosticException refusal(Path place, String why) {
    return new DiagnosticException(Diagnostic.error(Code.FILE_UNWRITABLE, Place.NONE, place, why));
  }

  private static String reason(IOException e) {
    return switch (e) {
      case NoSuchFileException missing -> "the folder does not exist";
      case NotDirectoryException file -> "what should be a folder is a file";
      case AccessDeniedException denied -> "permission denied";
      default -> e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
    };
  }
}
