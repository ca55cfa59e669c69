package dev.miser.codegen.rows;

import static dev.miser.codegen.vector.Primitive.ADD;
import static dev.miser.codegen.vector.Primitive.DIVIDE;
import static dev.miser.codegen.vector.Primitive.FMA;
import static dev.miser.codegen.vector.Primitive.MULTIPLY;
import static dev.miser.codegen.vector.Primitive.SQRT;
import static dev.miser.codegen.vector.Primitive.SUBTRACT;

import dev.miser.codegen.vector.Expressions;
import dev.miser.codegen.vector.Functions;
import dev.miser.codegen.vector.Lane;
import dev.miser.codegen.vector.Lanes;
import dev.miser.ir.op.BatchNorm;
import dev.miser.ir.op.Binary;
import dev.miser.ir.op.Elementwise;
import dev.miser.ir.op.GroupNorm;
import dev.miser.ir.op.LayerNorm;
import dev.miser.ir.op.LocalResponseNorm;
import dev.miser.ir.op.Normalization;
import dev.miser.ir.op.RmsNorm;
import dev.miser.ir.op.Softmax;
import dev.miser.ir.op.Unary;
import dev.miser.ir.op.Value;
import dev.miser.ir.plan.Group;
import dev.miser.ir.plan.Target;
import dev.miser.ir.type.ElementType;
import dev.miser.ir.type.TensorType;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A normalization as passes: statistics of all elements that share them, then the results. */
final class NormNest {
  private final NormStreams streams;
  private final ElementType sums;
  private final List<Pass> passes = new ArrayList<>();
  private final Nest nest;

  private NormNest(Group group, Target target) {
    this.streams = new NormStreams(group, target);
    this.sums = streams.sums();
    Normalization op = streams.op();
    switch (op) {
      case Softmax softmax -> softmax(softmax);
      case LayerNorm norm -> {
        statistics(norm.epsilon());
        affine(norm.scale(), norm.bias());
      }
      case GroupNorm norm -> {
        statistics(norm.epsilon());
        affine(norm.scale(), norm.bias());
      }
      case RmsNorm norm -> rootMeanSquare(norm);
      case BatchNorm norm -> given(norm);
      case LocalResponseNorm norm -> localResponse(norm);
    }
    long before = op instanceof LocalResponseNorm norm ? norm.size() / 2 : 0;
    this.nest = Nest.of(streams.space(), passes, before);
  }

  static NormNest of(Group group, Target target) {
    return new NormNest(group, target);
  }

  Nest nest() {
    return nest;
  }

  /** Returns the operations for each element. */
  double flops() {
    return switch (streams.op()) {
      case Softmax softmax -> 20;
      case LayerNorm norm -> 7;
      case GroupNorm norm -> 7;
      case RmsNorm norm -> 4;
      case BatchNorm norm -> 3;
      case LocalResponseNorm norm -> 2 * norm.size() + 8;
    };
  }

  /**
   * Returns whether the output, written element by element where the input is read, is written when
   * no later pass reads the input.
   */
  boolean mayOverwrite(Value output, Value input) {
    return switch (streams.op()) {
      case LocalResponseNorm norm -> false; // neighbours read it later
      case BatchNorm norm -> true;
      case Softmax softmax ->
          streams.isEarly(output)
              ? !streams.readsLater(input)
              : !output.equals(streams.buffer()) || !streams.readsLast(input);
      case LayerNorm norm -> !streams.isEarly(output) || !streams.readsLater(input);
      case GroupNorm norm -> !streams.isEarly(output) || !streams.readsLater(input);
      case RmsNorm norm -> !streams.isEarly(output) || !streams.readsLater(input);
    };
  }

  private Lane constant(Lanes lanes, double value) {
    return lanes.constant(sums, value);
  }

  /** Computes one value for each result from accumulated ones. */
  private void result(String name, List<Stream> of, Stream to, boolean vectors, Statistic code) {
    passes.add(
        new Pass(
            name,
            of,
            List.of(to),
            vectors ? sums : null,
            Pass.Over.RESULTS,
            null,
            sums,
            0,
            (lanes, read) ->
                Pass.Written.of(
                    code.write(lanes, of.stream().map(s -> NormStreams.lane(read, s)).toList()))));
  }

