package dev.miser.codegen.compile;

import dev.miser.codegen.EmittedProgram;
import dev.miser.runtime.Image;
import dev.miser.runtime.Instance;
import dev.miser.runtime.Program;
import dev.miser.runtime.WorkerPool;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * Compiled classes, and arenas as init left them, kept in a directory between runs. Files appear
 * whole or not at all; one that is damaged counts as absent. What was used longest ago goes when
 * the directory grows beyond its limit. A cache that cannot be written costs time and nothing else.
 */
public final class ProgramCache {
  private static final String CLASSES = ".classes";
  private static final String IMAGE = ".image";
  private static final int MAGIC = 0x4d495345;

  private final Path directory;
  private final long limitBytes;

  /** A cache in {@code directory}, which is made when first written to. */
  public ProgramCache(Path directory, long limitBytes) {
    this.directory = directory;
    this.limitBytes = limitBytes;
  }

  /**
   * Returns where the cache lies: {@code MISER_CACHE}, else {@code miser} in {@code
   * XDG_CACHE_HOME}, else {@code .cache/miser} in the user's home.
   */
  public static Path directory(Map<String, String> environment) {
    String own = environment.get("MISER_CACHE");
    if (own != null && !own.isEmpty()) {
      return Path.of(own);
    }
    String shared = environment.get("XDG_CACHE_HOME");
    return shared != null && !shared.isEmpty()
        ? Path.of(shared, "miser")
        : Path.of(System.getProperty("user.home"), ".cache", "miser");
  }

  public Path directory() {
    return directory;
  }

  /** Returns the program's classes: kept ones, or compiled ones, which are then kept. */
  public CompiledClasses compile(EmittedProgram program) {
    CacheKey key = CacheKey.of(program);
    CompiledClasses kept = find(key);
    if (kept != null) {
      return kept;
    }
    return compile(key, program);
  }

  /** Compiles a program and keeps its classes under a key, which must tell it from all others. */
  public CompiledClasses compile(CacheKey key, EmittedProgram program) {
    CompiledClasses compiled = SourceCompiler.compile(program);
    store(file(key, CLASSES), path -> Files.write(path, sealed(compiled)));
    return compiled;
  }

  /** Returns the kept classes, or null. */
  public @Nullable CompiledClasses find(CacheKey key) {
    Path file = file(key, CLASSES);
    try {
      byte[] bytes = Files.readAllBytes(file);
      CompiledClasses classes = unsealed(bytes);
      if (classes != null) {
        touch(file);
      }
      return classes;
    } catch (IOException absent) {
      return null; // no such file, or none that can be read
    }
  }

  /** Returns an instance with the arena that was kept, or null. */
  public @Nullable Instance resume(CacheKey key, Program program, WorkerPool pool, int threads) {
    Path file = file(key, IMAGE);
    try {
      Instance instance = Image.resume(file, program, pool, threads);
      touch(file);
      return instance;
    } catch (IOException absent) {
      return null;
    }
  }

  /** Keeps what init and the parameters made of an instance's arena; before its first step. */
  public void keep(CacheKey key, Instance instance) {
    store(file(key, IMAGE), path -> Image.write(path, instance));
  }

  /** Returns the bytes of all kept files. */
  public long bytes() {
    long sum = 0;
    for (Entry entry : entries()) {
      sum += entry.bytes;
    }
    return sum;
  }

  /** Deletes all kept files; returns how many there were. */
  public int clear() {
    List<Entry> entries = entries();
    entries.forEach(entry -> delete(entry.path));
    return entries.size();
  }

  private Path file(CacheKey key, String suffix) {
    return directory.resolve(key.hex() + suffix);
  }

  private interface Writer {
    void write(Path path) throws IOException;
  }

