package dev.miser.codegen;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.miser.ir.eval.Tensor;
import dev.miser.ir.func.FunctionBuilder;
import dev.miser.ir.op.Binary;
import dev.miser.ir.op.Broadcast;
import dev.miser.ir.op.Convolution;
import dev.miser.ir.op.Dot;
import dev.miser.ir.op.Unary;
import dev.miser.ir.op.Value;
import dev.miser.ir.plan.Target;
import dev.miser.ir.type.ElementType;
import dev.miser.ir.type.TensorType;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/**
 * The JVM's profiling compiler takes every emitted kernel method: one that is too large for it may
 * stay in a lower tier for ever, where each vector is an object and a kernel a hundred times
 * slower.
 */
class CompilerTierTest {
  private static final List<Integer> WIDTHS = List.of(256, 512);

  @Test
  void profilingCompilerTakesEveryKernel() throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--add-modules=jdk.incubator.vector",
                "--enable-native-access=ALL-UNNAMED",
                "-XX:CompileCommand=BackgroundCompilation,dev.miser.emitted.*::*,false",
                "-XX:TieredStopAtLevel=3",
                "-XX:+PrintCompilation",
                "-cp",
                System.getProperty("java.class.path"),
                Child.class.getName())
            .redirectErrorStream(true)
            .start();
    String output;
    try (var stream = process.getInputStream()) {
      output = new String(stream.readAllBytes(), StandardCharsets.UTF_8);
    }
    assertTrue(process.waitFor(1, TimeUnit.MINUTES));
    assertEquals(0, process.exitValue(), () -> output.lines().limit(50).toList().toString());
    List<String> skipped =
        output
            .lines()
            .filter(l -> l.contains("dev.miser.emitted") && l.contains("COMPILE SKIPPED"))
            .toList();
    assertEquals(List.of(), skipped);
    for (int bits : WIDTHS) {
      Target target = Target.of(bits, 1);
      var tile =
          Pattern.compile(
              " 3 +dev\\.miser\\.emitted\\.\\S+::tile"
                  + target.tileRows()
                  + "By"
                  + target.tileVectors());
      assertTrue(tile.matcher(output).find(), () -> "not compiled: " + tile);
    }
  }

  /** Runs products and convolutions in a JVM of their own, each often enough to be compiled. */
  static final class Child {
    private Child() {}

    public static void main(String[] arguments) {
      var builder = new FunctionBuilder("f");
      TensorType image = TensorType.of(ElementType.F32, 1, 1, 5, 40);
      Value x = builder.input("x", image);
      Value w = builder.input("w", TensorType.of(ElementType.F32, 35, 1, 3, 3));
      Value bias = builder.input("bias", TensorType.of(ElementType.F32, 35));
      List<Long> ones = List.of(1L, 1L);
      Value y = builder.add("y", new Convolution(x, w, ones, ones, ones, ones, 1));
      Value b = builder.add("b", new Broadcast(bias, y.type().shape(), List.of(1)));
      Value sum = builder.add("sum", new Binary(Binary.Kind.ADD, y, b));
      builder.returns(builder.add("z", new Unary(Unary.Kind.SIGMOID, sum)));
      var product = new FunctionBuilder("g");
      Value lhs = product.input("x", TensorType.of(ElementType.F32, 30, 5));
      Value rhs = product.input("w", TensorType.of(ElementType.F32, 5, 80));
      product.returns(product.add("y", new Dot(lhs, rhs, false, false)));
      for (int bits : WIDTHS) {
        Target target = Target.of(bits, 1);
        run(builder, target);
        run(product, target);
      }
    }

    private static void run(FunctionBuilder function, Target target) {
      Map<String, Tensor> inputs = new HashMap<>();
      function
          .build()
          .parameters()
          .forEach(p ->
              inputs.put(
                  p.value().name(),
                  Tensor.ofDoubles(
                      p.value().type(), new double[(int) p.value().type().elementCount()])));
      KernelRun.repeat(
          KernelRun.plan(KernelRun.schedule(function.build(), target, "")), inputs, 250);
    }
  }
}
