package dev.miser.frontend.weights;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.miser.frontend.Parser;
import dev.miser.frontend.Source;
import dev.miser.ir.diag.DiagnosticException;
import dev.miser.ir.func.Parameter;
import dev.miser.ir.op.Literal;
import dev.miser.ir.type.ElementType;
import dev.miser.ir.type.TensorType;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Weights come from the file or from the seed, the same everywhere, and what is missing is told.
 */
class WeightSourceTest {
  @TempDir private Path folder;

  @Test
  void drawsFromTheDistributionThatTheTextNames() {
    check("f32[200,1000] = normal(fan_in)", 0, Math.sqrt(2.0 / 200), 3);
    check("f32[200,10,10,10] = normal(fan_in)", 0, Math.sqrt(2.0 / 1000), 3);
    check("f64[200000] = normal(3, 0.5)", 3, 0.5, 3);
    check("f32[300,700] = uniform(fan_in)", 0, Math.sqrt(1.0 / 300 / 3), 1.8);
    check("f64[200000] = uniform(2, 4)", 3, Math.sqrt(4.0 / 12), 1.8);
    check("f16[200000] = normal(0, 1)", 0, 1, 3);
    check("bf16[200000] = normal(0, 1)", 0, 1, 3);
    check("i32[200000] in -50..51", 0, Math.sqrt((101 * 101 - 1) / 12.0), 1.8);
    check("i64[200000] = uniform(0, 10)", 4.5, Math.sqrt(99 / 12.0), 1.7758);
    check("u8[200000] in 0..256", 127.5, Math.sqrt((256 * 256 - 1) / 12.0), 1.8);
    check("bool[200000] in 0..2", 0.5, 0.5, 1);
  }

  /** Checks mean, deviation and kurtosis of 200,000 elements or more. */
  private static void check(String text, double mean, double deviation, double kurtosis) {
    Parameter parameter = parameters("param %w: " + text).getFirst();
    double[] values = values(parameter, 42);
    double sum = 0;
    double squares = 0;
    double fourths = 0;
    for (double value : values) {
      double d = (value - mean) / deviation;
      sum += d;
      squares += d * d;
      fourths += d * d * d * d;
    }
    int n = values.length;
    assertEquals(0, sum / n, 5 / Math.sqrt(n), text + ": mean");
    assertEquals(1, squares / n, 8 / Math.sqrt(n), text + ": variance");
    assertEquals(kurtosis, fourths / n, 50 / Math.sqrt(n), text + ": kurtosis");
  }

  @Test
  void fillsWithOneNumber() {
    assertArrayEquals(
        new double[] {0.25, 0.25},
        values(parameters("param %w: f32[2] = fill(0.25)").getFirst(), 1));
    assertEquals(255, values(parameters("param %w: u8[1] = fill(1e9)").getFirst(), 1)[0]);
    assertEquals(-128, values(parameters("param %w: i8[1] = fill(-inf)").getFirst(), 1)[0]);
    assertEquals(0, values(parameters("param %w: i64[1] = fill(nan)").getFirst(), 1)[0]);
    assertEquals(1, values(parameters("param %w: bool[1] = fill(2)").getFirst(), 1)[0]);
    MemorySegment most = bytes(parameters("param %w: u64[1] = fill(1e30)").getFirst(), 1);
    assertEquals(-1L, Literal.getLong(most, ElementType.U64, 0));
    MemorySegment large = bytes(parameters("param %w: u64[1] = fill(1e19)").getFirst(), 1);
    assertEquals(
        "10000000000000000000", Long.toUnsignedString(Literal.getLong(large, ElementType.U64, 0)));
  }

  /** The same numbers on every machine and in every version: these are pinned. */
  @Test
  void givesTheSameBitsEverywhere() {
    List<Parameter> parameters =
        parameters(
            "param %w: f32[100000] = normal(0, 1), param %v: f64[3] = uniform(0, 1),"
                + " param %i: i64[3] in 0..1000");
    assertEquals(
        List.of("bda174b026840487", "9dea20afa8937a3e", "fc448f821a462ce9"),
        parameters.stream().map(parameter -> hash(bytes(parameter, 0))).toList());
  }

  private static String hash(MemorySegment bytes) {
    long hash = 0;
    for (byte b : bytes.toArray(ValueLayout.JAVA_BYTE)) {
      hash = hash * 0x100000001b3L + b;
    }
    return Long.toHexString(hash);
  }

  @Test
  void dependsOnNameAndSeedButNotOnOrderOrPart() {
    List<Parameter> two =
        parameters("param %a: f32[1000] = normal(0, 1), param %b: f32[1000] = normal(0, 1)");
    List<Parameter> turned =
        parameters("param %b: f32[1000] = normal(0, 1), param %a: f32[1000] = normal(0, 1)");
    MemorySegment a = bytes(two.getFirst(), 5);
    assertEquals(-1, a.mismatch(bytes(turned.getLast(), 5)));
    assertTrue(a.mismatch(bytes(two.getLast(), 5)) >= 0, "another name");
    assertTrue(a.mismatch(bytes(two.getFirst(), 6)) >= 0, "another seed");
    MemorySegment parts = MemorySegment.ofArray(new byte[4000]);
    WeightSource source = WeightSource.seeded(two, 5);
    for (long first : new long[] {700, 0, 1, 350}) {
      long end = LongStream.of(1, 350, 700, 1000).filter(x -> x > first).min().orElseThrow();
      source.fill(two.getFirst(), first, parts.asSlice(first * 4, (end - first) * 4));
    }
    assertEquals(-1, a.mismatch(parts));
  }

