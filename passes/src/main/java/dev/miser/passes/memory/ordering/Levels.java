package dev.miser.passes.memory.ordering;

import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;

/** States waiting to be looked at: those of the smallest peak first, of these the latest first. */
final class Levels {
  private static final class Stack {
    private int[] states = new int[16];
    private int size;
  }

  private final TreeMap<Long, Stack> stacks = new TreeMap<>();

  void push(long level, int state) {
    Stack stack = stacks.computeIfAbsent(level, l -> new Stack());
    if (stack.size == stack.states.length) {
      stack.states = Arrays.copyOf(stack.states, 2 * stack.size);
    }
    stack.states[stack.size++] = state;
  }

  /** Takes a state; -1 if there is none. */
  int pop() {
    Map.Entry<Long, Stack> first = stacks.firstEntry();
    if (first == null) {
      return -1;
    }
    Stack stack = first.getValue();
    int state = stack.states[--stack.size];
    if (stack.size == 0) {
      stacks.remove(first.getKey());
    }
    return state;
  }
}
