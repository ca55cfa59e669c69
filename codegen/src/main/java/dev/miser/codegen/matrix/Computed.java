package dev.miser.codegen.matrix;

import com.palantir.javapoet.CodeBlock;
import dev.miser.codegen.MethodReference;
import dev.miser.codegen.vector.Expressions;
import dev.miser.codegen.vector.Lane;
import dev.miser.codegen.vector.Lanes;
import dev.miser.ir.op.Convert;
import dev.miser.ir.op.Value;
import dev.miser.ir.type.ElementType;
import java.util.List;

/** Where a row of an anchor's results comes from, in the code that finishes it. */
public sealed interface Computed {
  /** Returns the names of the long parameters it needs. */
  List<String> parameters();

  /** Returns the element at {@code i}, or the vector that starts there. */
  Lane lane(Lanes lanes);

  /** Returns whether it comes in vectors too. */
  boolean hasVectors();

  /** Elements that lie in memory, next to each other, from {@code x} on. */
  record Stored(ElementType type) implements Computed {
    @Override
    public List<String> parameters() {
      return List.of("x");
    }

    @Override
    public Lane lane(Lanes lanes) {
      return lanes.load(type, CodeBlock.of("x + i * $L", type.bytes()));
    }

    @Override
    public boolean hasVectors() {
      return true;
    }
  }

  /**
   * Elements that a method computes one at a time: it is given the parameters and {@code i}.
   *
   * @param anchor the value whose elements they are
   * @param register the type that the method returns, to be rounded or wrapped to the anchor's
   */
  record Called(MethodReference method, List<String> parameters, Value anchor, ElementType register)
      implements Computed {
    public Called {
      parameters = List.copyOf(parameters);
    }

    @Override
    public Lane lane(Lanes lanes) {
      CodeBlock call = CodeBlock.of("$L", method.callNames(withIndex()));
      Lane lane = lanes.define("x", register, call);
      ElementType type = anchor.type().element();
      var wide = new Value(anchor.name(), anchor.type().withElement(register));
      return type == register
          ? lane
          : Expressions.write(lanes, new Convert(wide, type), List.of(lane));
    }

    private List<String> withIndex() {
      var names = new java.util.ArrayList<>(parameters);
      names.add("i");
      return names;
    }

    @Override
    public boolean hasVectors() {
      return false;
    }
  }
}
