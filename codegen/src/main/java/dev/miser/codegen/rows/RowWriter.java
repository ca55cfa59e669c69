package dev.miser.codegen.rows;

import com.palantir.javapoet.CodeBlock;
import dev.miser.codegen.KernelContext;
import dev.miser.codegen.MethodDraft;
import dev.miser.codegen.MethodReference;
import dev.miser.codegen.vector.Lane;
import dev.miser.codegen.vector.LaneNames;
import dev.miser.codegen.vector.Lanes;
import dev.miser.codegen.vector.ScalarLanes;
import dev.miser.codegen.vector.VectorLanes;
import dev.miser.ir.type.ElementType;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Writes the methods of a pass along the innermost axis.
 *
 * <p>Where that axis is reduced, elements accumulate in sixteen virtual lanes at every vector
 * width: lane j takes elements j, j + 16, ... of all whole blocks of sixteen, from the identity on,
 * and is then combined with what the accumulator's lane j holds; what is left of a row goes to the
 * lanes from 0 on, one by one. Where the axis is kept, each element has an accumulator of its own.
 */
final class RowWriter {
  /** Virtual lanes: as many as the widest vectors have of f32. */
  static final int LANES = 16;

  /**
   * What the first compiler tier with profiles takes in one method is 10,000 virtual registers; the
   * part of a method that is not counted here stays below the rest.
   */
  private static final int REGISTERS = 6_500;

  private final KernelContext context;
  private final Space space;
  private final Pass pass;
  private final Map<Stream, String> places = new LinkedHashMap<>();

  private RowWriter(KernelContext context, Space space, Pass pass) {
    this.context = context;
    this.space = space;
    this.pass = pass;
    for (Stream stream : pass.writes()) {
      places.put(stream, "out" + places.size());
    }
    int written = places.size();
    for (Stream stream : pass.reads()) {
      places.putIfAbsent(stream, "in" + (places.size() - written));
    }
  }

  /**
   * Returns the method: its parameters are the writes, the other reads, the accumulator if the pass
   * has one, and the elements from and to.
   */
  static MethodReference write(KernelContext context, Space space, Pass pass) {
    return new RowWriter(context, space, pass).write();
  }

  /** Returns the streams that the method of a pass is given, in order. */
  static List<Stream> parameters(Pass pass) {
    var all = new ArrayList<>(pass.writes());
    pass.reads().stream().filter(s -> !all.contains(s)).forEach(all::add);
    return all;
  }

  private MethodReference write() {
    boolean rows = space.reducesRows();
    ElementType master = rows && pass.over() == Pass.Over.RESULTS ? null : master();
    if (rows && pass.combine() != null) {
      return lanesMethod(master);
    }
    return master == null ? tail(pass.name()) : vectors(master);
  }

  /** Returns the type whose vectors the pass runs in, or null: steps must be 0 or 1. */
  private @Nullable ElementType master() {
    for (Stream stream : places.keySet()) {
      long stride = stream.strides().getLast();
      if (stream.isCounted() || (stride != 1 && (stride != 0 || pass.writes().contains(stream)))) {
        return null;
      }
    }
    return pass.master();
  }

  private List<String> names() {
    var names = new ArrayList<>(places.values());
    if (pass.combine() != null) {
      names.add("sums");
    }
    names.add("from");
    names.add("n");
    return names;
  }

  private Lanes lanes(@Nullable ElementType master) {
    var taken = new ArrayList<>(names());
    taken.addAll(List.of("i", "v", "end"));
    for (int k = 0; k < LANES; k++) {
      taken.add("sum" + k);
    }
    var names = new LaneNames(taken);
    return master == null
        ? new ScalarLanes(names)
        : new VectorLanes(names, context.target(), master);
  }

  private MethodReference share(String name, CodeBlock body) {
    return context.methods().share(MethodDraft.ofVoid(name, "", MethodDraft.longs(names()), body));
  }

