package dev.miser.runtime;

import java.io.IOException;
import java.io.PrintStream;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Locale;
import java.util.zip.CRC32C;

/** Steps an instance from a command line: inputs from raw files or seeded, results as a summary. */
public final class Console {
  /**
   * The integers that an input's seeded elements are drawn from, {@code low} up to but not
   * including {@code high}.
   */
  public record Bounds(String input, long low, long high) {}

  private static final int SHOWN = 8;

  private Console() {}

  /**
   * Runs one step and prints each result.
   *
   * @param arguments {@code input=file} for inputs whose bytes lie in a file
   */
  public static void step(
      Instance instance, List<Bounds> bounds, List<String> arguments, PrintStream out)
      throws IOException {
    long seed = 0;
    for (Slot slot : instance.slots(Slot.Role.INPUT)) {
      fill(slot, instance.bytes(slot), bounds, seed++);
    }
    for (String argument : arguments) {
      int equals = argument.indexOf('=');
      if (equals < 0) {
        throw new IllegalArgumentException("expected input=file, found " + argument);
      }
      read(instance.input(argument.substring(0, equals)), argument.substring(equals + 1));
    }
    long began = System.nanoTime();
    instance.step();
    out.printf(Locale.ROOT, "step: %.3f ms%n", (System.nanoTime() - began) / 1e6);
    for (Slot slot : instance.slots(Slot.Role.RESULT)) {
      out.println(summary(slot, instance.bytes(slot)));
    }
  }

  private static void read(MemorySegment to, String file) throws IOException {
    try (Arena arena = Arena.ofConfined();
        FileChannel channel = FileChannel.open(Path.of(file), StandardOpenOption.READ)) {
      MemorySegment bytes = channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size(), arena);
      if (bytes.byteSize() != to.byteSize()) {
        throw new IllegalArgumentException(
            file + " has " + bytes.byteSize() + " bytes, the input " + to.byteSize());
      }
      MemorySegment.copy(bytes, 0, to, 0, to.byteSize());
    }
  }

  private static void fill(Slot slot, MemorySegment bytes, List<Bounds> bounds, long seed) {
    long low = 0;
    long high = 2;
    for (Bounds given : bounds) {
      if (given.input().equals(slot.name())) {
        low = given.low();
        high = given.high();
      }
    }
    long count = 1;
    for (long dim : slot.dims()) {
      count *= dim;
    }
    for (long i = 0; i < count; i++) {
      double normal = Philox.normal(i, seed);
      long whole = low + Long.remainderUnsigned(Philox.bits64(i, seed), high - low);
      switch (slot.element()) {
        case "f32" -> bytes.setAtIndex(ValueLayout.JAVA_FLOAT, i, (float) normal);
        case "f64" -> bytes.setAtIndex(ValueLayout.JAVA_DOUBLE, i, normal);
        case "f16" ->
            bytes.setAtIndex(ValueLayout.JAVA_SHORT, i, Float.floatToFloat16((float) normal));
        case "bf16" ->
            bytes.setAtIndex(ValueLayout.JAVA_SHORT, i, Scalars.floatToBfloat16((float) normal));
        case "i64", "u64" -> bytes.setAtIndex(ValueLayout.JAVA_LONG, i, whole);
        case "i32", "u32" -> bytes.setAtIndex(ValueLayout.JAVA_INT, i, (int) whole);
        case "i16", "u16" -> bytes.setAtIndex(ValueLayout.JAVA_SHORT, i, (short) whole);
        default -> bytes.set(ValueLayout.JAVA_BYTE, i, (byte) whole);
      }
    }
  }

  private static String summary(Slot slot, MemorySegment bytes) {
    var checksum = new CRC32C();
    for (long at = 0; at < bytes.byteSize(); at += 1 << 20) {
      checksum.update(bytes.asSlice(at, Math.min(1 << 20, bytes.byteSize() - at)).asByteBuffer());
    }
    var text = new StringBuilder();
    text.append(slot.name()).append(": ").append(slot.element()).append(slot.dims());
    text.append(" crc32c ").append(String.format(Locale.ROOT, "%08x", checksum.getValue()));
    if (slot.element().equals("f32")) {
      for (long i = 0; i < Math.min(SHOWN, bytes.byteSize() / 4); i++) {
        text.append(' ').append(bytes.getAtIndex(ValueLayout.JAVA_FLOAT, i));
      }
    }
    return text.toString();
  }
}
