package dev.miser.testmodels.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.sun.management.ThreadMXBean;
import dev.miser.ir.func.Function;
import dev.miser.runtime.Instance;
import dev.miser.testmodels.ModelZoo;
import dev.miser.testmodels.models.Bert;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.management.ManagementFactory;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A warm step of whole networks allocates nothing, on any thread. */
class WarmStepTest {
  /**
   * The longest warm-up: until the JIT has compiled a kernel, its vectors are objects. Cut short as
   * soon as steps allocate nothing.
   */
  private static final long WARM_UP_NANOS = 120_000_000_000L;

  private static final int STEPS = 50;

  /** Asked for once: looking it up allocates. */
  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  static Stream<Function> networks() {
    return Stream.of(ModelZoo.lenet5(4), Bert.build(Bert.Size.TINY, 1, 16));
  }

  @ParameterizedTest
  @MethodSource("networks")
  void allocatesNothing(Function function) {
    Values values = Values.seeded(function, 2);
    Compiled compiled = Compiled.of(function, Way.MIDDLE);
    Instance instance = compiled.start(values, 2);
    compiled.setInputs(instance, values);
    List<MemorySegment> inputs =
        compiled.compilation().inputs().stream()
            .map(input -> instance.input(input.value().name()))
            .toList();
    List<MemorySegment> kept =
        inputs.stream().map(i -> Arena.ofAuto().allocate(i.byteSize(), 64).copyFrom(i)).toList();
    long end = System.nanoTime() + WARM_UP_NANOS;
    long spent = allocatedBySteps(instance, inputs, kept);
    while (spent != 0 && System.nanoTime() < end) {
      spent = allocatedBySteps(instance, inputs, kept);
    }
    assertEquals(0, spent, "bytes allocated in " + STEPS + " warm steps");
  }

  /** Inputs are set before each step, outside of what is measured: a step may overwrite them. */
  private static long allocatedBySteps(
      Instance instance, List<MemorySegment> inputs, List<MemorySegment> kept) {
    long[] threads =
        Thread.getAllStackTraces().keySet().stream()
            .filter(t -> t.getName().startsWith("miser-worker") || t.equals(Thread.currentThread()))
            .mapToLong(Thread::threadId)
            .toArray();
    long spent = 0;
    for (int step = 0; step < STEPS; step++) {
      for (int i = 0; i < inputs.size(); i++) {
        MemorySegment.copy(kept.get(i), 0, inputs.get(i), 0, kept.get(i).byteSize());
      }
      long before = allocated(threads);
      instance.step();
      spent += allocated(threads) - before;
    }
    return spent;
  }

  private static long allocated(long[] threads) {
    long sum = 0;
    for (long thread : threads) {
      sum += THREADS.getThreadAllocatedBytes(thread);
    }
    return sum;
  }
}
