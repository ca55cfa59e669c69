package dev.miser.driver;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.miser.compiler.Phase;
import dev.miser.ir.type.ElementType;
import dev.miser.ir.type.TensorType;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.lang.foreign.MemorySegment;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/** Tables, summaries, percentiles, progress: what people read. */
class ShownTest {
  @Test
  void percentilesAreNearestRanks() {
    var latencies = new Latencies(LongStream.rangeClosed(1, 100).map(i -> 101 - i).toArray());
    assertEquals(50, latencies.percentile(50));
    assertEquals(90, latencies.percentile(90));
    assertEquals(99, latencies.percentile(99));
    assertEquals(7, new Latencies(new long[] {7}).percentile(99));
  }

  @Test
  void columnsAreAsWideAsTheirWidestCell() {
    var table = new Table("  ").numbers(1).row("a", 1).row("long", 1000);
    assertEquals("  a        1\n  long  1000\n", table.toString().replace("\r", ""));
  }

  @Test
  void summariesOfFloatsCountWhatIsNoNumber() {
    float[] elements = {1, Float.NaN, -3};
    String text = summary(TensorType.of(ElementType.F32, 3), elements);
    assertEquals(
        "f32[3]  min -3.00000  max 1.00000  mean -1.00000  [1.00000 NaN -3.00000]  1 NaN", text);
    assertTrue(
        summary(TensorType.of(ElementType.F32, 1), new float[] {Float.NaN}).contains("min -"));
    assertEquals("f32[0]  (no elements)", summary(TensorType.of(ElementType.F32, 0), new float[0]));
  }

  private static String summary(TensorType type, float[] elements) {
    MemorySegment bytes = MemorySegment.ofArray(new byte[4 * elements.length]);
    bytes.copyFrom(MemorySegment.ofArray(elements));
    return TensorSummary.of(type, bytes).toString();
  }

  @Test
  void summariesOfIntegersAreExact() {
    var type = TensorType.of(ElementType.U8, 2);
    var bytes = MemorySegment.ofArray(new byte[] {(byte) 200, 3});
    assertEquals(
        "u8[2]  min 3  max 200  mean 101.500  [200 3]", TensorSummary.of(type, bytes).toString());
  }

  @Test
  void progressIsGoneAtTheEnd() {
    var err = new StringWriter();
    var line = new ProgressLine(new PrintWriter(err));
    line.begin(Phase.READ);
    line.end(Phase.READ, 1);
    String shown = err.toString();
    assertTrue(shown.contains("reading the program ..."), shown);
    assertTrue(shown.endsWith(" \r"), shown);
  }
}
