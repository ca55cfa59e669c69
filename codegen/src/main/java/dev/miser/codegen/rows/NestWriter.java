package dev.miser.codegen.rows;

import com.palantir.javapoet.CodeBlock;
import com.palantir.javapoet.ParameterSpec;
import dev.miser.codegen.EmittedKernel;
import dev.miser.codegen.KernelContext;
import dev.miser.codegen.MethodDraft;
import dev.miser.codegen.MethodReference;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Writes the method that runs a tile: for some of the kept coordinates, pass after pass over all
 * that is reduced into them.
 */
final class NestWriter {
  /** A row is accumulated in pieces of so many elements, which keeps sums accurate. */
  private static final long PIECE = 4096;

  private final KernelContext context;
  private final Nest nest;
  private final Map<Stream, String> parameters = new LinkedHashMap<>();
  private final List<EmittedKernel.Argument> arguments = new ArrayList<>();
  private final CodeBlock.Builder body = CodeBlock.builder();

  private NestWriter(KernelContext context, Nest nest) {
    this.context = context;
    this.nest = nest;
  }

  static EmittedKernel write(KernelContext context, Nest nest) {
    return new NestWriter(context, nest).write();
  }

  private Space space() {
    return nest.space();
  }

  private EmittedKernel write() {
    for (Pass pass : nest.passes()) {
      for (Stream stream : RowWriter.parameters(pass)) {
        EmittedKernel.Argument start = stream.start();
        if (start != null && parameters.putIfAbsent(stream, stream.name()) == null) {
          arguments.add(start);
        }
      }
    }
    var names = new ArrayList<>(parameters.values());
    boolean works = nest.workspaceBytes() > 0;
    if (works) {
      names.add("workspace");
      arguments.add(new EmittedKernel.Workspace());
      body.addStatement("long own = workspace + worker * $LL", nest.workspaceBytes());
    }
    long rows = nest.rows();
    long rowsPerTile = nest.rowsPerTile();
    body.addStatement("long first = tile * $LL", rowsPerTile);
    body.addStatement("long last = $T.min($LL, first + $LL)", Math.class, rows, rowsPerTile);
    body.beginControlFlow("for (long r = first; r < last; r++)");
    coordinates();
    for (Pass pass : nest.passes()) {
      pass(pass);
    }
    body.endControlFlow();
    var all = new ArrayList<ParameterSpec>();
    all.add(MethodDraft.ofInt("tile"));
    all.add(MethodDraft.ofInt("worker"));
    all.addAll(MethodDraft.longs(names));
    MethodReference method =
        context
            .methods()
            .share(MethodDraft.ofVoid(context.name(), context.comment(), all, body.build()));
    int tiles = Math.toIntExact((rows + rowsPerTile - 1) / rowsPerTile);
    return new EmittedKernel(method, arguments, tiles, "");
  }

  /** Finds the kept coordinates of a row, its columns, and where every stream stands. */
  private void coordinates() {
    List<Space.Axis> axes = space().axes();
    body.addStatement("long rest = r");
    if (!space().reducesRows() && nest.strips() > 1) {
      body.addStatement("long from = rest % $LL * $LL", nest.strips(), nest.strip());
      body.addStatement("rest /= $LL", nest.strips());
      body.addStatement(
          "long n = $T.min($LL, from + $LL)", Math.class, space().inner().size(), nest.strip());
    }
    var kept = new ArrayList<Integer>();
    for (int axis = 0; axis < axes.size() - 1; axis++) {
      if (axes.get(axis).role() == Space.Role.KEPT) {
        kept.add(axis);
      }
    }
    for (int k = kept.size() - 1; k >= 0; k--) {
      int axis = kept.get(k);
      if (k == 0) {
        body.addStatement("long c$L = rest", axis);
      } else {
        body.addStatement("long c$L = rest % $LL", axis, axes.get(axis).size());
        body.addStatement("rest /= $LL", axes.get(axis).size());
      }
    }
    parameters.forEach((stream, name) -> {
      var place = CodeBlock.builder().add("$N", name);
      for (int axis : kept) {
        long step = stream.strides().get(axis) * stream.unit();
        if (step != 0) {
          place.add(" + c$L * $LL", axis, step);
        }
      }
      body.addStatement("long $N = $L", name + "At", place.build());
    });
  }

