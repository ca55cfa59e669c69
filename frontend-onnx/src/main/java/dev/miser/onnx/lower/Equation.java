package dev.miser.onnx.lower;

import dev.miser.onnx.graph.NodeFailure;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.TreeMap;

/**
 * What a text such as {@code ij,jk->ik} says: the letter of each axis of each input, and of the
 * output. The axes that three dots stand for are numbers below 0, the last one -1.
 */
record Equation(List<List<Integer>> inputs, List<Integer> output) {
  /** No letter: stands where the dots do. */
  private static final int DOTS = 0;

  Equation {
    inputs = List.copyOf(inputs);
    output = List.copyOf(output);
  }

  /** Reads a text for operands of these ranks. */
  static Equation of(String text, List<Integer> ranks) {
    String[] sides = text.replace(" ", "").split("->", -1);
    String[] terms = sides[0].split(",", -1);
    if (sides.length > 2 || terms.length != ranks.size()) {
      throw new NodeFailure(
          "equation is '%s', expected %d terms and at most one arrow", text, ranks.size());
    }
    var inputs = new ArrayList<List<Integer>>();
    int mostDots = 0;
    for (int i = 0; i < terms.length; i++) {
      List<Integer> letters = letters(terms[i], text);
      boolean hasDots = letters.contains(DOTS);
      int dots = ranks.get(i) - letters.size() + (hasDots ? 1 : 0);
      if (dots < 0 || (dots > 0 && !hasDots)) {
        throw new NodeFailure(
            "term %d of equation '%s' does not fit an operand with %d axes", i, text, ranks.get(i));
      }
      inputs.add(expanded(letters, dots));
      mostDots = Math.max(mostDots, dots);
    }
    List<Integer> output =
        sides.length == 2
            ? expanded(letters(sides[1], text), mostDots)
            : expanded(implicit(inputs), mostDots);
    requireKnown(text, inputs, output);
    return new Equation(inputs, output);
  }

  private static List<Integer> letters(String term, String text) {
    var letters = new ArrayList<Integer>();
    for (int i = 0; i < term.length(); i++) {
      char c = term.charAt(i);
      if (term.startsWith("...", i) && !letters.contains(DOTS)) {
        letters.add(DOTS);
        i += 2;
      } else if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z')) {
        letters.add((int) c);
      } else {
        throw new NodeFailure("equation is '%s', expected letters and '...' in its terms", text);
      }
    }
    return letters;
  }

  private static List<Integer> expanded(List<Integer> letters, int dots) {
    var expanded = new ArrayList<Integer>();
    for (int letter : letters) {
      if (letter == DOTS) {
        for (int i = dots; i > 0; i--) {
          expanded.add(-i);
        }
      } else {
        expanded.add(letter);
      }
    }
    return expanded;
  }

  /** What the dots stand for comes first, then what appears once, in alphabetical order. */
  private static List<Integer> implicit(List<List<Integer>> inputs) {
    var counts = new TreeMap<Integer, Integer>();
    inputs.forEach(letters -> letters.forEach(letter -> counts.merge(letter, 1, Integer::sum)));
    var output = new ArrayList<>(List.of(DOTS));
    counts.forEach((letter, count) -> {
      if (letter > 0 && count == 1) {
        output.add(letter);
      }
    });
    return output;
  }

  private static void requireKnown(String text, List<List<Integer>> inputs, List<Integer> output) {
    var known = new HashSet<Integer>();
    inputs.forEach(known::addAll);
    if (new HashSet<>(output).size() != output.size() || !known.containsAll(output)) {
      throw new NodeFailure(
          "equation is '%s', expected an output of letters of the inputs, each once", text);
    }
  }
}