  /** Reads, computes and writes at element {@code i + plus}; returns what accumulates. */
  private @Nullable Lane element(Lanes lanes, long plus, Map<String, Lane> uniform) {
    var read = new LinkedHashMap<String, Lane>();
    for (Stream stream : pass.reads()) {
      CodeBlock place = place(stream, plus);
      long stride = stream.strides().getLast();
      read.put(
          stream.name(),
          stream.isCounted()
              ? lanes.define("number", ElementType.I64, place)
              : stride == 0
                  ? uniform.computeIfAbsent(
                      stream.name(), name -> lanes.uniform(stream.type(), place))
                  : lanes.load(stream.type(), place));
    }
    Pass.Written written = pass.code().write(lanes, read);
    // Stores come last: an output may take over the bytes of an input.
    for (int k = 0; k < pass.writes().size(); k++) {
      Stream stream = pass.writes().get(k);
      Lane lane = written.lanes().get(k);
      lanes.store(new Lane(stream.type(), lane.code()), place(stream, plus));
    }
    return written.accumulated();
  }

  private CodeBlock place(Stream stream, long plus) {
    String name = Objects.requireNonNull(places.get(stream));
    return at(name, stream.strides().getLast() * stream.unit(), plus);
  }

  private static CodeBlock at(String name, long step, long plus) {
    if (step == 0) {
      return CodeBlock.of("$N", name);
    }
    CodeBlock index = plus == 0 ? CodeBlock.of("i") : CodeBlock.of("(i + $L)", plus);
    return step == 1
        ? CodeBlock.of("$N + $L", name, index)
        : CodeBlock.of("$N + $L * $L", name, index, step);
  }

  private void accumulate(Lanes lanes, CodeBlock place, Lane value) {
    Lane before = lanes.load(pass.accumulator(), place);
    lanes.store(combine().write(lanes, before, value), place);
  }

  private Combine combine() {
    return Objects.requireNonNull(pass.combine());
  }

  private long sumBytes() {
    return pass.accumulator().bytes();
  }

  /** One element after the other; no lane variables cross elements. */
  private MethodReference tail(String name) {
    Lanes lanes = lanes(null);
    Lane value = element(lanes, 0, new HashMap<>());
    if (pass.combine() != null) {
      CodeBlock slot =
          space.reducesRows()
              ? CodeBlock.of("sums + (i & $L) * $L", LANES - 1, sumBytes())
              : CodeBlock.of("sums + i * $L", sumBytes());
      accumulate(lanes, slot, Objects.requireNonNull(value));
    }
    CodeBlock body = lanes.takeBody();
    return share(
        name,
        CodeBlock.builder()
            .add(lanes.preamble())
            .beginControlFlow("for (long i = from; i < n; i++)")
            .add(body)
            .endControlFlow()
            .build());
  }

  /** Vectors of elements, each of which stands for itself; then the tail. */
  private MethodReference vectors(ElementType master) {
    Lanes lanes = lanes(master);
    Lane value = element(lanes, 0, new HashMap<>());
    if (pass.combine() != null) {
      accumulate(lanes, CodeBlock.of("sums + i * $L", sumBytes()), Objects.requireNonNull(value));
    }
    CodeBlock body = lanes.takeBody();
    return share(
        pass.name(),
        CodeBlock.builder()
            .add(lanes.preamble())
            .addStatement("long i = from")
            .beginControlFlow("for (; i <= n - $L; i += $L)", lanes.count(), lanes.count())
            .add(body)
            .endControlFlow()
            .add(rest("i"))
            .build());
  }

  private CodeBlock rest(String from) {
    var names = new ArrayList<>(names());
    names.set(names.indexOf("from"), from);
    return CodeBlock.builder()
        .beginControlFlow("if ($N < n)", from)
        .addStatement(tail(pass.name() + "_tail").callNames(names))
        .endControlFlow()
        .build();
  }

