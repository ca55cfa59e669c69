package dev.miser.passes.fuse;

import dev.miser.ir.func.Instruction;
import dev.miser.ir.op.Value;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** A step in the making: a view, or the instructions that so far share a kernel. */
final class Draft {
  /** When a step runs. */
  enum Phase {
    INIT,
    STEP
  }

  /** Orders the drafts of a phase; a draft's operands all come from earlier positions. */
  private long position;

  private final Phase phase;
  private final boolean view;
  private final TreeMap<Integer, Instruction> members = new TreeMap<>();
  private final Map<Value, Instruction> clones = new LinkedHashMap<>();
  private @Nullable Draft mergedInto;

  private Draft(Phase phase, long position, boolean view) {
    this.phase = phase;
    this.position = position;
    this.view = view;
  }

  static Draft kernel(Phase phase, long position) {
    return new Draft(phase, position, false);
  }

  static Draft view(Phase phase, long position, Instruction instruction) {
    var draft = new Draft(phase, position, true);
    draft.members.put(0, instruction);
    return draft;
  }

  /** Returns the draft that this one has become part of, or this. */
  Draft current() {
    Draft draft = this;
    while (draft.mergedInto != null) {
      draft = draft.mergedInto;
    }
    if (draft != this) {
      mergedInto = draft;
    }
    return draft;
  }

  Phase phase() {
    return phase;
  }

  boolean isView() {
    return view;
  }

  long position() {
    return position;
  }

  void moveTo(long later) {
    position = later;
  }

  /** Adds an instruction that stands at {@code index} in the program. */
  void add(int index, Instruction instruction, Map<Value, Instruction> leaves) {
    members.put(index, instruction);
    leaves.forEach(clones::putIfAbsent);
  }

  /** Takes over everything of {@code other}, which from now on is this. */
  void absorb(Draft other) {
    members.putAll(other.members);
    other.clones.forEach(clones::putIfAbsent);
    other.mergedInto = this;
  }

  /** Returns the instructions in program order, leaves not included. */
  Collection<Instruction> members() {
    return members.values();
  }

  Map<Integer, Instruction> indexed() {
    return members;
  }

  /** Returns the leaves that the kernel does by itself, each after what it reads. */
  Map<Value, Instruction> clones() {
    return clones;
  }

  /** Returns the view's instruction, or a kernel's last one. */
  Instruction last() {
    return members.lastEntry().getValue();
  }

  /** Returns leaves and members as one list in which every value stands before its uses. */
  static List<Instruction> body(
      Map<Value, Instruction> leaves, Collection<Instruction> instructions) {
    var body = new LinkedHashMap<Value, Instruction>();
    leaves.values().forEach(leaf -> addLeaf(leaf, leaves, body));
    instructions.forEach(i -> body.put(i.result(), i));
    return List.copyOf(body.values());
  }

  private static void addLeaf(
      Instruction leaf, Map<Value, Instruction> leaves, Map<Value, Instruction> body) {
    for (Value operand : leaf.operands()) {
      Instruction source = leaves.get(operand);
      if (source != null) {
        addLeaf(source, leaves, body);
      }
    }
    body.putIfAbsent(leaf.result(), leaf);
  }
}
