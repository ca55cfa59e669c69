package dev.miser.ir.eval;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What one step of a program computed: its results in order, and by name the state it replaces. */
public record Evaluation(List<Tensor> results, Map<String, Tensor> states) {
  public Evaluation {
    results = List.copyOf(results);
    states = Collections.unmodifiableMap(new LinkedHashMap<>(states));
  }
}
