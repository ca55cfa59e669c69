package dev.miser.passes.memory.strips;

import dev.miser.ir.diag.Place;
import dev.miser.ir.func.Instruction;
import dev.miser.ir.op.Layout;
import dev.miser.ir.op.Op;
import dev.miser.ir.op.Slice;
import dev.miser.ir.op.Source;
import dev.miser.ir.op.Value;
import dev.miser.ir.plan.Algorithm;
import dev.miser.ir.plan.Buffers;
import dev.miser.ir.plan.Kernel;
import dev.miser.ir.plan.View;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * The kernel that computes a part of another kernel's output, with the same bits.
 *
 * @param views what has to be sliced before it runs
 * @param algorithm how it runs
 * @param parts the part of each value from outside that it reads
 * @param wholes the values from outside that it reads whole
 */
record KernelPart(
    Kernel kernel,
    List<View> views,
    Algorithm algorithm,
    Map<Value, Part> parts,
    Set<Value> wholes) {
  /** What stands for a value that is itself computed in strips: its part, and where that lies. */
  record Strip(Value value, Part part) {}

  Value output() {
    return kernel.outputs().getFirst();
  }

  /** Returns how long it takes, predicted. */
  double seconds() {
    long bytes = output().type().byteCount();
    for (Value value : wholes) {
      bytes += value.type().byteCount();
    }
    for (var entry : parts.entrySet()) {
      if (!wholes.contains(entry.getKey())) {
        bytes += entry.getValue().of(entry.getKey().type()).byteCount();
      }
    }
    return Speed.seconds(algorithm.flops(), bytes);
  }

  /**
   * Returns the kernel for a part of the only output of the kernel at a position, or null if there
   * is none.
   *
   * @param strips what to read in place of some values
   * @param names gives new values their names
   */
  static @Nullable KernelPart of(
      Facts facts, int position, Part part, Map<Value, Strip> strips, UnaryOperator<String> names) {
    Kernel kernel = facts.kernel(position);
    var body = new Body(kernel, strips, names);
    Value output = body.part(kernel.outputs().getFirst(), part);
    if (body.failed) {
      return null;
    }
    String numericClass = facts.algorithm(position).numericClass();
    for (Algorithm algorithm :
        facts.catalog().algorithms(body.body, List.of(output), facts.schedule().target())) {
      if (algorithm.numericClass().equals(numericClass)) {
        var made =
            new Kernel(
                algorithm.name(),
                body.body,
                List.of(output),
                algorithm.workspaceBytes(),
                kernel.place());
        return new KernelPart(made, body.views, algorithm, body.parts, body.wholes);
      }
    }
    return null;
  }

  /** The instructions for a part, made from the output back. */
  private static final class Body implements PartOfOp.Operands {
    private record Wanted(Value value, @Nullable Part part) {}

    private final Map<Value, Instruction> definitions = new HashMap<>();
    private final Map<Value, Strip> strips;
    private final UnaryOperator<String> names;
    private final Map<Wanted, Value> made = new HashMap<>();
    private final List<Instruction> body = new ArrayList<>();
    private final List<View> views = new ArrayList<>();
    private final Map<Value, Part> parts = new LinkedHashMap<>();
    private final Set<Value> wholes = new LinkedHashSet<>();
    private final Place place;
    private boolean failed;

    Body(Kernel kernel, Map<Value, Strip> strips, UnaryOperator<String> names) {
      this.strips = strips;
      this.names = names;
      this.place = kernel.place();
      kernel.body().forEach(i -> definitions.put(i.result(), i));
    }

    @Override
    public Value part(Value value, @Nullable Part wanted) {
      Part part = wanted == null || wanted.isWholeOf(value.type()) ? null : wanted;
      var key = new Wanted(value, part);
      Value known = made.get(key);
      if (known == null) {
        Instruction definition = definitions.get(value);
        known = definition == null ? free(value, part) : defined(definition, part);
        made.put(key, known);
      }
      return known;
    }

    private Value free(Value value, @Nullable Part part) {
      read(value, part);
      Strip strip = strips.get(value);
      if (strip != null) {
        Part kept = strip.part;
        if (part == null || part.axis() != kept.axis()) {
          failed = true;
          return value;
        }
        var inside = new Part(part.axis(), part.from() - kept.from(), part.to() - kept.from());
        return inside.isWholeOf(strip.value.type()) ? strip.value : cut(strip.value, value, inside);
      }
      return part == null ? value : cut(value, value, part);
    }

    private void read(Value value, @Nullable Part part) {
      Part before = parts.get(value);
      if (part == null || (before != null && before.axis() != part.axis())) {
        wholes.add(value);
      } else {
        parts.merge(value, part, Part::hull);
      }
    }

    private Value defined(Instruction definition, @Nullable Part part) {
      Op op = definition.op();
      if (part == null) {
        return add(
            definition,
            definition.result().name(),
            op.withOperands(op.operands().stream().map(o -> part(o, null)).toList()));
      }
      Op cut = PartOfOp.of(op, part, this);
      if (cut != null) {
        return add(definition, definition.result().name(), cut);
      }
      if (op instanceof Source || op instanceof Layout) {
        return cut(part(definition.result(), null), definition.result(), part);
      }
      failed = true;
      return definition.result();
    }

    private Value cut(Value source, Value named, Part part) {
      if (failed) {
        return named;
      }
      Slice slice = slice(source, part);
      var result = new Value(names.apply(named.name()), slice.inferType());
      Instruction definition = definitions.get(named);
      body.add(new Instruction(result, slice, definition == null ? place : definition.place()));
      return result;
    }

    private Value add(Instruction definition, String name, Op op) {
      if (failed) {
        return definition.result();
      }
      var result = new Value(names.apply(name), op.inferType());
      body.add(new Instruction(result, op, definition.place()));
      return result;
    }

    @Override
    public Value view(Value value, @Nullable Part part) {
      if (part == null || part.isWholeOf(value.type())) {
        return part(value, null);
      }
      if (definitions.containsKey(value) || strips.containsKey(value)) {
        failed = true;
        return value;
      }
      var key = new Wanted(value, part);
      Value known = made.get(key);
      if (known == null) {
        read(value, part);
        Slice slice = slice(value, part);
        failed |= !Buffers.isContiguous(slice);
        known = new Value(names.apply(value.name()), slice.inferType());
        views.add(new View(new Instruction(known, slice, place)));
        made.put(key, known);
      }
      return known;
    }

    private static Slice slice(Value source, Part part) {
      int rank = source.type().rank();
      var start = new ArrayList<>(Collections.nCopies(rank, 0L));
      var limit = new ArrayList<>(source.type().shape().dims());
      start.set(part.axis(), part.from());
      limit.set(part.axis(), part.to());
      return new Slice(source, start, limit, List.of());
    }
  }
}
