package dev.miser.codegen.rows;

import dev.miser.codegen.vector.Expressions;
import dev.miser.codegen.vector.Lane;
import dev.miser.codegen.vector.Primitive;
import dev.miser.ir.func.Instruction;
import dev.miser.ir.op.Convert;
import dev.miser.ir.op.Elementwise;
import dev.miser.ir.op.Reduce;
import dev.miser.ir.op.Value;
import dev.miser.ir.plan.Group;
import dev.miser.ir.plan.Target;
import dev.miser.ir.type.ElementType;
import dev.miser.ir.type.Shape;
import dev.miser.ir.type.TensorType;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;

/** A reduction as two passes: over all elements, and over the results. */
final class ReduceNest {
  private ReduceNest() {}

  static Nest of(Group group, Reduce reduce, Target target) {
    Instruction anchor = group.requireAnchor();
    Value x = reduce.x();
    Shape shape = x.type().shape();
    ElementType sums = Combine.accumulator(x.type().element());
    Combine combine = Combine.of(reduce.kind());
    var streams = new ReduceStreams(group, shape, reduce.axes());

    List<Stream> reads = streams.before().streams(streams.early());
    List<Stream> early = streams.outputs(streams.earlyOutputs());
    var elements =
        new Pass(
            "accumulate",
            reads,
            early,
            RowGroups.master(
                group.prologue(),
                List.of(combine.operation(sums)),
                both(reads, early),
                List.of(sums, x.type().element()),
                target),
            Pass.Over.ELEMENTS,
            combine,
            sums,
            0,
            (lanes, read) -> {
              var values = new HashMap<Value, Lane>();
              streams.before().bind(streams.early(), lanes, read, values);
              Expressions.write(lanes, group.prologue(), values);
              return new Pass.Written(
                  streams.earlyOutputs().stream().map(o -> RowGroups.lane(values, o)).toList(),
                  new Lane(sums, RowGroups.lane(values, x).code()));
            });

    Stream total = Stream.own(0, sums);
    List<Stream> late = streams.outputs(streams.lateOutputs());
    var side = new ArrayList<>(streams.after().streams(streams.late()));
    side.add(total);
    var divide = new ArrayList<Elementwise>();
    ElementType type = anchor.type().element();
    if (type != sums) {
      divide.add(new Convert(new Value("any", TensorType.of(sums)), type));
    }
    var results =
        new Pass(
            "finish",
            side,
            late,
            RowGroups.master(group.epilogue(), divide, both(side, late), List.of(sums), target),
            Pass.Over.RESULTS,
            null,
            sums,
            0,
            (lanes, read) -> {
              var values = new HashMap<Value, Lane>();
              Lane sum = Objects.requireNonNull(read.get(total.name()));
              if (reduce.kind() == Reduce.Kind.REDUCE_MEAN) {
                double count = count(shape, reduce.axes());
                sum = lanes.apply(Primitive.DIVIDE, sum, lanes.constant(sums, count));
              }
              for (Elementwise convert : divide) {
                sum = Expressions.write(lanes, convert, List.of(sum));
              }
              values.put(anchor.result(), sum);
              streams.after().bind(streams.late(), lanes, read, values);
              Expressions.write(lanes, group.epilogue(), values);
              return new Pass.Written(
                  streams.lateOutputs().stream().map(o -> RowGroups.lane(values, o)).toList(),
                  null);
            });
    return Nest.of(streams.space(), List.of(elements, results), 0);
  }

  private static double count(Shape shape, List<Integer> axes) {
    double count = 1;
    for (int axis : axes) {
      count *= shape.dim(axis);
    }
    return count;
  }

  private static Collection<Stream> both(Collection<Stream> some, Collection<Stream> others) {
    var all = new LinkedHashSet<>(some);
    all.addAll(others);
    return all;
  }
}
