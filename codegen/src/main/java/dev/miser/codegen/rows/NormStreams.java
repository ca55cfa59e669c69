package dev.miser.codegen.rows;

import dev.miser.codegen.EmittedKernel;
import dev.miser.codegen.vector.Expressions;
import dev.miser.codegen.vector.Lane;
import dev.miser.codegen.vector.Lanes;
import dev.miser.ir.func.Instruction;
import dev.miser.ir.op.BatchNorm;
import dev.miser.ir.op.Convert;
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
import dev.miser.ir.type.Shape;
import dev.miser.ir.type.TensorType;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a normalization reads and writes, and the passes over it.
 *
 * <p>What is computed before the normalization is computed anew in each pass, unless the operand
 * itself is an output: then later passes read it back.
 */
final class NormStreams {
  /** Writes the code of one element: given the operand's, what accumulates or is the result. */
  interface Code {
    Lane write(Lanes lanes, Map<String, Lane> read, Lane x);
  }

  private final Group group;
  private final Target target;
  private final Normalization op;
  private final Shape shape;
  private final ElementType type;
  private final ElementType sums;
  private final Operands operands;
  private final Operands scales;
  private final Operands shifted;
  private final Set<Value> before;

  NormStreams(Group group, Target target) {
    this.group = group;
    this.target = target;
    this.op = (Normalization) group.requireAnchor().op();
    this.shape = op.x().type().shape();
    this.type = op.x().type().element();
    this.sums = Combine.accumulator(type);
    this.operands = new Operands(group, "in", this::spread);
    this.scales = new Operands(group, "by", this::spreadParameter);
    this.shifted = new Operands(group, "near", this::spreadWindow);
    this.before = RowGroups.results(group.prologue());
  }

  Normalization op() {
    return op;
  }

  /** Returns the type in which everything is computed. */
  ElementType sums() {
    return sums;
  }

  static Lane lane(Map<String, Lane> read, Stream stream) {
    return Objects.requireNonNull(read.get(stream.name()), stream::toString);
  }

  private boolean isReduced(int axis) {
    return switch (op) {
      case Softmax softmax -> axis == softmax.axis();
      case LayerNorm norm -> axis >= shape.rank() - norm.scale().type().rank();
      case RmsNorm norm -> axis >= shape.rank() - norm.scale().type().rank();
      case GroupNorm norm -> axis >= 1;
      case BatchNorm norm -> false;
      case LocalResponseNorm norm -> false;
    };
  }

  /** Returns the axes of x, with those that an operation adds. */
  Space space() {
    var axes = new ArrayList<Space.Axis>();
    for (int axis = 0; axis < shape.rank(); axis++) {
      Space.Role role = isReduced(axis) ? Space.Role.REDUCED : Space.Role.KEPT;
      long size = shape.dim(axis);
      if (axis == 1 && op instanceof GroupNorm norm) {
        axes.add(Space.Axis.of(norm.groups(), Space.Role.KEPT));
        axes.add(Space.Axis.of(size / norm.groups(), Space.Role.REDUCED));
      } else if (axis == 1 && op instanceof LocalResponseNorm norm) {
        axes.add(new Space.Axis(size, Space.Role.KEPT, true));
        axes.add(new Space.Axis(norm.size(), Space.Role.REDUCED, true));
      } else {
        axes.add(Space.Axis.of(size, role));
      }
    }
    if (op instanceof LocalResponseNorm) {
      axes.add(new Space.Axis(1, Space.Role.KEPT, shape.elementCount(2, shape.rank()) == 1));
    }
    return new Space(axes);
  }

  /** Returns how many elements share statistics. */
  double count() {
    return space().reducedCount();
  }

  /** Makes steps through the space of steps through x. */
  private List<Long> spread(List<Long> strides) {
    var all = new ArrayList<>(strides);
    if (op instanceof GroupNorm norm) {
      all.add(1, strides.get(1) * (shape.dim(1) / norm.groups()));
    }
    if (op instanceof LocalResponseNorm) {
      all.add(2, 0L);
      all.add(0L);
    }
    return all;
  }

  private List<Long> spreadWindow(List<Long> strides) {
    List<Long> all = new ArrayList<>(spread(strides));
    all.set(2, strides.get(1));
    return all;
  }

  /** A parameter has an element a channel, or an element for each that shares statistics. */
  private List<Long> spreadParameter(List<Long> strides) {
    var all = new ArrayList<>(Collections.nCopies(shape.rank(), 0L));
    boolean last = op instanceof LayerNorm || op instanceof RmsNorm;
    int from = last ? shape.rank() - strides.size() : 1;
    for (int axis = 0; axis < strides.size(); axis++) {
      all.set(from + axis, strides.get(axis));
    }
    return spread(all);
  }

