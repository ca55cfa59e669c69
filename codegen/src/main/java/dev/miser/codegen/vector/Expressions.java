package dev.miser.codegen.vector;

import dev.miser.ir.func.Instruction;
import dev.miser.ir.op.Binary;
import dev.miser.ir.op.Bitcast;
import dev.miser.ir.op.Compare;
import dev.miser.ir.op.Convert;
import dev.miser.ir.op.Elementwise;
import dev.miser.ir.op.Select;
import dev.miser.ir.op.Unary;
import dev.miser.ir.op.Value;
import dev.miser.ir.plan.Target;
import dev.miser.ir.type.ElementType;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Writes elementwise instructions as straight-line code, for one element or for a vector of them,
 * with the same bits.
 */
public final class Expressions {
  /** The longest straight-line code that one method should hold, in primitives. */
  public static final int MOST_PRIMITIVES = 400;

  private Expressions() {}

  /**
   * Writes the instructions in order.
   *
   * @param values the lanes of everything the instructions read; their results are added
   */
  public static void write(Lanes lanes, List<Instruction> instructions, Map<Value, Lane> values) {
    for (Instruction instruction : instructions) {
      var operands = new ArrayList<Lane>();
      for (Value operand : instruction.operands()) {
        Lane lane = values.get(operand);
        if (lane == null) {
          throw new IllegalStateException("no lane for " + operand + " in " + instruction);
        }
        operands.add(lane);
      }
      values.put(instruction.result(), write(lanes, (Elementwise) instruction.op(), operands));
    }
  }

  /** Writes one elementwise operation. */
  public static Lane write(Lanes lanes, Elementwise op, List<Lane> operands) {
    Lane x = operands.getFirst();
    return switch (op) {
      case Unary unary -> UnaryCode.write(lanes, unary.kind(), x);
      case Binary binary -> BinaryCode.write(lanes, binary.kind(), x, operands.get(1));
      case Compare compare -> BinaryCode.compare(lanes, compare.kind(), x, operands.get(1));
      case Select select -> lanes.apply(Primitive.SELECT, x, operands.get(1), operands.get(2));
      case Convert convert -> ConvertCode.write(lanes, x, convert.to());
      case Bitcast bitcast -> BitcastCode.write(lanes, x, bitcast.to());
    };
  }

  /**
   * Returns the type by whose width these can run in vectors: F32 if all is f32, i32 and bool, F64
   * if all is f64, i64 and bool; null if they cannot.
   *
   * @param instructions elementwise instructions
   * @param memory the element types that are loaded and stored
   */
  public static @Nullable ElementType vectorMaster(
      List<Instruction> instructions, Collection<ElementType> memory, Target target) {
    for (ElementType master : List.of(ElementType.F32, ElementType.F64)) {
      if (memory.stream().allMatch(t -> loads(master, t, target))
          && instructions.stream().allMatch(i -> hasVector(master, i))
          && (memory.contains(master) || memory.contains(integer(master)))) {
        return master;
      }
    }
    return null;
  }

  /**
   * Returns about how many primitives the instructions take. A method of more than about {@value
   * #MOST_PRIMITIVES} with its loads and stores comes near what the JVM compiles well.
   */
  public static int primitives(List<Instruction> instructions) {
    int sum = 0;
    for (Instruction instruction : instructions) {
      sum += instruction.op() instanceof Unary(var kind, var x) ? UnaryCode.primitives(kind) : 2;
    }
    return sum;
  }

  private static ElementType integer(ElementType master) {
    return master == ElementType.F32 ? ElementType.I32 : ElementType.I64;
  }

  private static boolean fits(ElementType master, ElementType type) {
    return type == master || type == integer(master) || type.isBoolean();
  }

  /** The smallest byte vectors have eight lanes: a mask of so many can be loaded and stored. */
  private static boolean loads(ElementType master, ElementType type, Target target) {
    return type.isBoolean()
        ? master == ElementType.F32 && target.floatLanes() >= 8
        : fits(master, type);
  }

  private static boolean hasVector(ElementType master, Instruction instruction) {
    if (!fits(master, instruction.type().element())) {
      return false;
    }
    for (Value operand : instruction.operands()) {
      if (!fits(master, operand.type().element())) {
        return false;
      }
    }
    ElementType of = instruction.operands().getFirst().type().element();
    return switch ((Elementwise) instruction.op()) {
      case Unary unary -> UnaryCode.hasVector(unary.kind(), of);
      case Binary binary -> BinaryCode.hasVector(binary.kind(), of);
      case Compare compare -> true;
      case Select select -> true;
      case Convert convert -> ConvertCode.hasVector(of, convert.to());
      case Bitcast bitcast -> true; // what fits is the float and the integer of one width
    };
  }
}
