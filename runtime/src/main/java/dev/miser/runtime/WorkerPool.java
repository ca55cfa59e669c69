package dev.miser.runtime;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The threads that run tiles: the caller is worker 0, daemon threads are the others. Tiles are
 * fixed beforehand and claimed one by one, so that results do not depend on the number of threads.
 * Waiting threads spin for a while, then park. Running a kernel allocates nothing.
 */
public final class WorkerPool {
  private static final int SPINS = 20_000;
  private static final int CLOSED = Integer.MAX_VALUE;

  private final Worker[] workers;
  private final ReentrantLock lock = new ReentrantLock();

  /** The number of the job in the upper half, the next tile to claim in the lower. */
  private final AtomicLong next = new AtomicLong(CLOSED);

  private final AtomicInteger remaining = new AtomicInteger();
  private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();

  // Written while next is closed, read after a job's number was seen in next.
  private @Nullable Program program;
  private int kernel;
  private int tiles;
  private int participants;

  /** Makes a pool in which up to {@code threads} threads, the caller included, run tiles. */
  public WorkerPool(int threads) {
    workers = new Worker[Math.max(threads - 1, 0)];
    for (int i = 0; i < workers.length; i++) {
      workers[i] = new Worker(i + 1);
      workers[i].start();
    }
  }

  /** Returns the one pool of this process, sized by the processors the container grants. */
  public static WorkerPool shared() {
    return Shared.POOL;
  }

  private static final class Shared {
    static final WorkerPool POOL = new WorkerPool(Runtime.getRuntime().availableProcessors());
  }

  /** Returns the number of threads, the caller included. */
  public int threads() {
    return workers.length + 1;
  }

  /**
   * Runs all tiles of a kernel and returns when they are done. If another program occupies the
   * threads, the caller runs the tiles alone.
   *
   * @param threads how many threads may take part, the caller included
   * @throws Throwable what the first failing tile threw
   */
  public void run(Program toRun, int kernelNumber, int tileCount, int threads) throws Throwable {
    int wanted = Math.min(Math.min(threads, tileCount), threads());
    if (wanted <= 1 || !lock.tryLock()) {
      for (int tile = 0; tile < tileCount; tile++) {
        toRun.tile(kernelNumber, tile, 0);
      }
      return;
    }
    try {
      runTogether(toRun, kernelNumber, tileCount, wanted);
    } finally {
      lock.unlock();
    }
  }

  private void runTogether(Program toRun, int kernelNumber, int tileCount, int wanted)
      throws Throwable {
    program = toRun;
    kernel = kernelNumber;
    tiles = tileCount;
    participants = wanted;
    remaining.set(tileCount);
    long job = ((next.get() >>> 32) + 1) & Integer.MAX_VALUE;
    next.set(job << 32);
    for (int i = 0; i < wanted - 1; i++) {
      workers[i].wake();
    }
    work(job, 0);
    while (remaining.get() > 0) {
      Thread.onSpinWait();
    }
    next.set((job << 32) | CLOSED);
    program = null;
    Throwable failed = failure.getAndSet(null);
    if (failed != null) {
      throw failed;
    }
  }

  /** Claims and runs tiles of a job until there are no more. */
  private void work(long job, int worker) {
    while (true) {
      long claim = next.get();
      // The fields belong to this job as long as the claim below succeeds.
      Program toRun = program;
      int kernelNumber = kernel;
      int tile = (int) claim;
      if (claim >>> 32 != job || toRun == null || tile >= tiles || worker >= participants) {
        return;
      }
      if (next.compareAndSet(claim, claim + 1)) {
        try {
          if (failure.get() == null) {
            toRun.tile(kernelNumber, tile, worker);
          }
        } catch (Throwable thrown) {
          failure.compareAndSet(null, thrown);
        } finally {
          remaining.decrementAndGet();
        }
      }
    }
  }

  /** A daemon thread of the pool. */
  private final class Worker extends Thread {
    private final int number;
    private volatile boolean parked;

    Worker(int number) {
      super("miser-worker-" + number);
      this.number = number;
      setDaemon(true);
    }

    void wake() {
      if (parked) {
        LockSupport.unpark(this);
      }
    }

    @Override
    public void run() {
      long done = 0;
      while (true) {
        long job = await(done);
        work(job, number);
        done = job;
      }
    }

    /** Returns the number of the next job after {@code done}. */
    private long await(long done) {
      for (int spin = 0; spin < SPINS; spin++) {
        long job = open(done);
        if (job >= 0) {
          return job;
        }
        Thread.onSpinWait();
      }
      parked = true;
      try {
        while (true) {
          long job = open(done);
          if (job >= 0) {
            return job;
          }
          LockSupport.park(WorkerPool.this);
        }
      } finally {
        parked = false;
      }
    }

    private long open(long done) {
      long word = next.get();
      return (int) word != CLOSED && word >>> 32 != done ? word >>> 32 : -1;
    }
  }
}
