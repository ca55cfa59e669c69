package dev.miser.runtime;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BiConsumer;

/**
 * A program with its parameters in place, ready to be stepped.
 *
 * <p>Before each step the caller sets every input; after it, results are valid until the next step.
 * Two steps at a time are an error. After a step that failed, state is as before it, and the
 * instance can be stepped again. Steps of different instances may run at the same time.
 */
public final class Instance {
  /** Fills parameters and state when a program starts. */
  @FunctionalInterface
  public interface ParameterSource {
    /**
     * Writes a piece of {@code slot} to {@code destination}, which is as large as the piece.
     *
     * @param from the first byte of the piece; it begins at an element
     */
    void load(Slot slot, long from, MemorySegment destination);

    /** Returns a source that always makes all bytes of a slot, for small parameters. */
    static ParameterSource ofWhole(BiConsumer<Slot, MemorySegment> source) {
      return (slot, from, destination) -> {
        if (destination.byteSize() == slot.bytes()) {
          source.accept(slot, destination);
          return;
        }
        try (Arena arena = Arena.ofConfined()) {
          MemorySegment all = arena.allocate(slot.bytes(), 64);
          source.accept(slot, all);
          MemorySegment.copy(all, from, destination, 0, destination.byteSize());
        }
      };
    }
  }

  private final Program program;
  private final WorkerPool pool;
  private final int threads;
  private final int[] tiles;
  private final Program.Copy[] copies;
  private final Profile profile;
  private final AtomicBoolean busy = new AtomicBoolean();

  private Instance(Program program, WorkerPool pool, int threads) {
    this.program = program;
    this.pool = pool;
    this.threads = Math.min(Math.min(threads, pool.threads()), program.maximumWorkers());
    this.tiles = program.kernels().stream().mapToInt(KernelInfo::tiles).toArray();
    this.copies = program.copies().toArray(Program.Copy[]::new);
    this.profile = new Profile(program);
  }

  /**
   * Loads each piece of a parameter right before the kernel of init that first reads it, and runs
   * init.
   *
   * @param threads how many threads serve a step at most
   */
  public static Instance start(
      Program program, ParameterSource parameters, WorkerPool pool, int threads) {
    var instance = new Instance(program, pool, threads);
    program.warmUp();
    for (int kernel = 0; kernel <= program.initKernels(); kernel++) {
      for (Slot slot : program.slots()) {
        for (Slot.Load load : slot.loads()) {
          if (load.kernel() == kernel) {
            MemorySegment piece = instance.bytes(slot).asSlice(load.from(), load.bytes());
            parameters.load(slot, load.from(), piece);
          }
        }
      }
      if (kernel < program.initKernels()) {
        instance.run(kernel);
      }
    }
    return instance;
  }

  /** Continues with what {@link #persistent} gave after an earlier start; init does not run. */
  public static Instance resume(
      Program program, List<MemorySegment> persistent, WorkerPool pool, int threads) {
    var instance = new Instance(program, pool, threads);
    program.warmUp();
    List<MemorySegment> places = instance.persistent();
    if (places.size() != persistent.size()) {
      throw new IllegalArgumentException(
          "image has " + persistent.size() + " stretches, the program " + places.size());
    }
    for (int i = 0; i < places.size(); i++) {
      MemorySegment.copy(persistent.get(i), 0, places.get(i), 0, places.get(i).byteSize());
    }
    return instance;
  }

  /** Returns the stretches of the arena that init and parameters filled for all steps. */
  public List<MemorySegment> persistent() {
    return program.persistent().stream()
        .map(s -> program.arena().asSlice(s.offset(), s.bytes()))
        .toList();
  }

  public Program program() {
    return program;
  }

  /** Returns the number of threads that serve a step. */
  public int threads() {
    return threads;
  }

  public Profile profile() {
    return profile;
  }

  /** Returns the slots of one role, in order. */
  public List<Slot> slots(Slot.Role role) {
    return program.slots().stream().filter(s -> s.role() == role).toList();
  }

  /** Returns the bytes of an input, in the arena; set them before each step. */
  public MemorySegment input(String name) {
    return bytes(find(Slot.Role.INPUT, name));
  }

  /** Returns the bytes of a state, in the arena. */
  public MemorySegment state(String name) {
    return bytes(find(Slot.Role.STATE, name));
  }

  /** Returns the bytes of a result, in the arena; valid until the next step. */
  public MemorySegment result(int index) {
    return bytes(slots(Slot.Role.RESULT).get(index));
  }

  /** Returns the bytes of a slot, in the arena. */
  public MemorySegment bytes(Slot slot) {
    return program.arena().asSlice(slot.offset(), slot.bytes());
  }

  private Slot find(Slot.Role role, String name) {
    for (Slot slot : program.slots()) {
      if (slot.role() == role && slot.name().equals(name)) {
        return slot;
      }
    }
    throw new NoSuchElementException(
        "program " + program.name() + " has no " + role + " called " + name);
  }

  /**
   * Runs one step.
   *
   * @throws StepFailure if a kernel failed; inputs must be set again, and state is as before
   * @throws IllegalStateException if a step of this instance is running already
   */
  public void step() {
    if (!busy.compareAndSet(false, true)) {
      throw new IllegalStateException("a step of this instance is running already");
    }
    try {
      profile.begin();
      for (int kernel = program.initKernels(); kernel < tiles.length; kernel++) {
        run(kernel);
      }
      MemorySegment arena = program.arena();
      for (Program.Copy copy : copies) {
        MemorySegment.copy(arena, copy.from(), arena, copy.to(), copy.bytes());
      }
      profile.end();
    } finally {
      busy.set(false);
    }
  }

  private void run(int kernel) {
    long began = profile.isOn() ? System.nanoTime() : 0;
    try {
      pool.run(program, kernel, tiles[kernel], threads);
    } catch (Throwable e) {
      throw new StepFailure(program.kernels().get(kernel), e);
    }
    if (began != 0) {
      profile.add(kernel, System.nanoTime() - began);
    }
  }
}