  private void store(Path file, Writer writer) {
    try {
      Files.createDirectories(directory);
      Path whole = Files.createTempFile(directory, "writing", ".tmp");
      try {
        writer.write(whole);
        Files.move(whole, file, StandardCopyOption.ATOMIC_MOVE);
      } finally {
        Files.deleteIfExists(whole);
      }
      evict(file);
    } catch (IOException unwritable) {
      System.getLogger(ProgramCache.class.getName())
          .log(System.Logger.Level.DEBUG, "cannot write the cache", unwritable);
    }
  }

  private record Entry(Path path, long bytes, FileTime used) {}

  /** Returns our files, those used longest ago first. */
  private List<Entry> entries() {
    var entries = new ArrayList<Entry>();
    try (Stream<Path> paths = Files.list(directory)) {
      for (Path path : paths.toList()) {
        String name = path.getFileName().toString();
        if (name.endsWith(CLASSES) || name.endsWith(IMAGE) || name.endsWith(".tmp")) {
          Entry entry = entry(path);
          if (entry != null) {
            entries.add(entry);
          }
        }
      }
    } catch (IOException absent) {
      return List.of();
    }
    entries.sort(Comparator.comparing(Entry::used).thenComparing(Entry::path));
    return entries;
  }

  /** Returns a file's entry, or null if another process deleted it in between. */
  private static @Nullable Entry entry(Path path) throws IOException {
    try {
      return new Entry(path, Files.size(path), Files.getLastModifiedTime(path));
    } catch (NoSuchFileException gone) {
      return null;
    }
  }

  private void evict(Path newest) {
    long sum = bytes();
    for (Entry entry : entries()) {
      if (sum <= limitBytes) {
        return;
      }
      if (!entry.path.equals(newest) || entry.bytes > limitBytes) {
        delete(entry.path);
        sum -= entry.bytes;
      }
    }
  }

  private static void delete(Path path) {
    try {
      Files.deleteIfExists(path);
    } catch (IOException held) {
      // Another process may hold it open; it will be deleted another time.
      System.getLogger(ProgramCache.class.getName())
          .log(System.Logger.Level.DEBUG, "cannot delete from the cache", held);
    }
  }

  private static void touch(Path file) throws IOException {
    Files.setLastModifiedTime(file, FileTime.fromMillis(System.currentTimeMillis()));
  }

  private static byte[] sealed(CompiledClasses classes) throws IOException {
    var bytes = new ByteArrayOutputStream();
    try (var out = new DataOutputStream(bytes)) {
      out.writeUTF(classes.mainClass());
      out.writeInt(classes.files().size());
      for (var file : classes.files().entrySet()) {
        out.writeUTF(file.getKey());
        out.writeInt(file.getValue().length);
        out.write(file.getValue());
      }
    }
    var whole = new ByteArrayOutputStream();
    try (var out = new DataOutputStream(whole)) {
      out.writeInt(MAGIC);
      out.writeLong(checksum(bytes.toByteArray()));
      bytes.writeTo(out);
    }
    return whole.toByteArray();
  }

  /** Returns the classes, or null if the bytes are not what was written. */
  private static @Nullable CompiledClasses unsealed(byte[] whole) throws IOException {
    var in = new DataInputStream(new ByteArrayInputStream(whole));
    if (whole.length < 16 || in.readInt() != MAGIC) {
      return null;
    }
    long expected = in.readLong();
    byte[] body = in.readAllBytes();
    if (checksum(body) != expected) {
      return null;
    }
    in = new DataInputStream(new ByteArrayInputStream(body));
    String mainClass = in.readUTF();
    int count = in.readInt();
    var files = new LinkedHashMap<String, byte[]>();
    for (int i = 0; i < count; i++) {
      String name = in.readUTF();
      files.put(name, in.readNBytes(in.readInt()));
    }
    return new CompiledClasses(mainClass, files);
  }

  private static long checksum(byte[] bytes) {
    var checksum = new CRC32C();
    checksum.update(bytes);
    return checksum.getValue();
  }
}
