package dev.miser.ir.op;

import dev.miser.ir.diag.Code;
import dev.miser.ir.type.ElementType;
import dev.miser.ir.type.TensorType;

/**
 * Reads the bits of each element as an element of another type of the same width; bool has the bits
 * of 0 and 1, and nothing becomes bool, which has no other bits.
 *
 * <p>Whatever is no NaN keeps its bits exactly. A NaN stands for all NaNs of its type: what becomes
 * a NaN is some NaN, and what is made of one has the bits of some NaN. Processors and formats of
 * different width do not carry each of them along.
 */
public record Bitcast(Value x, ElementType to) implements Elementwise {
  @Override
  public TensorType inferType() {
    ElementType from = x.type().element();
    Require.that(
        from.bytes() == to.bytes(), Code.BITCAST_WIDTH, from, from.bytes(), to, to.bytes());
    Require.value("to", to, !to.isBoolean(), "a number type");
    return x.type().withElement(to);
  }
}
