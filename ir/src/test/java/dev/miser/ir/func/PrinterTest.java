package dev.miser.ir.func;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.miser.ir.op.Binary;
import dev.miser.ir.op.Broadcast;
import dev.miser.ir.op.Convolution;
import dev.miser.ir.op.Dot;
import dev.miser.ir.op.Unary;
import dev.miser.ir.type.ElementType;
import dev.miser.ir.type.Shape;
import dev.miser.ir.type.TensorType;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Prints what users would have written: defaults are left out, names are kept. */
class PrinterTest {
  @Test
  void printsAPerceptron() {
    var b = new FunctionBuilder("mlp");
    var x = b.input("x", TensorType.of(ElementType.F32, 32, 784));
    var w = b.param("w1", TensorType.of(ElementType.F32, 784, 256), new Initialiser.FanIn());
    var bias = b.param("b 1", TensorType.of(ElementType.F32, 256), null);
    var h = b.add("h", new Dot(x, w, false, false));
    var wide = b.add("h", new Broadcast(bias, Shape.of(32, 256), List.of(1)));
    var s = b.add("s", new Binary(Binary.Kind.ADD, h, wide));
    b.returns(b.add("r", new Unary(Unary.Kind.RELU, s)));
    assertEquals(
        """
        func @mlp(
            %x: f32[32,784],
            param %w1: f32[784,256] = normal(fan_in),
            param %"b 1": f32[256]) -> f32[32,256] {
          %h = dot %x, %w1 : f32[32,256]
          %h.1 = broadcast %"b 1" {shape = [32, 256], dims = [1]} : f32[32,256]
          %s = add %h, %h.1 : f32[32,256]
          %r = relu %s : f32[32,256]
          return %r
        }
        """,
        b.build().toString());
  }

  @Test
  void leavesOutDefaultsFilledFromTheRank() {
    var b = new FunctionBuilder("f");
    var x = b.input("x", TensorType.of(ElementType.F32, 1, 3, 8, 8));
    var w = b.input("w", TensorType.of(ElementType.F32, 4, 3, 3, 3));
    var op = new Convolution(x, w, List.of(1L, 1L), List.of(1L, 1L), List.of(1L, 1L), List.of(), 1);
    b.returns(b.add("y", op));
    assertEquals(
        "%y = convolution %x, %w {low = [1, 1], high = [1, 1]} : f32[1,4,8,8]",
        Printer.print(b.build().body().getFirst()));
  }
}