  private interface Statistic {
    Lane write(Lanes lanes, List<Lane> of);
  }

  private void softmax(Softmax op) {
    boolean logarithm = op.kind() == Softmax.Kind.LOG_SOFTMAX;
    boolean f32 = sums == ElementType.F32;
    Stream max = Stream.own(0, sums);
    Stream sum = Stream.own(1, sums);
    Stream factor = Stream.own(2, sums);
    Value bufferValue = streams.buffer();
    Stream buffer = bufferValue == null ? null : streams.output(bufferValue);
    passes.add(streams.first("largest", Combine.MAX, 0, List.of(), (lanes, read, x) -> x));
    passes.add(
        streams.next(
            "exponentials",
            1,
            List.of(max),
            buffer,
            f32,
            (lanes, read, x) -> exp(lanes, above(lanes, read, x, max))));
    result(
        "factor",
        List.of(sum),
        factor,
        f32 || !logarithm,
        (lanes, of) ->
            logarithm
                ? function(lanes, Unary.Kind.LOG, of.getFirst())
                : lanes.apply(DIVIDE, constant(lanes, 1), of.getFirst()));
    if (buffer != null) {
      passes.add(
          streams.last(
              "scale",
              List.of(buffer, factor),
              List.of(),
              (lanes, read, x) ->
                  lanes.apply(
                      MULTIPLY, NormStreams.lane(read, buffer), NormStreams.lane(read, factor))));
    } else {
      Elementwise exp = new Unary(Unary.Kind.EXP, new Value("any", TensorType.of(sums)));
      passes.add(
          streams.last(
              "scale",
              List.of(max, factor),
              logarithm ? List.of() : List.of(exp),
              (lanes, read, x) -> {
                Lane above = above(lanes, read, x, max);
                Lane by = NormStreams.lane(read, factor);
                return logarithm
                    ? lanes.apply(SUBTRACT, above, by)
                    : lanes.apply(MULTIPLY, exp(lanes, above), by);
              }));
    }
  }

  private static Lane above(Lanes lanes, Map<String, Lane> read, Lane x, Stream max) {
    return lanes.apply(SUBTRACT, x, NormStreams.lane(read, max));
  }

  private static Lane exp(Lanes lanes, Lane x) {
    return x.type() == ElementType.F32
        ? Functions.expOfNegativeOrZero(lanes, x)
        : function(lanes, Unary.Kind.EXP, x);
  }

  private static Lane function(Lanes lanes, Unary.Kind kind, Lane x) {
    Value any = new Value("any", TensorType.of(x.type()));
    return Expressions.write(lanes, new Unary(kind, any), List.of(x));
  }

  private Lane inverseRoot(Lanes lanes, Lane squares, double count, double epsilon) {
    Lane variance = lanes.apply(DIVIDE, squares, constant(lanes, count));
    Lane more = lanes.apply(ADD, variance, constant(lanes, epsilon));
    return lanes.apply(DIVIDE, constant(lanes, 1), lanes.apply(SQRT, more));
  }

  /** Mean into slot 2 and 1 / sqrt(variance + epsilon) into slot 3, in two passes. */
  private void statistics(double epsilon) {
    double count = streams.count();
    Stream sum = Stream.own(0, sums);
    Stream squares = Stream.own(1, sums);
    Stream mean = Stream.own(2, sums);
    Stream inverse = Stream.own(3, sums);
    passes.add(streams.first("sum", Combine.SUM, 0, List.of(), (lanes, read, x) -> x));
    result(
        "mean",
        List.of(sum),
        mean,
        true,
        (lanes, of) -> lanes.apply(DIVIDE, of.getFirst(), constant(lanes, count)));
    passes.add(
        streams.next(
            "deviations",
            1,
            List.of(mean),
            null,
            true,
            (lanes, read, x) -> {
              Lane off = lanes.apply(SUBTRACT, x, NormStreams.lane(read, mean));
              return lanes.apply(MULTIPLY, off, off);
            }));
    result(
        "inverse_root",
        List.of(squares),
        inverse,
        true,
        (lanes, of) -> inverseRoot(lanes, of.getFirst(), count, epsilon));
  }

