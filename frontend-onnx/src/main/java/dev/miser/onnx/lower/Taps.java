package dev.miser.onnx.lower;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The elements that make up those of a resized axis: element i is the sum over taps t of the
 * element at {@code place(t, i)} times {@code weight(t, i)}.
 */
final class Taps {
  private final int size;
  private final int[][] places;
  private final double[][] weights;

  /** Taps of an axis of so many elements, all without weight. */
  Taps(int count, int size) {
    this.size = size;
    this.places = new int[count][size];
    this.weights = new double[count][size];
  }

  /** Returns how many elements make up one. */
  int count() {
    return places.length;
  }

  /** Returns how many elements the resized axis has. */
  int size() {
    return size;
  }

  int place(int tap, int i) {
    return places[tap][i];
  }

  double weight(int tap, int i) {
    return weights[tap][i];
  }

  void set(int tap, int i, int place, double weight) {
    places[tap][i] = place;
    weights[tap][i] = weight;
  }

  /** Makes the weights of one element add up to 1. */
  void normalize(int i) {
    double sum = 0;
    for (double[] each : weights) {
      sum += each[i];
    }
    for (int t = 0; t < weights.length && sum != 0; t++) {
      weights[t][i] /= sum;
    }
  }

  /** Returns whether a tap adds nothing to any element. */
  boolean isIdle(int tap) {
    return Arrays.stream(weights[tap]).allMatch(weight -> weight == 0);
  }

  List<Long> places(int tap) {
    var all = new ArrayList<Long>();
    for (int place : places[tap]) {
      all.add((long) place);
    }
    return all;
  }

  double[] weights(int tap) {
    return weights[tap].clone();
  }
}