  @Test
  void takesFromTheFileWhatItHas() {
    var tensors = new LinkedHashMap<String, Tensor>();
    byte[] bytes = {1, 2, 3};
    tensors.put("w", new Tensor(TensorType.of(ElementType.U8, 3), MemorySegment.ofArray(bytes)));
    tensors.put(
        "other", new Tensor(TensorType.of(ElementType.U8), MemorySegment.ofArray(new byte[1])));
    Path file = folder.resolve("w.safetensors");
    Safetensors.write(file, tensors);
    List<Parameter> parameters =
        parameters("param %w: u8[3], state %momentum: f32[2] = fill(0), %x: f32[1]");
    WeightSource source = WeightSource.of(parameters, file, 0);
    MemorySegment mapped = source.mapped(parameters.get(0));
    assertNotNull(mapped);
    assertArrayEquals(bytes, mapped.toArray(ValueLayout.JAVA_BYTE));
    assertNull(source.mapped(parameters.get(1)));
    MemorySegment copy = MemorySegment.ofArray(new byte[2]);
    source.fill(parameters.get(0), 1, copy);
    assertArrayEquals(new byte[] {2, 3}, copy.toArray(ValueLayout.JAVA_BYTE));
  }

  @Test
  void tellsEverythingThatIsMissingOrOfAnotherType() {
    var tensors = new LinkedHashMap<String, Tensor>();
    tensors.put(
        "conv1.weight",
        new Tensor(TensorType.of(ElementType.U8, 3), MemorySegment.ofArray(new byte[3])));
    Path file = folder.resolve("w.safetensors");
    Safetensors.write(file, tensors);
    List<Parameter> parameters =
        parameters(
            "param %conv1.wieght: u8[3] = fill(0), param %conv1.weight: u8[4], state %s: f32[]");
    var thrown =
        assertThrows(DiagnosticException.class, () -> WeightSource.of(parameters, file, 0));
    assertEquals(
        """
        test:1:15: error: no weights for parameter %conv1.wieght in FILE, did you mean 'conv1.weight'? [weights.missing]
        test:1:53: error: weights of %conv1.weight have type u8[3], expected u8[4] [weights.type]
        test:1:81: error: no weights for parameter %s in FILE [weights.missing]\
        """,
        String.valueOf(thrown.getMessage()).replace(file.toString(), "FILE"));
  }

  @Test
  void tellsWhatHasNoSourceAtAll() {
    var thrown =
        assertThrows(
            DiagnosticException.class,
            () ->
                WeightSource.seeded(parameters("param %a: f32[2], param %b: f32[] = fill(1)"), 0));
    assertEquals(
        "test:1:15: error: parameter %a has no initialiser, and no weights file is given"
            + " [weights.no-source]",
        thrown.getMessage());
  }

  @Test
  void makesInputsThatAProgramCanTake() {
    Parameter ids = parameters("%ids: i32[1000] in 3..7").getFirst();
    assertEquals(4, LongStream.of(longs(ids)).distinct().count());
    assertEquals(3, LongStream.of(longs(ids)).min().orElseThrow());
    Parameter free = parameters("%n: u16[1000]").getFirst();
    assertEquals(1, LongStream.of(longs(free)).max().orElseThrow());
    assertEquals(2, LongStream.of(longs(free)).distinct().count());
    Parameter mask = parameters("%m: bool[1000]").getFirst();
    assertEquals(2, LongStream.of(longs(mask)).distinct().count());
    Parameter image = parameters("%image: f32[1000]").getFirst();
    MemorySegment bytes = MemorySegment.ofArray(new byte[4000]);
    RandomInputs.fill(image, 0, bytes);
    double least = 0;
    double most = 0;
    for (int i = 0; i < 1000; i++) {
      least = Math.min(least, Literal.getDouble(bytes, ElementType.F32, i));
      most = Math.max(most, Literal.getDouble(bytes, ElementType.F32, i));
    }
    assertTrue(least < -2 && least > -6 && most > 2 && most < 6, least + " to " + most);
  }

  private static long[] longs(Parameter input) {
    MemorySegment bytes = MemorySegment.ofArray(new byte[(int) input.value().type().byteCount()]);
    RandomInputs.fill(input, 0, bytes);
    return LongStream.range(0, input.value().type().elementCount())
        .map(i -> Literal.getLong(bytes, input.value().type().element(), i))
        .toArray();
  }

  private static MemorySegment bytes(Parameter parameter, long seed) {
    MemorySegment bytes =
        MemorySegment.ofArray(new byte[(int) parameter.value().type().byteCount()]);
    WeightSource.seeded(List.of(parameter), seed).fill(parameter, bytes);
    return bytes;
  }

  private static double[] values(Parameter parameter, long seed) {
    ElementType element = parameter.value().type().element();
    MemorySegment bytes = bytes(parameter, seed);
    double[] values = new double[(int) parameter.value().type().elementCount()];
    for (int i = 0; i < values.length; i++) {
      values[i] =
          element.isFloat()
              ? Literal.getDouble(bytes, element, i)
              : (double) Literal.getLong(bytes, element, i);
    }
    return values;
  }

  private static List<Parameter> parameters(String text) {
    String whole =
        "func @f(" + text + ") -> i64[1] { %z = iota {type = i64[1], axis = 0} return %z }";
    return Parser.parse(new Source("test", whole.replace(" return", "\nreturn")))
        .function()
        .parameters();
  }
}