  /** (x - mean) * inverse * scale + bias. */
  private void affine(Value scale, @Nullable Value bias) {
    Stream mean = Stream.own(2, sums);
    Stream inverse = Stream.own(3, sums);
    var reads = new ArrayList<>(List.of(mean, inverse));
    reads.addAll(streams.parameters());
    passes.add(
        streams.last(
            "normalize",
            reads,
            List.of(),
            (lanes, read, x) -> {
              Lane off = lanes.apply(SUBTRACT, x, NormStreams.lane(read, mean));
              Lane normal = lanes.apply(MULTIPLY, off, NormStreams.lane(read, inverse));
              Lane factor = streams.parameter(scale, lanes, read);
              return bias == null
                  ? lanes.apply(MULTIPLY, normal, factor)
                  : lanes.apply(FMA, normal, factor, streams.parameter(bias, lanes, read));
            }));
  }

  private void rootMeanSquare(RmsNorm op) {
    Stream squares = Stream.own(0, sums);
    Stream inverse = Stream.own(1, sums);
    passes.add(
        streams.first(
            "squares", Combine.SUM, 0, List.of(), (lanes, read, x) -> lanes.apply(MULTIPLY, x, x)));
    result(
        "inverse_root",
        List.of(squares),
        inverse,
        true,
        (lanes, of) -> inverseRoot(lanes, of.getFirst(), streams.count(), op.epsilon()));
    var reads = new ArrayList<>(List.of(inverse));
    reads.addAll(streams.parameters());
    passes.add(
        streams.last(
            "normalize",
            reads,
            List.of(),
            (lanes, read, x) -> {
              Lane normal = lanes.apply(MULTIPLY, x, NormStreams.lane(read, inverse));
              return lanes.apply(MULTIPLY, normal, streams.parameter(op.scale(), lanes, read));
            }));
  }

  private void given(BatchNorm op) {
    passes.add(
        streams.only(
            "normalize",
            streams.parameters(),
            List.of(),
            (lanes, read, x) -> {
              Lane variance = streams.parameter(op.variance(), lanes, read);
              Lane more = lanes.apply(ADD, variance, constant(lanes, op.epsilon()));
              Lane scale = streams.parameter(op.scale(), lanes, read);
              Lane factor = lanes.apply(DIVIDE, scale, lanes.apply(SQRT, more));
              Lane off = lanes.apply(SUBTRACT, x, streams.parameter(op.mean(), lanes, read));
              return lanes.apply(FMA, off, factor, streams.parameter(op.bias(), lanes, read));
            }));
  }

  private void localResponse(LocalResponseNorm op) {
    Stream squares = Stream.own(0, sums);
    passes.add(streams.window("squares", (lanes, read, x) -> lanes.apply(MULTIPLY, x, x)));
    boolean roots = op.beta() == 0.75 || op.beta() == 0.5;
    Value any = new Value("any", TensorType.of(sums));
    Elementwise power = new Binary(Binary.Kind.POWER, any, any);
    passes.add(
        streams.only(
            "normalize",
            List.of(squares),
            roots ? List.of() : List.of(power),
            (lanes, read, x) -> {
              Lane factor = constant(lanes, op.alpha() / op.size());
              Lane base =
                  lanes.apply(
                      FMA, NormStreams.lane(read, squares), factor, constant(lanes, op.bias()));
              Lane root = lanes.apply(SQRT, base);
              Lane by =
                  !roots
                      ? Expressions.write(lanes, power, List.of(base, constant(lanes, op.beta())))
                      : op.beta() == 0.5
                          ? root
                          : lanes.apply(MULTIPLY, root, lanes.apply(SQRT, root));
              return lanes.apply(DIVIDE, x, by);
            }));
  }
}
