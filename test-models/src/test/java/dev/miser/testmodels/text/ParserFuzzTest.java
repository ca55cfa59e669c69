package dev.miser.testmodels.text;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Any bytes give a program or diagnostics. With {@code JAZZER_FUZZ=1} Jazzer looks for bytes that
 * do not; without, the texts it would start from are read.
 */
class ParserFuzzTest {
  @MethodSource("seeds")
  @FuzzTest(maxDuration = "5m")
  void anyBytes(byte[] bytes) {
    MutationTest.check("fuzz", bytes);
  }

  static List<Arguments> seeds() throws IOException {
    return MutationTest.corpus().stream().map(bytes -> Arguments.of((Object) bytes)).toList();
  }
}
