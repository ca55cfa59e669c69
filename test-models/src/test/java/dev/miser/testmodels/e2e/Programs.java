package dev.miser.testmodels.e2e;

import dev.miser.ir.func.Function;
import dev.miser.testmodels.ModelZoo;
import dev.miser.testmodels.models.Bert;
import dev.miser.testmodels.models.Gpt2;
import dev.miser.testmodels.models.Lstm;
import java.util.stream.Stream;

/** The models of the zoo at sizes that the reference evaluator does in seconds. */
public final class Programs {
  private Programs() {}

  /** Returns every architecture of the zoo; those that are quick at their full size, at that. */
  public static Stream<Function> reduced() {
    return Stream.concat(
        Stream.of(
            ModelZoo.mlp(64),
            ModelZoo.lenet5(8),
            Bert.build(Bert.Size.TINY, 2, 17),
            Gpt2.build(Gpt2.Size.TINY, 2, 17),
            Gpt2.buildHeadless(Gpt2.Size.TINY, 1, 32),
            Lstm.build(Lstm.Size.TINY, 3),
            ModelZoo.lstm(1)),
        images());
  }

  /** Returns the networks over images. */
  static Stream<Function> images() {
    return Stream.of(
        ModelZoo.resnet50(1, 32),
        ModelZoo.mobilenetV2(1, 64),
        ModelZoo.vgg16(1, 32),
        ModelZoo.unet(1, 16),
        ModelZoo.densenet121(1, 32),
        ModelZoo.inceptionV3(1, 75));
  }
}
