package dev.miser.codegen.compile;

import dev.miser.codegen.EmittedProgram;
import dev.miser.runtime.Instance;
import dev.miser.runtime.KernelInfo;
import dev.miser.runtime.Program;
import dev.miser.runtime.Slot;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;

/** What a cached file is found by: a hash of everything that its bytes follow from. */
public record CacheKey(String hex) {
  /** What emitted classes link against: compiled code is stale when it changes. */
  private static final List<Class<?>> CONTRACT =
      List.of(Program.class, KernelInfo.class, Slot.class, Instance.class);

  /** Returns the key of a program's classes: its source, this Miser and this Java. */
  public static CacheKey of(EmittedProgram program) {
    MessageDigest digest = digest();
    add(digest, Runtime.version().toString());
    for (Class<?> contract : CONTRACT) {
      add(digest, classFile(contract));
    }
    program
        .sources()
        .forEach((name, text) -> {
          add(digest, name);
          add(digest, text);
        });
    return new CacheKey(HexFormat.of().formatHex(digest.digest()));
  }

  /** Returns the key of texts from which a program's classes follow, and of this Java. */
  public static CacheKey of(List<String> texts) {
    MessageDigest digest = digest();
    add(digest, Runtime.version().toString());
    texts.forEach(text -> add(digest, text));
    return new CacheKey(HexFormat.of().formatHex(digest.digest()));
  }

  /** Returns the key of what this program makes of some weights. */
  public CacheKey with(String weightsIdentity) {
    MessageDigest digest = digest();
    add(digest, hex);
    add(digest, weightsIdentity);
    return new CacheKey(HexFormat.of().formatHex(digest.digest()));
  }

  private static MessageDigest digest() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }

  private static void add(MessageDigest digest, String text) {
    add(digest, text.getBytes(StandardCharsets.UTF_8));
  }

  /** The length goes in too, so that no two lists of parts give the same bytes. */
  private static void add(MessageDigest digest, byte[] bytes) {
    for (int shift = 24; shift >= 0; shift -= 8) {
      digest.update((byte) (bytes.length >>> shift));
    }
    digest.update(bytes);
  }

  private static byte[] classFile(Class<?> type) {
    try (InputStream in = type.getResourceAsStream(type.getSimpleName() + ".class")) {
      return in == null ? new byte[0] : in.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
