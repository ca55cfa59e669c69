package dev.miser.testmodels.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.miser.compiler.Options;
import dev.miser.ir.eval.Tensor;
import dev.miser.ir.func.Function;
import dev.miser.ir.plan.Schedule;
import dev.miser.passes.Pass;
import dev.miser.passes.Pipeline;
import dev.miser.passes.memory.strips.Strips;
import dev.miser.testmodels.ModelZoo;
import dev.miser.testmodels.RandomPrograms;
import dev.miser.testmodels.RandomTensors;
import dev.miser.testmodels.models.Gpt2;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Strips change no bit, at any vector width, with any threads, planned or not. */
class StripsRunTest {
  /** Strips wherever they lower the peak, whatever they cost; a few each, to be compiled soon. */
  private static final Strips ALL = new Strips(1, 1e9, 6, 3);

  private static Stream<Function> models() {
    return Stream.of(
        ModelZoo.mobilenetV2(1, 64),
        ModelZoo.resnet50(1, 64),
        Gpt2.buildHeadless(Gpt2.Size.TINY, 1, 32));
  }

  @ParameterizedTest
  @MethodSource("models")
  void models(Function function) {
    assertTrue(check(function, Values.seeded(function, 3)), "nothing was cut");
  }

  @ParameterizedTest
  @MethodSource("dev.miser.testmodels.models.SmallModels#all")
  void smallModels(Function function) {
    check(function, Values.seeded(function, 3));
  }

  @Test
  void randomPrograms() {
    for (long seed = 0; seed < 12; seed++) {
      Function function = RandomPrograms.function(seed, 12 + (int) seed % 20);
      check(function, Values.of(RandomTensors.of(function, seed, RandomTensors.Kind.AWKWARD)));
    }
  }

  /** Returns whether anything was cut. */
  private static boolean check(Function function, Values values) {
    Compiled cut = Compiled.of(function, Way.WIDE, StripsRunTest::cut);
    Schedule whole = Compiled.of(function, Way.WIDE, StripsRunTest::whole).compilation().schedule();
    if (cut.compilation().schedule().toString().equals(whole.toString())) {
      return false;
    }
    List<Tensor> bits =
        Compiled.of(function, Way.UNPLANNED, StripsRunTest::whole).run(values, 1, 1);
    assertBits(bits, cut.run(values, 1, 1), "512 bits, one thread");
    assertBits(bits, cut.run(values, 2, 1), "512 bits, two threads");
    // At 128 bits planned, at 256 unplanned.
    for (Way way : List.of(Way.NARROW, Way.UNPLANNED)) {
      assertBits(
          bits, Compiled.of(function, way, StripsRunTest::cut).run(values, 2, 1), way.toString());
    }
    return true;
  }

  private static Options whole(Options options) {
    return options.withPipeline(new Pipeline(options.pipeline().function(), List.of()));
  }

  private static Options cut(Options options) {
    List<Pass<Schedule>> passes = List.of(ALL);
    return options.withPipeline(new Pipeline(options.pipeline().function(), passes));
  }

  private static void assertBits(List<Tensor> expected, List<Tensor> found, String way) {
    for (int i = 0; i < expected.size(); i++) {
      assertTrue(found.get(i).equals(expected.get(i)), way + ": other bits in result " + i);
    }
    assertEquals(expected.size(), found.size(), way);
  }
}
