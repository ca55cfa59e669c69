package dev.miser.compiler;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Sizes as users write them for budgets. */
class ByteSizeTest {
  @ParameterizedTest
  @CsvSource({
    "0, 0",
    "4096, 4096",
    "4096B, 4096",
    "1k, 1024",
    "64MiB, 67108864",
    "64mib, 67108864",
    "64MB, 64000000",
    "64M, 67108864",
    "1.5G, 1610612736",
    "1.5 GiB, 1610612736",
    "2T, 2199023255552",
    "0.5KiB, 512",
  })
  void readsSizes(String text, long bytes) {
    assertEquals(bytes, ByteSize.parse(text));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "MiB",
        "-1",
        "64XB",
        "64iB",
        "1e9",
        "0x10",
        "9999999999T",
        "64 M iB",
        "1.2.3",
        "٣"
      })
  void refusesWhatIsNoSize(String text) {
    assertThrows(IllegalArgumentException.class, () -> ByteSize.parse(text));
  }

  @Test
  void printsForPeople() {
    assertEquals("1023 B", ByteSize.text(1023));
    assertEquals("1.0 KiB", ByteSize.text(1024));
    assertEquals("97.5 MiB", ByteSize.text(102_228_128));
    assertEquals("26843545 bytes (25.6 MiB)", ByteSize.exact(26_843_545));
  }
}
