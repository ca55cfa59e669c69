package dev.miser.ir.eval;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.miser.ir.op.Literal;
import dev.miser.ir.type.ElementType;
import dev.miser.ir.type.TensorType;
import java.lang.foreign.MemorySegment;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Elements to bytes and back. */
class TensorTest {
  @ParameterizedTest
  @EnumSource(ElementType.class)
  void bytesComeBack(ElementType element) {
    TensorType type = TensorType.of(element, 3);
    Tensor tensor =
        switch (element.kind()) {
          case FLOAT -> Tensor.ofDoubles(type, -0.0, 1.5, Double.NEGATIVE_INFINITY);
          case SIGNED -> Tensor.ofLongs(type, -128, 127, 0);
          case UNSIGNED -> Tensor.ofLongs(type, 255, 0, 128);
          case BOOLEAN -> Tensor.ofLongs(type, 1, 0, 1);
        };
    MemorySegment bytes = MemorySegment.ofArray(new byte[(int) type.byteCount()]);
    tensor.writeTo(bytes);
    assertEquals(tensor, Tensor.read(type, bytes));
    assertEquals(tensor, Tensor.of(tensor.toLiteral()));
  }

  @Test
  void bytesAreLittleEndian() {
    byte[] bytes = new byte[4];
    Tensor.ofLongs(TensorType.of(ElementType.I32, 1), 0x01020304)
        .writeTo(MemorySegment.ofArray(bytes));
    assertArrayEquals(new byte[] {4, 3, 2, 1}, bytes);
  }

  @Test
  void splatsAreSpreadOut() {
    TensorType type = TensorType.of(ElementType.F16, 2, 2);
    assertArrayEquals(
        new double[] {1.5, 1.5, 1.5, 1.5}, Tensor.of(Literal.splat(type, 1.5)).doubles());
    assertArrayEquals(
        new double[0], Tensor.of(Literal.splat(TensorType.of(ElementType.F32, 0), 1.5)).doubles());
  }

  @Test
  void roundsOnlyWhatIsNotExact() {
    TensorType f32 = TensorType.of(ElementType.F32, 2);
    Tensor exact = Tensor.ofDoubles(f32, 0.5, -0.0);
    assertSame(exact, exact.rounded());
    assertEquals(Tensor.ofDoubles(f32, 0.5, 0.1f), Tensor.ofDoubles(f32, 0.5, 0.1).rounded());
    Tensor wide = Tensor.ofDoubles(TensorType.of(ElementType.F64, 1), 0.1);
    assertSame(wide, wide.rounded());
  }

  @Test
  void refusesElementsOfAnotherCountOrKind() {
    TensorType f32 = TensorType.of(ElementType.F32, 2);
    assertThrows(IllegalArgumentException.class, () -> Tensor.ofDoubles(f32, 1));
    assertThrows(IllegalArgumentException.class, () -> Tensor.ofLongs(f32, 1, 2));
    assertThrows(IllegalStateException.class, Tensor.ofDoubles(f32, 1, 2)::longs);
  }
}
