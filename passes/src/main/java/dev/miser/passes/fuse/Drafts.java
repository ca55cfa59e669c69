package dev.miser.passes.fuse;

import dev.miser.ir.func.Function;
import dev.miser.ir.func.Instruction;
import dev.miser.ir.func.StateUpdate;
import dev.miser.ir.op.Value;
import dev.miser.ir.plan.KernelCatalog;
import dev.miser.ir.plan.Target;
import dev.miser.passes.fuse.Draft.Phase;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Sorts the instructions of a function into drafts of steps, in one forward walk over what init
 * does and one over the step.
 *
 * <p>The invariant that keeps groups free of cycles: a draft's position is after the positions of
 * all drafts it reads from. An instruction joins a draft either by moving the draft to the
 * instruction's own position, which is right when nothing outside has read from the draft yet; or
 * by moving itself up into the draft, which is right when its other operands stand before that.
 */
final class Drafts {
  private static final int INDEX_SHIFT = 24;
  private static final long LAST = (1L << INDEX_SHIFT) - 1;

  private final Function function;
  private final Hoist hoist;
  private final Target target;
  private final KernelCatalog catalog;
  private final FuseOptions options;
  private final Set<Value> alone;
  private final Set<Value> results = new LinkedHashSet<>();
  private final Map<Value, Instruction> leaves = new HashMap<>();
  private final Map<Value, Integer> indices = new HashMap<>();
  private final Map<Value, Draft> homes = new HashMap<>();
  private final Map<Value, List<Draft>> readers = new HashMap<>();
  private final List<Draft> all = new ArrayList<>();
  private long sequence = 1;

  private Drafts(
      Function function,
      Hoist hoist,
      Target target,
      KernelCatalog catalog,
      FuseOptions options,
      Set<Value> alone) {
    this.function = function;
    this.hoist = hoist;
    this.target = target;
    this.catalog = catalog;
    this.options = options;
    this.alone = alone;
  }

  /**
   * Returns the drafts of a function.
   *
   * @param alone values whose instructions must not join earlier ones
   */
  static Drafts of(
      Function function,
      Hoist hoist,
      Target target,
      KernelCatalog catalog,
      FuseOptions options,
      Set<Value> alone) {
    var drafts = new Drafts(function, hoist, target, catalog, options, alone);
    drafts.run();
    return drafts;
  }

  /** Returns the drafts of a phase that something needs, in order. */
  List<Draft> live(Phase phase) {
    var live = new HashSet<Draft>();
    for (Phase p : List.of(Phase.STEP, Phase.INIT)) {
      for (Draft draft : ordered(p).reversed()) {
        boolean needed =
            draft.members().stream()
                .anyMatch(i -> results.contains(i.result()) || readBy(i.result(), draft, live));
        if (needed) {
          live.add(draft);
        }
      }
    }
    return ordered(phase).stream().filter(live::contains).toList();
  }

  private boolean readBy(Value value, Draft home, Set<Draft> live) {
    return readers.getOrDefault(value, List.of()).stream()
        .map(Draft::current)
        .anyMatch(r -> r != home && live.contains(r));
  }

  private List<Draft> ordered(Phase phase) {
    return all.stream()
        .filter(d -> d.current() == d && d.phase() == phase)
        .sorted(Comparator.comparingLong(Draft::position))
        .toList();
  }

  /** Returns the values that a draft must write to memory. */
  List<Value> outputs(Draft draft) {
    return draft.members().stream()
        .map(Instruction::result)
        .filter(v -> results.contains(v) || isReadOutside(v, Set.of(draft)))
        .toList();
  }

  /** Returns whether some step defines the value. */
  boolean isMaterialised(Value value) {
    return homes.containsKey(value);
  }

  /** Returns whether the draft is a view that init would make and only the step uses. */
  boolean servesStepOnly(Draft draft) {
    return draft.isView()
        && readers.getOrDefault(draft.last().result(), List.of()).stream()
            .allMatch(r -> r.current().phase() == Phase.STEP);
  }

  private void run() {
    results.addAll(function.results());
    function.updates().stream().map(StateUpdate::next).forEach(results::add);
    List<Instruction> body = function.body();
    for (int i = 0; i < body.size(); i++) {
      if (Leaves.isLeaf(body.get(i))) {
        leaves.put(body.get(i).result(), body.get(i));
        indices.put(body.get(i).result(), i);
      }
    }
    for (Phase phase : Phase.values()) {
      for (int i = 0; i < body.size(); i++) {
        Instruction instruction = body.get(i);
        boolean leaf = leaves.containsKey(instruction.result());
        if (leaf
            ? phase == Phase.STEP && results.contains(instruction.result())
            : phase(instruction.result()) == phase) {
          if (leaf) {
            materialise(instruction.result(), phase, i);
          } else {
            place(instruction, phase, i);
          }
        }
      }
    }
  }

