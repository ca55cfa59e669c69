package dev.miser.codegen.rows;

import com.palantir.javapoet.CodeBlock;
import dev.miser.codegen.KernelContext;
import dev.miser.codegen.MethodDraft;
import dev.miser.codegen.MethodReference;
import dev.miser.codegen.vector.Lane;
import dev.miser.codegen.vector.LaneNames;
import dev.miser.codegen.vector.ScalarLanes;
import dev.miser.ir.type.ElementType;
import java.util.ArrayList;
import java.util.List;

/** Writes what happens to accumulators before and after a pass. */
final class Accumulators {
  private static final Space LINE = new Space(List.of(Space.Axis.of(1, Space.Role.KEPT)));

  private Accumulators() {}

  /** Returns the method (sums, from, n) that writes what changes nothing. */
  static MethodReference fill(KernelContext context, ElementType type, Combine combine) {
    boolean vectors = type == ElementType.F32 || type == ElementType.F64;
    Stream sums = Stream.own(0, type).withStrides(List.of(1L));
    var pass =
        new Pass(
            "fill",
            List.of(),
            List.of(sums),
            vectors ? type : null,
            Pass.Over.ELEMENTS,
            null,
            type,
            0,
            (lanes, read) -> Pass.Written.of(combine.identity(lanes, type)));
    return RowWriter.write(context, LINE, pass);
  }

  /** Returns the method (sums) that combines sixteen lanes into the first, by halves. */
  static MethodReference combine(KernelContext context, ElementType type, Combine combine) {
    var lanes = new ScalarLanes(new LaneNames(List.of("sums")));
    var values = new ArrayList<Lane>();
    for (int k = 0; k < RowWriter.LANES; k++) {
      values.add(lanes.load(type, CodeBlock.of("sums + $L", k * type.bytes())));
    }
    for (int half = RowWriter.LANES / 2; half > 0; half /= 2) {
      for (int k = 0; k < half; k++) {
        values.set(k, combine.write(lanes, values.get(k), values.get(k + half)));
      }
    }
    lanes.store(values.getFirst(), CodeBlock.of("sums"));
    CodeBlock body = lanes.takeBody();
    return context
        .methods()
        .share(
            MethodDraft.ofVoid(
                "combine",
                "",
                MethodDraft.longs(List.of("sums")),
                CodeBlock.builder().add(lanes.preamble()).add(body).build()));
  }
}
