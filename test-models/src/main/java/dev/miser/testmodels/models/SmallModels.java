package dev.miser.testmodels.models;

import dev.miser.ir.func.Function;
import java.util.List;
import java.util.stream.Stream;

/**
 * Architectures of other kinds than those of the zoo, cut down until the reference evaluator takes
 * less than a second: they ask of a compiler what the large models do not.
 */
public final class SmallModels {
  private SmallModels() {}

  /** Returns all of them; their names differ. */
  public static List<Function> all() {
    return Stream.of(SmallImages.all(), SmallSequences.all(), SmallTables.all())
        .flatMap(List::stream)
        .toList();
  }
}
