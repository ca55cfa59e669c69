package dev.miser.testmodels;

import dev.miser.ir.func.Function;
import dev.miser.ir.func.Parameter;
import dev.miser.ir.func.Printer;
import dev.miser.passes.analysis.Cost;
import dev.miser.passes.analysis.ParameterCount;
import dev.miser.testmodels.models.Bert;
import dev.miser.testmodels.models.DenseNet121;
import dev.miser.testmodels.models.Digits;
import dev.miser.testmodels.models.Gpt2;
import dev.miser.testmodels.models.InceptionV3;
import dev.miser.testmodels.models.Lstm;
import dev.miser.testmodels.models.MobileNetV2;
import dev.miser.testmodels.models.ResNet;
import dev.miser.testmodels.models.UNet;
import dev.miser.testmodels.models.Vgg16;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Supplier;

/** The models of {@code test-models/models} and what writes them there. */
public final class ModelZoo {
  /** A model at its published size: the name of its file, what it is, and whose variant. */
  public record Model(String name, String title, String source, Supplier<Function> builder) {
    public Function build() {
      return builder.get();
    }

    /** Returns the text of the model's file: comments that say what it is, then the program. */
    public String text() {
      Function function = build();
      return String.format(
          Locale.ROOT,
          "// %s.\n// Variant: %s.\n// %,d parameters, %,d multiply-adds.\n\n%s",
          title,
          source,
          parameters(function),
          Cost.of(function).multiplyAdds(),
          Printer.print(function));
    }
  }

  private static final List<Model> MODELS =
      List.of(
          new Model(
              "mlp",
              "Perceptron 784-512-512-10 for handwritten digits",
              "NeuralNetwork of the PyTorch quickstart tutorial",
              () -> mlp(1)),
          new Model(
              "lenet5",
              "LeNet-5 for handwritten digits, 28x28",
              "Dive into Deep Learning, section 7.6",
              () -> lenet5(1)),
          new Model(
              "resnet50",
              "ResNet-50 for images of 224x224",
              "torchvision resnet50, evaluation",
              () -> resnet50(1, 224)),
          new Model(
              "mobilenet_v2",
              "MobileNet v2 for images of 224x224",
              "torchvision mobilenet_v2, evaluation",
              () -> mobilenetV2(1, 224)),
          new Model(
              "vgg16",
              "VGG-16 for images of 224x224",
              "torchvision vgg16 (without batch normalization), evaluation",
              () -> vgg16(1, 224)),
          new Model(
              "unet",
              "U-Net, padded, for images of 256x256",
              "UNet(n_channels=3, n_classes=2) of milesial/Pytorch-UNet, evaluation",
              () -> unet(1, 256)),
          new Model(
              "densenet121",
              "DenseNet-121 for images of 224x224",
              "torchvision densenet121, evaluation",
              () -> densenet121(1, 224)),
          new Model(
              "inception_v3",
              "Inception v3 for images of 299x299",
              "torchvision inception_v3, evaluation, without its auxiliary classifier",
              () -> inceptionV3(1, 299)),
          new Model(
              "bert_base",
              "BERT base encoder, 128 tokens",
              "BertModel(bert-base-uncased, add_pooling_layer=False) of HuggingFace transformers",
              () -> bertBase(1, 128)),
          new Model(
              "gpt2_small",
              "GPT-2 small with its tied head, 128 tokens",
              "GPT2LMHeadModel(gpt2) of HuggingFace transformers",
              () -> gpt2Small(1, 128)),
          new Model(
              "gpt2_small_headless",
              "GPT-2 small without a head, 128 tokens",
              "GPT2Model(gpt2) of HuggingFace transformers",
              () -> gpt2SmallHeadless(1, 128)),
          new Model(
              "lstm",
              "LSTM of 2 layers of 512, 64 steps, unrolled",
              "torch.nn.LSTM(512, 512, num_layers=2)",
              () -> lstm(1)));

  private ModelZoo() {}

  public static List<Model> models() {
    return MODELS;
  }

  public static List<String> names() {
    return MODELS.stream().map(Model::name).toList();
  }

  public static Optional<Model> find(String name) {
    return MODELS.stream().filter(model -> model.name().equals(name)).findFirst();
  }

  /** Counts the trained parameters, running statistics not among them, as is published. */
  public static long parameters(Function function) {
    return ParameterCount.of(function, ModelZoo::isTrained).elements();
  }

  private static boolean isTrained(Parameter parameter) {
    String name = parameter.value().name();
    return !name.endsWith(".running_mean") && !name.endsWith(".running_var");
  }

  // The same networks at other sizes, for tests. Images are square.

  public static Function mlp(long batch) {
    return Digits.mlp(batch);
  }

  public static Function lenet5(long batch) {
    return Digits.lenet5(batch);
  }

  public static Function resnet50(long batch, long size) {
    return ResNet.build(ResNet.Variant.RESNET50, batch, size);
  }

  public static Function mobilenetV2(long batch, long size) {
    return MobileNetV2.build(batch, size);
  }

  /** The size is a multiple of 32. */
  public static Function vgg16(long batch, long size) {
    return Vgg16.build(batch, size);
  }

  /** The size is a multiple of 16. */
  public static Function unet(long batch, long size) {
    return UNet.build(batch, size);
  }

  public static Function densenet121(long batch, long size) {
    return DenseNet121.build(batch, size);
  }

  /** The size is at least 75. */
  public static Function inceptionV3(long batch, long size) {
    return InceptionV3.build(batch, size);
  }

  public static Function bertBase(long batch, long length) {
    return Bert.build(Bert.Size.BASE, batch, length);
  }

  public static Function gpt2Small(long batch, long length) {
    return Gpt2.build(Gpt2.Size.SMALL, batch, length);
  }

  public static Function gpt2SmallHeadless(long batch, long length) {
    return Gpt2.buildHeadless(Gpt2.Size.SMALL, batch, length);
  }

  public static Function lstm(long batch) {
    return Lstm.build(Lstm.Size.STANDARD, batch);
  }

  /** Writes all models into the folder given, else into that of the checkout it is started in. */
  public static void main(String[] arguments) throws IOException {
    Path folder =
        Files.createDirectories(
            Path.of(arguments.length > 0 ? arguments[0] : "test-models/models"));
    for (Model model : MODELS) {
      Files.writeString(folder.resolve(model.name() + ".mir"), model.text());
    }
  }
}