  private CodeBlock from() {
    return space().reducesRows() || nest.strips() == 1 ? CodeBlock.of("0L") : CodeBlock.of("from");
  }

  private CodeBlock to() {
    return space().reducesRows() || nest.strips() == 1
        ? CodeBlock.of("$LL", space().inner().size())
        : CodeBlock.of("n");
  }

  private void pass(Pass pass) {
    if (pass.combine() != null) {
      body.addStatement(
          Accumulators.fill(context, pass.accumulator(), pass.combine())
              .call(
                  List.of(
                      own(pass.slot(), pass.accumulator().bytes()),
                      from(),
                      space().reducesRows() ? CodeBlock.of("$LL", RowWriter.LANES) : to())));
    }
    MethodReference method = RowWriter.write(context, space(), pass);
    var reduced = new ArrayList<Integer>();
    boolean elements = pass.over() == Pass.Over.ELEMENTS;
    for (int axis = 0; elements && axis < space().axes().size() - 1; axis++) {
      if (space().axes().get(axis).role() == Space.Role.REDUCED) {
        reduced.add(axis);
        loop(axis);
      }
    }
    call(pass, method, reduced, elements);
    reduced.forEach(axis -> body.endControlFlow());
    if (pass.combine() != null && space().reducesRows()) {
      body.addStatement(
          Accumulators.combine(context, pass.accumulator(), pass.combine())
              .call(List.of(own(pass.slot(), 0))));
    }
  }

  private void loop(int axis) {
    long size = space().axes().get(axis).size();
    if (space().axes().get(axis).alone()) {
      String center = "c" + (axis - 1);
      body.addStatement("long low = $T.max(0L, $LL - $N)", Math.class, nest.before(), center);
      body.addStatement(
          "long high = $T.min($LL, $LL - $N)",
          Math.class,
          size,
          nest.before() + space().axes().get(axis - 1).size(),
          center);
      body.beginControlFlow("for (long d$L = low; d$L < high; d$L++)", axis, axis, axis);
    } else {
      body.beginControlFlow("for (long d$L = 0; d$L < $LL; d$L++)", axis, axis, size, axis);
    }
  }

  private void call(Pass pass, MethodReference method, List<Integer> reduced, boolean elements) {
    var call = new ArrayList<CodeBlock>();
    for (Stream stream : RowWriter.parameters(pass)) {
      call.add(
          stream.isOwn()
              ? own(stream.slot(), space().reducesRows() ? 0 : stream.unit())
              : position(stream, reduced));
    }
    if (pass.combine() != null) {
      call.add(own(pass.slot(), space().reducesRows() ? 0 : pass.accumulator().bytes()));
    }
    long size = space().inner().size();
    boolean rows = space().reducesRows();
    if (rows && elements && pass.combine() != null && size > PIECE) {
      body.beginControlFlow("for (long f = 0; f < $LL; f += $LL)", size, PIECE);
      call.add(CodeBlock.of("f"));
      call.add(CodeBlock.of("$T.min($LL, f + $LL)", Math.class, size, PIECE));
      body.addStatement(method.call(call));
      body.endControlFlow();
    } else {
      call.add(from());
      call.add(rows && !elements ? CodeBlock.of("1L") : to());
      body.addStatement(method.call(call));
    }
  }

  private CodeBlock position(Stream stream, List<Integer> reduced) {
    var place = CodeBlock.builder().add("$N", stream.name() + "At");
    for (int axis : reduced) {
      long step = stream.strides().get(axis) * stream.unit();
      if (step != 0) {
        place.add(" + d$L * $LL", axis, step);
      }
    }
    return place.build();
  }

  /** The place of a slot of the worker's workspace, such that element {@code from} lies first. */
  private CodeBlock own(int slot, long bytes) {
    long offset = slot * nest.slotBytes();
    CodeBlock place = offset == 0 ? CodeBlock.of("own") : CodeBlock.of("own + $LL", offset);
    boolean shifts = !space().reducesRows() && nest.strips() > 1 && bytes > 0;
    return shifts ? CodeBlock.of("$L - from * $L", place, bytes) : place;
  }
}