  /** Returns the streams of scale, bias, ... */
  List<Stream> parameters() {
    List<Value> all = op.operands();
    return scales.streams(new LinkedHashSet<>(all.subList(1, all.size())));
  }

  /** Returns the lane of a parameter in the type of sums. */
  Lane parameter(Value parameter, Lanes lanes, Map<String, Lane> read) {
    var values = new HashMap<Value, Lane>();
    scales.bind(List.of(parameter), lanes, read, values);
    return new Lane(sums, RowGroups.lane(values, parameter).code());
  }

  // --- what is read and written when ---

  boolean isEarly(Value output) {
    return before.contains(output);
  }

  private Set<Value> earlyLeaves() {
    Set<Value> leaves = Operands.leaves(group, group.prologue());
    if (group.leaves().containsKey(op.x())) {
      leaves.add(op.x());
    }
    return leaves;
  }

  private Set<Value> lateLeaves() {
    return Operands.leaves(group, group.epilogue());
  }

  private List<Value> outputs(boolean early) {
    return group.outputs().stream().filter(o -> isEarly(o) == early).toList();
  }

  /** Returns whether passes after the first read x from memory, where the first wrote it. */
  private boolean readsBack() {
    return isEarly(op.x()) && group.outputs().contains(op.x());
  }

  private boolean lateUses(boolean wanted) {
    for (Instruction instruction : group.epilogue()) {
      for (Value operand : instruction.operands()) {
        if (before.contains(operand) && operand.equals(op.x()) == wanted) {
          return true;
        }
      }
    }
    return false;
  }

  /** Returns whether the last pass needs what comes before the normalization. */
  private boolean lastNeeds() {
    return buffer() == null || lateUses(true) || lateUses(false);
  }

  private boolean lastRecomputes() {
    return readsBack() ? lateUses(false) : lastNeeds();
  }

  /**
   * Returns the output that holds exponentials between passes, or null: only where it has the type
   * of sums.
   */
  @Nullable Value buffer() {
    if (op instanceof Softmax softmax && softmax.kind() == Softmax.Kind.SOFTMAX) {
      for (Value output : outputs(false)) {
        if (output.type().element() == sums) {
          return output;
        }
      }
    }
    return null;
  }

  /** Returns whether the last pass reads {@code input}. */
  boolean readsLast(Value input) {
    return RowGroups.reads(group, lateLeaves(), input)
        || RowGroups.reads(group, op.operands().subList(1, op.operands().size()), input)
        || (lastRecomputes() && RowGroups.reads(group, earlyLeaves(), input));
  }

  /** Returns whether a pass after the first reads {@code input}. */
  boolean readsLater(Value input) {
    return readsLast(input) || (!readsBack() && RowGroups.reads(group, earlyLeaves(), input));
  }

  // --- streams and passes ---

  Stream output(Value output) {
    ElementType element = output.type().element();
    return Stream.given(
        "out" + group.outputs().indexOf(output),
        element,
        element.bytes(),
        spread(output.type().shape().strides()),
        new EmittedKernel.OffsetOf(output));
  }

  private List<Stream> streams(List<Value> outputs) {
    return outputs.stream().map(this::output).toList();
  }

  private Lane compute(Lanes lanes, Map<String, Lane> read, Map<Value, Lane> values) {
    operands.bind(earlyLeaves(), lanes, read, values);
    Expressions.write(lanes, group.prologue(), values);
    return new Lane(sums, RowGroups.lane(values, op.x()).code());
  }

  private List<Lane> lanes(List<Value> outputs, Map<Value, Lane> values) {
    return outputs.stream().map(o -> RowGroups.lane(values, o)).toList();
  }

  private static Collection<Stream> both(Collection<Stream> some, Collection<Stream> others) {
    var all = new LinkedHashSet<>(some);
    all.addAll(others);
    return all;
  }

  /** Returns the types of lanes that come from no stream: of sums, and of an operand all alike. */
  private List<ElementType> held() {
    return List.of(sums, group.requireAnchor().type().element());
  }

  /** Returns the pass that computes what comes before, and accumulates. */
  Pass first(String name, Combine combine, int slot, List<Stream> more, Code code) {
    List<Stream> reads = new ArrayList<>(operands.streams(earlyLeaves()));
    reads.addAll(more);
    List<Value> early = outputs(true);
    List<Stream> writes = streams(early);
    ElementType master =
        RowGroups.master(group.prologue(), List.of(), both(reads, writes), held(), target);
    return new Pass(
        name,
        reads,
        writes,
        master,
        Pass.Over.ELEMENTS,
        combine,
        sums,
        slot,
        (lanes, read) -> {
          var values = new HashMap<Value, Lane>();
          Lane x = compute(lanes, read, values);
          return new Pass.Written(lanes(early, values), code.write(lanes, read, x));
        });
  }