  private Phase phase(Value value) {
    return hoist.fixed().contains(value) && hoist.kept().contains(value) ? Phase.INIT : Phase.STEP;
  }

  private void place(Instruction instruction, Phase phase, int index) {
    Map<Value, Instruction> clones = absorbed(instruction, phase, index);
    Draft home = join(instruction, clones, phase, index);
    if (home == null) {
      home = Draft.kernel(phase, last(index));
      all.add(home);
    }
    enter(home, instruction, clones, index);
  }

  private static long last(int index) {
    return ((long) index << INDEX_SHIFT) | LAST;
  }

  private void enter(
      Draft home, Instruction instruction, Map<Value, Instruction> clones, int index) {
    home.add(index, instruction, clones);
    homes.put(instruction.result(), home);
    for (Value value : Leaves.memoryOperands(instruction, clones)) {
      readers.computeIfAbsent(value, v -> new ArrayList<>()).add(home);
    }
  }

  /** Returns the leaves that a kernel may do for the instruction; makes steps of all others. */
  private Map<Value, Instruction> absorbed(Instruction instruction, Phase phase, int index) {
    var wanted = new LinkedHashMap<Value, Map<Value, Instruction>>();
    for (Value operand : instruction.operands()) {
      if (!wanted.containsKey(operand)) {
        wanted.put(operand, chain(operand));
      }
    }
    Map<Value, Instruction> clones = Leaves.union(wanted.values());
    if (clones.isEmpty() || runs(instruction, clones)) {
      return clones;
    }
    var taken = new ArrayList<Map<Value, Instruction>>();
    for (var entry : wanted.entrySet()) {
      if (!entry.getValue().isEmpty()) {
        taken.add(entry.getValue());
        if (!runs(instruction, Leaves.union(taken))) {
          taken.removeLast();
          materialise(entry.getKey(), phase, index);
        }
      }
    }
    return Leaves.union(taken);
  }

  private boolean runs(Instruction instruction, Map<Value, Instruction> clones) {
    return accepts(Draft.body(clones, List.of(instruction)), List.of(instruction.result()));
  }

  private boolean accepts(List<Instruction> body, List<Value> outputs) {
    return !catalog.algorithms(body, outputs, target).isEmpty();
  }

  /**
   * Returns the leaves from what lies in memory to {@code value}; views of what lies in memory
   * become steps.
   */
  private Map<Value, Instruction> chain(Value value) {
    Instruction leaf = leaves.get(value);
    if (leaf == null || homes.containsKey(value)) {
      return Map.of();
    }
    var chain = new LinkedHashMap<Value, Instruction>();
    leaf.operands().forEach(o -> chain.putAll(chain(o)));
    if (chain.isEmpty() && Leaves.isView(leaf)) {
      view(leaf);
      return Map.of();
    }
    chain.put(value, leaf);
    return chain;
  }

  /** Makes a view right behind the draft that defines its source. */
  private void view(Instruction instruction) {
    Value source = instruction.operands().getFirst();
    Phase phase = hoist.fixed().contains(source) ? Phase.INIT : Phase.STEP;
    Draft home = homes.get(source);
    if (home != null) {
      phase = home.current().phase();
    }
    long after = home == null ? 0 : home.current().position();
    long index = (after >> INDEX_SHIFT) + ((after & LAST) == LAST ? 1 : 0);
    Draft draft = Draft.view(phase, (index << INDEX_SHIFT) | sequence++, instruction);
    all.add(draft);
    homes.put(instruction.result(), draft);
    readers.computeIfAbsent(source, v -> new ArrayList<>()).add(draft);
  }

  /** Makes a step of its own for a leaf that some kernel cannot do by itself. */
  private void materialise(Value value, Phase demanded, int index) {
    Instruction leaf = leaves.get(value);
    if (leaf == null || homes.containsKey(value)) {
      return;
    }
    Map<Value, Instruction> clones =
        Leaves.union(leaf.operands().stream().map(this::chain).toList());
    boolean accepted = !Leaves.isView(leaf) && (clones.isEmpty() || runs(leaf, clones));
    if (!accepted) {
      leaf.operands().forEach(o -> materialise(o, demanded, index));
      clones = Map.of();
    }
    if (Leaves.isView(leaf)) {
      view(leaf);
      return;
    }
    Phase phase = demanded == Phase.INIT ? demanded : phase(value);
    int from = phase == demanded ? index : function.body().size();
    Draft home = Draft.kernel(phase, ((long) from << INDEX_SHIFT) | sequence++);
    all.add(home);
    enter(home, leaf, clones, indices.getOrDefault(value, index));
  }

