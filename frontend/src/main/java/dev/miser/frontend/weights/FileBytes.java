package dev.miser.frontend.weights;

import dev.miser.ir.diag.Code;
import dev.miser.ir.diag.Diagnostic;
import dev.miser.ir.diag.DiagnosticException;
import dev.miser.ir.diag.Place;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;

/** Maps files, and writes files that are either complete or not there. */
public final class FileBytes {
  /** Writes what belongs into a file. */
  @FunctionalInterface
  public interface Writer {
    void write(FileChannel channel) throws IOException;
  }

  /** The largest piece handed to one write: a buffer's size is an int. */
  private static final long PIECE = 1L << 30;

  private FileBytes() {}

  /** Maps a whole file, read-only; it stays mapped for as long as anything refers to it. */
  public static MemorySegment map(Path file) {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      return channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size(), Arena.ofAuto());
    } catch (NoSuchFileException e) {
      throw refused(Code.FILE_UNREADABLE, file, "there is no such file");
    } catch (IOException e) {
      boolean isFolder = Files.isDirectory(file);
      throw refused(
          Code.FILE_UNREADABLE, file, isFolder ? "it is a folder" : String.valueOf(e.getMessage()));
    }
  }

  /** Writes these pieces one after the other, the file whole or not at all. */
  static void write(Path file, List<MemorySegment> pieces) {
    write(
        file,
        channel -> {
          for (MemorySegment piece : pieces) {
            write(channel, piece);
          }
        });
  }

  /**
   * Writes a file beside {@code file}, then gives it that name.
   *
   * @throws DiagnosticException if it cannot be written; what was there before remains
   */
  public static void write(Path file, Writer writer) {
    Path temporary = null;
    try {
      if (Files.isDirectory(file)) {
        throw refused(Code.FILE_UNWRITABLE, file, "it is a folder");
      }
      // Not a temporary file as Java makes one: that is for its owner's eyes alone.
      String part = ".miser-" + Long.toHexString(System.nanoTime()) + ".part";
      temporary = Files.createFile(file.toAbsolutePath().resolveSibling(part));
      try (FileChannel channel = FileChannel.open(temporary, StandardOpenOption.WRITE)) {
        writer.write(channel);
      }
      move(temporary, file);
      temporary = null;
    } catch (NoSuchFileException e) {
      throw refused(Code.FILE_UNWRITABLE, file, "there is no such folder");
    } catch (IOException e) {
      throw refused(Code.FILE_UNWRITABLE, file, String.valueOf(e.getMessage()));
    } finally {
      if (temporary != null) {
        temporary.toFile().delete();
      }
    }
  }

  /** Writes all of a piece at the channel's position. */
  public static void write(FileChannel channel, MemorySegment piece) throws IOException {
    for (long from = 0; from < piece.byteSize(); from += PIECE) {
      long size = Math.min(PIECE, piece.byteSize() - from);
      ByteBuffer buffer = piece.asSlice(from, size).asByteBuffer();
      while (buffer.hasRemaining()) {
        channel.write(buffer);
      }
    }
  }

  private static void move(Path from, Path to) throws IOException {
    try {
      Files.move(from, to, StandardCopyOption.ATOMIC_MOVE);
    } catch (AtomicMoveNotSupportedException e) {
      Files.move(from, to, StandardCopyOption.REPLACE_EXISTING);
    }
  }

  static DiagnosticException refused(Code code, Object... arguments) {
    return new DiagnosticException(Diagnostic.error(code, Place.NONE, arguments));
  }
}
