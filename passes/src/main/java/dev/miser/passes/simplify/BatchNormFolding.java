package dev.miser.passes.simplify;

import dev.miser.ir.func.Function;
import dev.miser.ir.func.Instruction;
import dev.miser.ir.op.BatchNorm;
import dev.miser.ir.op.Binary;
import dev.miser.ir.op.Broadcast;
import dev.miser.ir.op.Constant;
import dev.miser.ir.op.Contraction;
import dev.miser.ir.op.Convolution;
import dev.miser.ir.op.Dot;
import dev.miser.ir.op.Literal;
import dev.miser.ir.op.Op;
import dev.miser.ir.op.TransposedConvolution;
import dev.miser.ir.op.Unary;
import dev.miser.ir.op.Value;
import dev.miser.passes.Pass;
import dev.miser.passes.PassContext;
import dev.miser.passes.Rewriter;
import dev.miser.passes.analysis.Uses;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Takes batch normalization with known statistics into the weights before it: {@code norm(x w + b)
 * = x (w s) + (bias - (mean - b) s)} with {@code s = scale / sqrt(variance + epsilon)}. What is new
 * depends on parameters alone, so init computes it. Where no product comes before, what remains is
 * a product and a sum for each element. Results differ by rounding.
 */
public record BatchNormFolding() implements Pass<Function> {
  public static final BatchNormFolding DEFAULT = new BatchNormFolding();

  enum Stat {
    /** Taken into the weights of a contraction. */
    FOLDED,
    /** Turned into a product and a sum. */
    EXPANDED
  }

  /** A contraction that takes in what follows: where its weights have their output channels. */
  private record Producer(
      Instruction contraction,
      Value weights,
      int channelAxis,
      @Nullable Value bias,
      List<Value> gone) {}

  @Override
  public Function run(Function function, PassContext context) {
    Map<Value, Producer> producers = producers(function, context.get(Uses.OF, function));
    Set<Value> gone = new HashSet<>();
    producers.values().forEach(producer -> gone.addAll(producer.gone()));
    var rewriter = new Rewriter(function);
    var early = new EarlyValues(function);
    for (Instruction instruction : function.body()) {
      early.add(instruction);
      Producer producer = producers.get(instruction.result());
      if (instruction.op() instanceof BatchNorm norm && isFoldable(norm, early)) {
        if (producer == null) {
          context.count(Stat.EXPANDED);
          expand(instruction, norm, rewriter);
        } else {
          context.count(Stat.FOLDED);
          fold(instruction, norm, producer, rewriter);
        }
      } else if (!gone.contains(instruction.result())) {
        rewriter.keep(instruction);
      }
    }
    return rewriter.finish();
  }

  private static boolean isFoldable(BatchNorm norm, EarlyValues early) {
    // Sixteen bits are too few for scaled weights: there the normalization stays as it is.
    return norm.x().type().element().bytes() >= 4
        && early.containsAll(norm.scale(), norm.bias(), norm.mean(), norm.variance());
  }

  /** Returns the contraction that can take in each normalization, by the latter's result. */
  private static Map<Value, Producer> producers(Function function, Uses uses) {
    var definitions = new HashMap<Value, Instruction>();
    var early = new EarlyValues(function);
    var producers = new HashMap<Value, Producer>();
    for (Instruction instruction : function.body()) {
      early.add(instruction);
      definitions.put(instruction.result(), instruction);
      if (instruction.op() instanceof BatchNorm norm && isFoldable(norm, early)) {
        Producer producer = producer(norm.x(), definitions, early, uses);
        if (producer != null) {
          producers.put(instruction.result(), producer);
        }
      }
    }
    return producers;
  }

  private static @Nullable Producer producer(
      Value x, Map<Value, Instruction> definitions, EarlyValues early, Uses uses) {
    Instruction definition = definitions.get(x);
    if (definition == null || !uses.isSingle(x)) {
      return null;
    }
    if (definition.op() instanceof Binary(var kind, var lhs, var rhs) && kind == Binary.Kind.ADD) {
      Value bias = channelBias(definitions.get(rhs), early);
      Value sum = bias == null ? rhs : lhs;
      bias = bias == null ? channelBias(definitions.get(lhs), early) : bias;
      Instruction inner = definitions.get(sum);
      return bias == null || inner == null || !uses.isSingle(sum)
          ? null
          : producer(inner, bias, List.of(x, sum), early, uses);
    }
    return producer(definition, null, List.of(x), early, uses);
  }