  private @Nullable Draft join(
      Instruction instruction, Map<Value, Instruction> clones, Phase phase, int index) {
    if (options.grouping() == FuseOptions.Grouping.SINGLE || alone.contains(instruction.result())) {
      return null;
    }
    List<Draft> producers = producers(instruction, phase);
    var merged = new LinkedHashSet<Draft>();
    for (Draft producer : producers) {
      merged.add(producer);
      if (!mayMove(merged) || !fits(merged, instruction, clones)) {
        merged.remove(producer);
      }
    }
    if (!merged.isEmpty()) {
      // Nothing outside reads from them, so they may run when the last of them does; that keeps
      // their operands alive no longer than need be.
      Draft latest = merged.getFirst();
      boolean stays = mayMoveUp(instruction, clones, latest, merged);
      merged.stream().skip(1).forEach(latest::absorb);
      if (!stays) {
        latest.moveTo(last(index));
      }
      return latest;
    }
    for (Draft producer : producers) {
      if (mayMoveUp(instruction, clones, producer, Set.of(producer))
          && fits(Set.of(producer), instruction, clones)) {
        return producer;
      }
    }
    return null;
  }

  /** Returns the kernels of the same phase that an instruction might join, latest first. */
  private List<Draft> producers(Instruction instruction, Phase phase) {
    List<Value> operands = instruction.operands();
    int considered = Leaves.joins(instruction.op());
    return operands.subList(0, Math.min(considered, operands.size())).stream()
        .filter(homes::containsKey)
        .map(o -> Objects.requireNonNull(homes.get(o)).current())
        .filter(d -> !d.isView() && d.phase() == phase)
        .distinct()
        .sorted(Comparator.comparingLong(Draft::position).reversed())
        .toList();
  }

  private boolean mayMove(Set<Draft> drafts) {
    return drafts.stream()
        .flatMap(d -> d.members().stream())
        .noneMatch(i -> isReadOutside(i.result(), drafts));
  }

  /** Returns whether all that the instruction reads from others stands before {@code place}. */
  private boolean mayMoveUp(
      Instruction instruction, Map<Value, Instruction> clones, Draft place, Set<Draft> own) {
    for (Value operand : Leaves.memoryOperands(instruction, clones)) {
      Draft home = homes.get(operand);
      if (home != null
          && !own.contains(home.current())
          && home.current().phase() == place.phase()
          && home.current().position() > place.position()) {
        return false;
      }
    }
    return true;
  }

  private boolean isReadOutside(Value value, Set<Draft> drafts) {
    for (Draft reader : readers.getOrDefault(value, List.of())) {
      if (!drafts.contains(reader.current())) {
        return true;
      }
    }
    return false;
  }

  /** Returns whether one kernel runs the drafts and the instruction, as far as uses are known. */
  private boolean fits(Set<Draft> drafts, Instruction instruction, Map<Value, Instruction> clones) {
    var members = new TreeMap<Integer, Instruction>();
    var leavesOfAll = new LinkedHashMap<Value, Instruction>();
    for (Draft draft : drafts) {
      members.putAll(draft.indexed());
      draft.clones().forEach(leavesOfAll::putIfAbsent);
    }
    if (members.size() >= options.maxInstructions()) {
      return false;
    }
    clones.forEach(leavesOfAll::putIfAbsent);
    var instructions = new ArrayList<>(members.values());
    instructions.add(instruction);
    // A leaf is read from memory, so what it comes from must be another kernel's.
    for (Instruction leaf : leavesOfAll.values()) {
      for (Value source : leaf.operands()) {
        if (homes.containsKey(source)
            && !leavesOfAll.containsKey(source)
            && drafts.contains(Objects.requireNonNull(homes.get(source)).current())) {
          return false;
        }
      }
    }
    var used = new HashSet<Value>();
    instructions.forEach(i -> used.addAll(i.operands()));
    List<Value> outputs =
        instructions.stream()
            .map(Instruction::result)
            .filter(v -> !used.contains(v) || results.contains(v) || isReadOutside(v, drafts))
            .toList();
    return accepts(Draft.body(leavesOfAll, instructions), outputs);
  }
}