  /**
   * Returns a pass that sums, after the first.
   *
   * @param buffer where what is summed is also written, or null
   * @param vectors whether its code has vectors
   */
  Pass next(
      String name,
      int slot,
      List<Stream> statistics,
      @Nullable Stream buffer,
      boolean vectors,
      Code code) {
    Stream back = readsBack() ? output(op.x()) : null;
    List<Stream> reads =
        new ArrayList<>(back == null ? operands.streams(earlyLeaves()) : List.of(back));
    reads.addAll(statistics);
    List<Instruction> instructions = back == null ? group.prologue() : List.of();
    ElementType master =
        vectors ? RowGroups.master(instructions, List.of(), reads, held(), target) : null;
    return new Pass(
        name,
        reads,
        buffer == null ? List.of() : List.of(buffer),
        master,
        Pass.Over.ELEMENTS,
        Combine.SUM,
        sums,
        slot,
        (lanes, read) -> {
          Lane x =
              back == null
                  ? compute(lanes, read, new HashMap<>())
                  : new Lane(sums, lane(read, back).code());
          Lane summed = code.write(lanes, read, x);
          return new Pass.Written(buffer == null ? List.of() : List.of(summed), summed);
        });
  }

  /** Returns the pass that writes the results. */
  Pass last(String name, List<Stream> more, List<Elementwise> operations, Code code) {
    Stream back = readsBack() && lastNeeds() && !lastRecomputes() ? output(op.x()) : null;
    return results(name, more, operations, Pass.Over.ELEMENTS, back, lastRecomputes(), code);
  }

  /** Returns the pass that computes what comes before and writes the results. */
  Pass only(String name, List<Stream> more, List<Elementwise> operations, Code code) {
    Pass.Over over = op instanceof LocalResponseNorm ? Pass.Over.RESULTS : Pass.Over.ELEMENTS;
    return results(name, more, operations, over, null, true, code);
  }

  private Pass results(
      String name,
      List<Stream> more,
      List<Elementwise> operations,
      Pass.Over over,
      @Nullable Stream back,
      boolean computes,
      Code code) {
    var reads = new LinkedHashSet<>(more);
    if (computes) {
      reads.addAll(operands.streams(earlyLeaves()));
    }
    if (back != null) {
      reads.add(back);
    }
    reads.addAll(operands.streams(lateLeaves()));
    // A pass that is the only one writes what comes before, too.
    boolean alone = op instanceof BatchNorm || op instanceof LocalResponseNorm;
    List<Value> outputs = alone ? group.outputs() : outputs(false);
    List<Stream> writes = streams(outputs);
    var instructions = new ArrayList<Instruction>(computes ? group.prologue() : List.of());
    instructions.addAll(group.epilogue());
    var round = new Convert(new Value("any", TensorType.of(sums)), type);
    var all = new ArrayList<>(operations);
    if (type != sums) {
      all.add(round);
    }
    ElementType master = RowGroups.master(instructions, all, both(reads, writes), held(), target);
    boolean scalar =
        sums == ElementType.F64 && operations.stream().anyMatch(Unary.class::isInstance);
    return new Pass(
        name,
        List.copyOf(reads),
        writes,
        scalar ? null : master,
        over,
        null,
        sums,
        0,
        (lanes, read) -> {
          var values = new HashMap<Value, Lane>();
          Lane x = new Lane(sums, lanes.constant(sums, 0.0).code());
          if (computes) {
            x = compute(lanes, read, values);
          } else if (back != null) {
            values.put(op.x(), lane(read, back));
            x = new Lane(sums, lane(read, back).code());
          }
          Lane result = code.write(lanes, read, x);
          if (type != sums) {
            result = Expressions.write(lanes, round, List.of(result));
          }
          values.put(group.requireAnchor().result(), result);
          operands.bind(lateLeaves(), lanes, read, values);
          Expressions.write(lanes, group.epilogue(), values);
          return new Pass.Written(lanes(outputs, values), null);
        });
  }

  /** Returns the pass that sums over the window of channels around each. */
  Pass window(String name, Code code) {
    long before = ((LocalResponseNorm) op).size() / 2;
    var reads = new ArrayList<Stream>();
    for (Stream stream : shifted.streams(earlyLeaves())) {
      long back = before * stream.strides().get(2);
      reads.add(stream.startingAt(-back));
    }
    ElementType master = RowGroups.master(group.prologue(), List.of(), reads, held(), target);
    return new Pass(
        name,
        reads,
        List.of(),
        master,
        Pass.Over.ELEMENTS,
        Combine.SUM,
        sums,
        0,
        (lanes, read) -> {
          var values = new HashMap<Value, Lane>();
          shifted.bind(earlyLeaves(), lanes, read, values);
          Expressions.write(lanes, group.prologue(), values);
          Lane x = new Lane(sums, RowGroups.lane(values, op.x()).code());
          return new Pass.Written(List.of(), code.write(lanes, read, x));
        });
  }
}