  /** Returns the value that is repeated along all axes but the channels, or null. */
  private static @Nullable Value channelBias(@Nullable Instruction definition, EarlyValues early) {
    return definition != null
            && definition.op() instanceof Broadcast(var bias, var shape, var dims)
            && dims.equals(List.of(1))
            && bias.type().dim(0) == shape.dim(1)
            && early.contains(bias)
        ? bias
        : null;
  }

  private static @Nullable Producer producer(
      Instruction definition,
      @Nullable Value bias,
      List<Value> gone,
      EarlyValues early,
      Uses uses) {
    if (!(definition.op() instanceof Contraction contraction)) {
      return null;
    }
    Value weights =
        switch (contraction) {
          case Dot dot -> dot.rhs();
          case Convolution convolution -> convolution.weights();
          case TransposedConvolution convolution -> convolution.weights();
        };
    int channelAxis =
        switch (contraction) {
          case Dot dot -> dot.lhs().type().rank() != 2 ? -1 : dot.transposeRhs() ? 0 : 1;
          case Convolution _ -> 0;
          case TransposedConvolution convolution -> convolution.groups() == 1 ? 1 : -1;
        };
    // Weights that others read too would be held twice.
    return channelAxis >= 0 && early.contains(weights) && uses.isSingle(weights)
        ? new Producer(definition, weights, channelAxis, bias, gone)
        : null;
  }

  private static void fold(
      Instruction instruction, BatchNorm norm, Producer producer, Rewriter rewriter) {
    Value factor = factor(instruction, norm, rewriter);
    Value weights = producer.weights();
    Value spread =
        rewriter.insert(
            instruction,
            "weights.factor",
            new Broadcast(factor, weights.type().shape(), List.of(producer.channelAxis())));
    Value scaled =
        rewriter.insert(instruction, "weights", new Binary(Binary.Kind.MULTIPLY, weights, spread));
    Value mean = norm.mean();
    if (producer.bias() != null) {
      var centred = new Binary(Binary.Kind.SUBTRACT, mean, producer.bias());
      mean = rewriter.insert(instruction, "mean", centred);
    }
    Value bias = bias(instruction, norm, mean, factor, rewriter);
    Instruction contraction = producer.contraction();
    rewriter.keep(contraction.withOp(over((Contraction) contraction.op(), scaled)));
    rewriter.keep(instruction.withOp(new Binary(Binary.Kind.ADD, contraction.result(), bias)));
  }

  private static void expand(Instruction instruction, BatchNorm norm, Rewriter rewriter) {
    Value factor = factor(instruction, norm, rewriter);
    Value bias = bias(instruction, norm, norm.mean(), factor, rewriter);
    Value spread = rewriter.insert(instruction, "spread", alongChannels(factor, norm));
    Value product =
        rewriter.insert(instruction, "scaled", new Binary(Binary.Kind.MULTIPLY, norm.x(), spread));
    rewriter.keep(instruction.withOp(new Binary(Binary.Kind.ADD, product, bias)));
  }

  /** Returns scale / sqrt(variance + epsilon), a value a channel. */
  private static Value factor(Instruction instruction, BatchNorm norm, Rewriter rewriter) {
    Literal literal = Literal.splat(norm.variance().type(), norm.epsilon());
    Value epsilon = rewriter.insert(instruction, "epsilon", new Constant(literal));
    Op sum = new Binary(Binary.Kind.ADD, norm.variance(), epsilon);
    Value variance = rewriter.insert(instruction, "variance", sum);
    Value deviation =
        rewriter.insert(instruction, "deviation", new Unary(Unary.Kind.SQRT, variance));
    return rewriter.insert(
        instruction, "factor", new Binary(Binary.Kind.DIVIDE, norm.scale(), deviation));
  }

  /** Returns bias - mean * factor, repeated for each element. */
  private static Value bias(
      Instruction instruction, BatchNorm norm, Value mean, Value factor, Rewriter rewriter) {
    Value shift =
        rewriter.insert(instruction, "shift", new Binary(Binary.Kind.MULTIPLY, mean, factor));
    Value bias =
        rewriter.insert(instruction, "bias", new Binary(Binary.Kind.SUBTRACT, norm.bias(), shift));
    return rewriter.insert(instruction, "bias.spread", alongChannels(bias, norm));
  }

  private static Broadcast alongChannels(Value value, BatchNorm norm) {
    return new Broadcast(value, norm.x().type().shape(), List.of(1));
  }

  private static Op over(Contraction contraction, Value weights) {
    return contraction.withOperands(List.of(contraction.operands().getFirst(), weights));
  }
}
