package dev.miser.runtime;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32C;

/**
 * A file that holds what parameters and init left in the arena for all steps, so that another run
 * need not load and init again. Little-endian: the word {@code MISERIMG}, a checksum of the rest,
 * the number of stretches, their sizes, their bytes.
 */
public final class Image {
  private static final long WORD = 0x474d4952_4553494dL;
  private static final ValueLayout.OfLong LONG =
      ValueLayout.JAVA_LONG_UNALIGNED.withOrder(java.nio.ByteOrder.LITTLE_ENDIAN);
  private static final long CHUNK = 1L << 26;

  private Image() {}

  /** Writes the image of an instance that has not stepped yet. */
  public static void write(Path file, Instance instance) throws IOException {
    List<MemorySegment> stretches = instance.persistent();
    long header = 24 + 8L * stretches.size();
    long bytes = header;
    for (MemorySegment stretch : stretches) {
      bytes += stretch.byteSize();
    }
    try (Arena arena = Arena.ofConfined();
        FileChannel channel =
            FileChannel.open(
                file,
                StandardOpenOption.CREATE,
                StandardOpenOption.READ,
                StandardOpenOption.WRITE,
                StandardOpenOption.TRUNCATE_EXISTING)) {
      MemorySegment whole = channel.map(FileChannel.MapMode.READ_WRITE, 0, bytes, arena);
      whole.set(LONG, 0, WORD);
      whole.set(LONG, 16, stretches.size());
      long at = header;
      for (int i = 0; i < stretches.size(); i++) {
        MemorySegment stretch = stretches.get(i);
        whole.set(LONG, 24 + 8L * i, stretch.byteSize());
        MemorySegment.copy(stretch, 0, whole, at, stretch.byteSize());
        at += stretch.byteSize();
      }
      whole.set(LONG, 8, checksum(whole.asSlice(16)));
    }
  }

  /**
   * Returns an instance that continues from an image.
   *
   * @throws IOException if the file is absent, damaged, or of another program
   */
  public static Instance resume(Path file, Program program, WorkerPool pool, int threads)
      throws IOException {
    try (Arena arena = Arena.ofConfined();
        FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      MemorySegment whole = channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size(), arena);
      List<MemorySegment> stretches = stretches(whole, program.persistent());
      return Instance.resume(program, stretches, pool, threads);
    }
  }

  private static List<MemorySegment> stretches(MemorySegment whole, List<Program.Stretch> expected)
      throws IOException {
    long at = 24 + 8L * expected.size();
    boolean good =
        whole.byteSize() >= at
            && whole.get(LONG, 0) == WORD
            && whole.get(LONG, 16) == expected.size()
            && whole.get(LONG, 8) == checksum(whole.asSlice(16));
    var stretches = new ArrayList<MemorySegment>();
    for (int i = 0; good && i < expected.size(); i++) {
      long bytes = expected.get(i).bytes();
      good = whole.get(LONG, 24 + 8L * i) == bytes && at + bytes <= whole.byteSize();
      if (good) {
        stretches.add(whole.asSlice(at, bytes));
        at += bytes;
      }
    }
    if (!good) {
      throw new IOException("image is damaged, or of another program");
    }
    return stretches;
  }

  private static long checksum(MemorySegment bytes) {
    var checksum = new CRC32C();
    for (long at = 0; at < bytes.byteSize(); at += CHUNK) {
      ByteBuffer chunk = bytes.asSlice(at, Math.min(CHUNK, bytes.byteSize() - at)).asByteBuffer();
      checksum.update(chunk);
    }
    return checksum.getValue();
  }
}
