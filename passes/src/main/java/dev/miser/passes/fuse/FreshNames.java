package dev.miser.passes.fuse;

import dev.miser.ir.func.Function;
import java.util.HashSet;
import java.util.Set;

/** The names a program has taken, so that new values get others. */
final class FreshNames {
  private final Set<String> taken = new HashSet<>();

  FreshNames(Function function) {
    function.parameters().forEach(p -> taken.add(p.value().name()));
    function.body().forEach(i -> taken.add(i.result().name()));
  }

  /** Returns {@code wanted} or, if that is taken, {@code wanted} with a number behind it. */
  String fresh(String wanted) {
    String candidate = wanted;
    for (int i = 1; !taken.add(candidate); i++) {
      candidate = wanted + "." + i;
    }
    return candidate;
  }
}
