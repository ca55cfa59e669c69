package dev.miser.runtime;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;

/** Every tile runs once, on at most the workers asked for, and failures reach the caller. */
class WorkerPoolTest {
  private interface Tile {
    void run(int kernel, int tile, int worker);
  }

  /** A program of kernels that count. */
  private record Counting(List<KernelInfo> kernels, Tile body, MemorySegment arena)
      implements Program {
    Counting(List<KernelInfo> kernels, Tile body) {
      this(kernels, body, Arena.ofAuto().allocate(64));
    }

    @Override
    public String name() {
      return "counting";
    }

    @Override
    public int maximumWorkers() {
      return 4;
    }

    @Override
    public int initKernels() {
      return 0;
    }

    @Override
    public List<Slot> slots() {
      return List.of();
    }

    @Override
    public List<Stretch> persistent() {
      return List.of();
    }

    @Override
    public List<Copy> copies() {
      return List.of();
    }

    @Override
    public void warmUp() {}

    @Override
    public void tile(int kernel, int tile, int worker) {
      body.run(kernel, tile, worker);
    }
  }

  private static KernelInfo kernel(int tiles) {
    return new KernelInfo("count (%y)", "%i", tiles, 1, 1);
  }

  @Test
  void everyTileRunsOnceHoweverManyThreads() throws Throwable {
    for (int threads : new int[] {1, 2, 4}) {
      var pool = new WorkerPool(threads);
      for (int tiles : new int[] {0, 1, 2, 3, 7, 100, 5000}) {
        var counts = new AtomicIntegerArray(Math.max(tiles, 1));
        var program =
            new Counting(
                List.of(kernel(tiles)),
                (kernel, tile, worker) -> {
                  assertTrue(worker < threads);
                  counts.incrementAndGet(tile);
                });
        for (int round = 1; round <= 50; round++) {
          pool.run(program, 0, tiles, threads);
          for (int tile = 0; tile < tiles; tile++) {
            assertEquals(round, counts.get(tile));
          }
        }
      }
    }
  }

  @Test
  void workersThatParkedWakeAgain() throws Throwable {
    var pool = new WorkerPool(2);
    var seen = new AtomicIntegerArray(2);
    var program =
        new Counting(
            List.of(kernel(64)),
            (kernel, tile, worker) -> {
              seen.incrementAndGet(worker);
              LockSupport.parkNanos(1_000_000);
            });
    for (int round = 0; round < 3; round++) {
      Thread.sleep(50); // longer than any thread spins
      pool.run(program, 0, 64, 2);
    }
    assertTrue(seen.get(1) > 0, "the second worker took no tile");
  }

  @Test
  void failureReachesTheCallerAndThePoolGoesOn() throws Throwable {
    var pool = new WorkerPool(3);
    var failure = new IndexFailure(9, 5);
    var failing =
        new Counting(
            List.of(kernel(100)),
            (kernel, tile, worker) -> {
              if (tile == 37) {
                throw failure;
              }
            });
    var fine = new Counting(List.of(kernel(100)), (kernel, tile, worker) -> {});
    for (int round = 0; round < 20; round++) {
      assertSame(failure, assertThrows(IndexFailure.class, () -> pool.run(failing, 0, 100, 3)));
      pool.run(fine, 0, 100, 3);
    }
  }

  @Test
  void failedStepNamesKernelAndValueAndMayBeRepeated() {
    var fails = new AtomicReference<>(true);
    var program =
        new Counting(
            List.of(kernel(4)),
            (kernel, tile, worker) -> {
              if (fails.get() && tile == 2) {
                throw new IndexFailure(9, 5);
              }
            });
    Instance instance = Instance.start(program, (slot, from, bytes) -> {}, new WorkerPool(2), 2);
    var failure = assertThrows(StepFailure.class, instance::step);
    assertEquals(
        "index 9 is outside an axis of size 5 of %i, in kernel count (%y)", failure.getMessage());
    fails.set(false);
    instance.step();
  }

  @Test
  void twoStepsAtATimeAreAnError() throws Exception {
    var inside = new CountDownLatch(1);
    var leave = new CountDownLatch(1);
    var program =
        new Counting(
            List.of(kernel(1)),
            (kernel, tile, worker) -> {
              inside.countDown();
              try {
                leave.await();
              } catch (InterruptedException e) {
                throw new IllegalStateException(e);
              }
            });
    Instance instance = Instance.start(program, (slot, from, bytes) -> {}, new WorkerPool(1), 1);
    Thread other = Thread.ofPlatform().start(instance::step);
    inside.await();
    assertThrows(IllegalStateException.class, instance::step);
    leave.countDown();
    other.join();
    instance.step();
  }
}
