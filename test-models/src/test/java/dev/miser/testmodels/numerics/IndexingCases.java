package dev.miser.testmodels.numerics;

import dev.miser.ir.op.Combine;
import dev.miser.ir.op.Gather;
import dev.miser.ir.op.GatherAlong;
import dev.miser.ir.op.GatherNd;
import dev.miser.ir.op.Scatter;
import dev.miser.ir.op.ScatterAlong;
import dev.miser.ir.op.Value;
import java.util.List;

/** Gathers and scatters. */
final class IndexingCases {
  private IndexingCases() {}

  static List<Value> build(Composer c, Recorded r) {
    Value indices = c.input("indices");
    return List.of(
        c.add(
            switch (r.op()) {
              case "embedding" -> new Gather(c.input("table"), indices, 0, false);
              case "index_select" -> new Gather(c.input("x"), indices, r.axis(), false);
              case "gather_nd" -> new GatherNd(c.input("x"), indices, 0, false);
              case "gather_along_axis" -> new GatherAlong(c.input("x"), indices, r.axis(), false);
              case "scatter_add" -> along(c, r, Combine.ADD);
              case "scatter" -> along(c, r, Combine.SET);
              case "index_add" ->
                  new Scatter(
                      c.input("x"), indices, c.input("updates"), r.axis(), Combine.ADD, false);
              default -> throw new IllegalArgumentException(r.op());
            }));
  }

  private static ScatterAlong along(Composer c, Recorded r, Combine combine) {
    return new ScatterAlong(
        c.input("x"), c.input("indices"), c.input("updates"), r.axis(), combine, false);
  }
}
