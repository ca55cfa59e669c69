package dev.miser.codegen.vector;

import com.palantir.javapoet.NameAllocator;
import dev.miser.codegen.JavaNames;
import java.util.List;

/** Gives local variables of one method distinct names. */
public final class LaneNames {
  private final NameAllocator allocator = new NameAllocator();
  private final java.util.Map<String, Integer> counts = new java.util.HashMap<>();

  /** Makes names distinct from the method's parameters. */
  public LaneNames(List<String> taken) {
    taken.forEach(allocator::newName);
  }

  /** Returns a fresh name that begins with {@code hint}. */
  public String next(String hint) {
    String stem = JavaNames.lowerCamel(hint);
    int number = counts.merge(stem, 1, Integer::sum);
    return allocator.newName(number == 1 ? stem : stem + number);
  }
}
