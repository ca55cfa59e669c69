package dev.miser.onnx.graph;

import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/** The names of a function's values: each is given once. */
final class Names {
  private final Set<String> taken = new HashSet<>();
  private final Set<String> reserved = new HashSet<>();
  private final Map<String, Integer> lastNumbers = new HashMap<>();

  /** Keeps names that the file's author gave from being taken by what is made here. */
  void reserve(Collection<String> authored) {
    reserved.addAll(authored);
  }

  /** Returns a name that its author gave, if nothing else has it. */
  String authored(String wanted) {
    return taken.add(wanted) ? wanted : unique(wanted);
  }

  /** Returns a name that nobody has, with a number behind it if it must be. */
  String unique(String wanted) {
    String candidate = wanted;
    // Unrolled loops ask for the same name again and again: numbers go on where they ended.
    int number = lastNumbers.getOrDefault(wanted, 0);
    while (reserved.contains(candidate) || !taken.add(candidate)) {
      number++;
      candidate = wanted + "." + number;
    }
    lastNumbers.put(wanted, number);
    return candidate;
  }

  /** Gives a name back. */
  void free(String name) {
    taken.remove(name);
  }
}