  /** Blocks of sixteen elements in virtual lanes; then the tail. */
  private MethodReference lanesMethod(@Nullable ElementType master) {
    int together = master == null ? 1 : LANES / lanes(master).count();
    // The largest element is the same in any order: then more blocks at a time hide waiting.
    boolean anyOrder = combine() == Combine.MAX || combine() == Combine.MIN;
    int ahead = anyOrder && master != null ? Math.max(1, 4 / together) : 1;
    CodeBlock blocks = blocks(master, together, ahead);
    while ((together > 1 || ahead > 1) && registers(blocks) > REGISTERS) {
      together = ahead > 1 ? together : together / 2;
      ahead = 1;
      blocks = blocks(master, together, ahead);
    }
    return share(pass.name(), CodeBlock.builder().add(blocks).add(rest("end")).build());
  }

  /** Writes the elements of some blocks, each vector of lanes with a sum of its own. */
  private CodeBlock sums(Lanes lanes, int together, int blocks, Map<String, Lane> uniform) {
    for (int k = 0; k < together * blocks; k++) {
      long at = (long) k / together * LANES + (long) k % together * lanes.count();
      Lane value = Objects.requireNonNull(element(lanes, at, uniform));
      lanes.statement("sum$L = $L", k, combine().write(lanes, sum(k), value).code());
    }
    return lanes.takeBody();
  }

  private Lane sum(int index) {
    return new Lane(pass.accumulator(), CodeBlock.of("sum$L", index));
  }

  /** Writes the loop over blocks: so many vectors of lanes at a time, of so many blocks. */
  private CodeBlock blocks(@Nullable ElementType master, int together, int ahead) {
    Lanes lanes = lanes(master);
    int count = lanes.count();
    boolean several = together * count < LANES;
    var uniform = new HashMap<String, Lane>();
    Lane identity = combine().identity(lanes, pass.accumulator());
    CodeBlock many = ahead > 1 ? sums(lanes, together, ahead, uniform) : CodeBlock.of("");
    CodeBlock body = sums(lanes, together, 1, uniform);
    for (int k = together; k < together * ahead; k++) {
      Lane joined = combine().write(lanes, sum(k % together), sum(k));
      lanes.statement("sum$L = $L", k % together, joined.code());
    }
    for (int k = 0; k < together; k++) {
      CodeBlock slot =
          several
              ? CodeBlock.of("sums + (v + $L) * $L", k * count, sumBytes())
              : CodeBlock.of("sums + $L", sumBytes() * count * k);
      accumulate(lanes, slot, sum(k));
    }
    CodeBlock after = lanes.takeBody();
    var out = CodeBlock.builder().add(lanes.preamble());
    out.addStatement("long end = n - ((n - from) & $L)", LANES - 1);
    if (several) {
      out.beginControlFlow("for (long v = 0; v < $L; v += $L)", LANES, together * count);
    }
    for (int k = 0; k < together * ahead; k++) {
      out.addStatement("$T sum$L = $L", lanes.javaType(pass.accumulator()), k, identity.code());
    }
    out.addStatement(several ? "long i = from + v" : "long i = from");
    if (ahead > 1) {
      out.beginControlFlow("for (; i <= end - $L; i += $L)", ahead * LANES, ahead * LANES);
      out.add(many).endControlFlow();
    }
    out.beginControlFlow("for (; i < end; i += $L)", LANES);
    out.add(body).endControlFlow().add(after);
    if (several) {
      out.endControlFlow();
    }
    return out.build();
  }

  /** Estimates the virtual registers of the compiler's first tier, measured for each access. */
  private static int registers(CodeBlock code) {
    String text = code.toString();
    return 180 * occurrences(text, "fromMemorySegment")
        + 130 * occurrences(text, "intoMemorySegment")
        + 350 * occurrences(text, "SEG.get(")
        + 90 * occurrences(text, ";");
  }

  private static int occurrences(String text, String part) {
    return (text.length() - text.replace(part, "").length()) / part.length();
  }
}
