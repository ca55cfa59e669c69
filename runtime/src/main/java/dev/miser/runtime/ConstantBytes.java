package dev.miser.runtime;

import java.lang.foreign.MemorySegment;
import java.util.Base64;

/** Puts constants that stand in emitted code as text into the arena. */
public final class ConstantBytes {
  private ConstantBytes() {}

  /** Writes the bytes that base64 {@code text} encodes to {@code offset}. */
  public static void decode(MemorySegment arena, long offset, String text) {
    byte[] bytes = Base64.getDecoder().decode(text);
    MemorySegment.copy(MemorySegment.ofArray(bytes), 0, arena, offset, bytes.length);
  }
}
