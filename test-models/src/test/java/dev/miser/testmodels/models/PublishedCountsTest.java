package dev.miser.testmodels.models;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.miser.ir.func.Function;
import dev.miser.ir.func.Instruction;
import dev.miser.ir.op.BatchNorm;
import dev.miser.ir.op.TransposedConvolution;
import dev.miser.passes.analysis.Cost;
import dev.miser.testmodels.ModelZoo;
import java.math.BigDecimal;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** The models are the published ones: they have as many parameters and multiply-adds. */
class PublishedCountsTest {
  /**
   * Multiply-adds with the unit G are given to the digits that the source prints. Sources:
   *
   * <ul>
   *   <li>torchvision: {@code num_params} and {@code _ops} of the weights' metadata, the table in
   *       docs.pytorch.org/vision/stable/models.html. Its 27,161,264 parameters of inception_v3
   *       include the auxiliary head, see below; its operations do not.
   *   <li>mlp: layer sizes of the PyTorch quickstart; 669,706 is also what Keras prints of its
   *       mnist_mlp example, the same network. A dense layer's multiply-adds are its weights.
   *   <li>lenet5: "Dive into Deep Learning", section 7.6; both counts as commonly printed, from 6 *
   *       28 * 28 * 25 + 16 * 10 * 10 * 150 + 400 * 120 + 120 * 84 + 84 * 10.
   *   <li>unet: parameters as milesial/Pytorch-UNet has them; multiply-adds see below.
   *   <li>bert_base: 109,482,240 parameters of bert-base-uncased less 590,592 of the pooler; 11.17
   *       G multiply-adds at 128 tokens by calflops (MrYxJ/calculate-flops.pytorch, README).
   *   <li>gpt2_small: 124,439,808 parameters as HuggingFace counts gpt2; multiply-adds by nanoGPT,
   *       see below.
   *   <li>lstm: PyTorch's formula, 2 * (4 * 512 * (512 + 512) + 2 * 4 * 512); a step multiplies
   *       each matrix once, 64 * 2 * 4 * 512 * 1024.
   * </ul>
   */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          mlp                 |     669706 | 668672
          lenet5              |      61706 | 416520
          resnet50            |   25557032 | 4.089 G
          mobilenet_v2        |    3504872 | 0.301 G
          vgg16               |  138357544 | 15.47 G
          unet                |   31037698 | 48.17 G
          densenet121         |    7978856 | 2.834 G
          inception_v3        |   23834568 | 5.713 G
          bert_base           |  108891648 | 11.17 G
          gpt2_small          |  124439808 | 16.11 G
          gpt2_small_headless |  124439808 | 11.17 G
          lstm                |    4202496 | 268435456
          """)
  void theCountsAreThePublishedOnes(String name, long parameters, String multiplyAdds) {
    Function function = ModelZoo.find(name).orElseThrow().build();
    assertEquals(parameters, ModelZoo.parameters(function));
    assertEquals(multiplyAdds, printedLike(multiplyAdds, Cost.of(function).multiplyAdds()));
  }

  @Test
  void everyModelIsInTheTable() throws NoSuchMethodException {
    var table =
        PublishedCountsTest.class
            .getDeclaredMethod(
                "theCountsAreThePublishedOnes", String.class, long.class, String.class)
            .getAnnotation(CsvSource.class);
    List<String> names =
        table
            .textBlock()
            .lines()
            .map(line -> line.substring(0, line.indexOf('|')).strip())
            .toList();
    assertEquals(ModelZoo.names(), names);
  }

  /** torchvision: resnext50_32x4d, the same builder with grouped convolutions. */
  @Test
  void theGroupedVariantIsThePublishedOneToo() {
    Function function = ResNet.build(ResNet.Variant.RESNEXT50, 1, 224);
    assertEquals(25_028_904, ModelZoo.parameters(function));
    assertEquals("4.23 G", printedLike("4.23 G", Cost.of(function).multiplyAdds()));
  }

  /** The head: 1x1 768 to 128 and 5x5 128 to 768, both normalized, and 768 to 1000 with bias. */
  @Test
  void inceptionWithItsAuxiliaryHeadIsThePublishedOne() {
    long first = 768 * 128 + 2 * 128;
    long second = 128 * 768 * 25 + 2 * 768;
    long dense = 768 * 1000 + 1000;
    Function function = ModelZoo.inceptionV3(1, 299);
    assertEquals(27_161_264, ModelZoo.parameters(function) + first + second + dense);
  }

  /** nanoGPT, scaling_laws/transformer_sizing.ipynb: 291,648,307,200 flops forward at 1024. */
  @Test
  void gpt2AtItsFullLengthIsThePublishedOne() {
    assertEquals(291_648_307_200L, 2 * Cost.of(ModelZoo.gpt2Small(1, 1024)).multiplyAdds());
  }

  /**
   * Publications give this U-Net 54.74 G at 256x256: the tool they use, thop, counts a transposed
   * convolution as if each result element read a whole window, where with stride 2 it reads a
   * quarter, and four operations for each element that is normalized.
   */
  @Test
  void unetCountedAsThopDoesIsThePublishedOne() {
    Function function = ModelZoo.unet(1, 256);
    long sum = Cost.of(function).multiplyAdds();
    for (Instruction instruction : function.body()) {
      if (instruction.op() instanceof TransposedConvolution transposed) {
        sum += 3 * Cost.of(transposed).multiplyAdds();
      } else if (instruction.op() instanceof BatchNorm norm) {
        sum += 4 * norm.x().type().elementCount();
      }
    }
    assertEquals("54.74 G", printedLike("54.74 G", sum));
  }

  /** The batch multiplies work, not parameters. */
  @ParameterizedTest
  @MethodSource("pairs")
  void aLargerBatchHasTheSameParameters(Function one, Function three) {
    assertEquals(ModelZoo.parameters(one), ModelZoo.parameters(three));
    assertEquals(3 * Cost.of(one).multiplyAdds(), Cost.of(three).multiplyAdds());
  }

  static List<List<Function>> batches() {
    return List.of(
        List.of(ModelZoo.mlp(1), ModelZoo.mlp(3)),
        List.of(ModelZoo.lenet5(1), ModelZoo.lenet5(3)),
        List.of(ModelZoo.resnet50(1, 64), ModelZoo.resnet50(3, 64)),
        List.of(ModelZoo.mobilenetV2(1, 64), ModelZoo.mobilenetV2(3, 64)),
        List.of(ModelZoo.vgg16(1, 64), ModelZoo.vgg16(3, 64)),
        List.of(ModelZoo.unet(1, 64), ModelZoo.unet(3, 64)),
        List.of(ModelZoo.densenet121(1, 64), ModelZoo.densenet121(3, 64)),
        List.of(ModelZoo.inceptionV3(1, 99), ModelZoo.inceptionV3(3, 99)),
        List.of(ModelZoo.bertBase(1, 16), ModelZoo.bertBase(3, 16)),
        List.of(ModelZoo.gpt2Small(1, 16), ModelZoo.gpt2Small(3, 16)),
        List.of(ModelZoo.lstm(1), ModelZoo.lstm(3)));
  }

  static List<Object[]> pairs() {
    return batches().stream().map(List::toArray).toList();
  }

  /** Returns the count with as many digits behind the point, and the unit, that the sample has. */
  private static String printedLike(String sample, long count) {
    if (!sample.endsWith(" G")) {
      return Long.toString(count);
    }
    int digits = sample.length() - " G".length() - sample.indexOf('.') - 1;
    return String.format(
        Locale.ROOT, "%." + digits + "f G", new BigDecimal(count).movePointLeft(9));
  }
}
