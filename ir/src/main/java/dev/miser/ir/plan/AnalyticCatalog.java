package dev.miser.ir.plan;

import dev.miser.ir.func.Instruction;
import dev.miser.ir.op.Attention;
import dev.miser.ir.op.Convolution;
import dev.miser.ir.op.Dot;
import dev.miser.ir.op.Op;
import dev.miser.ir.op.PackPanels;
import dev.miser.ir.op.TransposedConvolution;
import dev.miser.ir.op.UnpackPanels;
import dev.miser.ir.op.Value;
import dev.miser.ir.type.Shape;
import dev.miser.ir.type.TensorType;
import java.util.List;
import java.util.Map;

/**
 * What kernels could do, told from the shape of their bodies alone: one algorithm a family, no
 * workspace. It lets passes be used without code generation.
 */
public record AnalyticCatalog() implements KernelCatalog {
  @Override
  public List<Algorithm> algorithms(List<Instruction> body, List<Value> outputs, Target target) {
    Group group = Group.of(body, outputs);
    if (group == null) {
      return List.of();
    }
    String name = name(group);
    double bytes = 0;
    for (Value value : Kernel.freeValues(body)) {
      bytes += value.type().byteCount();
    }
    for (Value value : outputs) {
      bytes += value.type().byteCount();
    }
    return List.of(new Algorithm(name, name, 0, flops(group), bytes));
  }

  private static String name(Group group) {
    return switch (group.family()) {
      case LOOP -> "loop";
      case REDUCE -> "reduce";
      case DOT -> "gemm";
      case CONV -> isDepthwise(group.requireAnchor().op()) ? "depthwise" : "convolution";
      case POOL -> "pool";
      case NORM -> "norm";
      case ATTENTION -> "attention";
      case MOVE -> "move";
    };
  }

  private static boolean isDepthwise(Op op) {
    return op instanceof Convolution convolution
        && convolution.groups() > 1
        && convolution.groups() == convolution.x().type().dim(1);
  }

  private static double flops(Group group) {
    double elements = group.shape().elementCount();
    double perElement = group.prologue().size() + group.epilogue().size();
    if (group.family() == Group.Family.LOOP) {
      return elements * perElement;
    }
    return elements * perElement
        + switch (group.requireAnchor().op()) {
          case Dot dot -> 2.0 * elements * dot.inner();
          case Convolution convolution -> 2.0 * elements * perOutput(convolution.weights().type());
          case TransposedConvolution convolution ->
              2.0 * convolution.x().type().elementCount() * perOutput(convolution.weights().type());
          case Attention attention ->
              2.0
                  * attention.scores().elementCount()
                  * (attention.query().type().dim(attention.query().type().rank() - 1)
                      + attention.value().type().dim(attention.value().type().rank() - 1));
          // All others do a few operations for each element they read.
          case Op other ->
              other.operands().stream().mapToDouble(o -> o.type().elementCount()).sum();
        };
  }

  /** Returns how many weights meet in one element. */
  private static double perOutput(TensorType weights) {
    return weights.shape().elementCount(1, weights.rank());
  }

  @Override
  public Overlap overwrite(Kernel kernel, Value output, Value input, Target target) {
    Group group = Group.of(kernel);
    if (group.family() != Group.Family.LOOP
        || output.type().byteCount() != input.type().byteCount()
        || output.type().element().bytes() != input.type().element().bytes()) {
      return Overlap.NONE;
    }
    Overlap overlap = Overlap.NONE;
    for (Map.Entry<Value, Access> leaf : group.leaves().entrySet()) {
      if (leaf.getValue().source().equals(input)) {
        if (!leaf.getValue().isWhole()) {
          return Overlap.NONE;
        }
        overlap = Overlap.SAME_PLACE;
      }
    }
    return overlap;
  }

  @Override
  public List<Cut> cuts(Kernel kernel, Target target) {
    Group group = Group.of(kernel);
    Shape shape = group.shape();
    return group.family() == Group.Family.DOT
        ? Cut.anywhereBut(shape, new Cut(shape.rank() - 1, target.tileColumns()))
        : Cut.anywhere(shape);
  }

  @Override
  public List<Packing> packings(Kernel kernel, Target target) {
    Group group = Group.of(kernel);
    if (group.family() != Group.Family.DOT
        || !(group.requireAnchor().op() instanceof Dot dot)
        || !Kernel.freeValues(kernel.body()).contains(dot.rhs())) {
      return List.of();
    }
    Value operand = dot.rhs();
    var pack = new PackPanels(operand, target.tileColumns(), dot.transposeRhs());
    var packed = new Value(operand.name() + ".packed", pack.inferType());
    var unpack = new UnpackPanels(packed, dot.columns(), dot.transposeRhs());
    var unpacked = new Value(operand.name() + ".unpacked", unpack.inferType());
    var place = group.requireAnchor().place();
    return List.of(
        new Packing(
            operand,
            List.of(new Instruction(packed, pack, place)),
            packed,
            List.of(new Instruction(unpacked, unpack, place)),
            unpacked));
  }
}
