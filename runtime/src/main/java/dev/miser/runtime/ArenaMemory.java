package dev.miser.runtime;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/**
 * Memory for a program's arena: off-heap, zeroed, touched once, and given back when nothing refers
 * to it any more, so that nobody has to close it. On Linux, where native access is enabled, it
 * consists of huge pages if the system has them.
 */
public final class ArenaMemory {
  /** Every arena starts at a multiple of this many bytes. */
  public static final int ALIGNMENT = 64;

  private static final long HUGE_PAGE = 2L << 20;

  private ArenaMemory() {}

  /** Returns {@code bytes} zeroed bytes. */
  public static MemorySegment allocate(long bytes) {
    if (bytes >= HUGE_PAGE && Mapping.AVAILABLE) {
      return Mapping.map(bytes);
    }
    return Arena.ofAuto().allocate(Math.max(bytes, ALIGNMENT), ALIGNMENT);
  }

  /** Returns the bytes mapped from the system for arenas that are in use or not collected yet. */
  static long mappedBytes() {
    return Mapping.MAPPED.get();
  }

  /** Anonymous memory of the system, advised to consist of huge pages. */
  @SuppressWarnings("restricted") // fenced by AVAILABLE
  private static final class Mapping {
    static final boolean AVAILABLE =
        System.getProperty("os.name").toLowerCase(Locale.ROOT).contains("linux")
            && ArenaMemory.class.getModule().isNativeAccessEnabled();

    private static final int READ_WRITE = 3;
    private static final int PRIVATE_ANONYMOUS = 0x22;
    private static final int ADVISE_HUGE_PAGE = 14;
    private static final long PAGE = 4096;

    private static final MethodHandle MMAP =
        function(
            "mmap",
            FunctionDescriptor.of(
                ValueLayout.JAVA_LONG,
                ValueLayout.JAVA_LONG,
                ValueLayout.JAVA_LONG,
                ValueLayout.JAVA_INT,
                ValueLayout.JAVA_INT,
                ValueLayout.JAVA_INT,
                ValueLayout.JAVA_LONG));
    private static final MethodHandle MADVISE =
        function(
            "madvise",
            FunctionDescriptor.of(
                ValueLayout.JAVA_INT,
                ValueLayout.JAVA_LONG,
                ValueLayout.JAVA_LONG,
                ValueLayout.JAVA_INT));
    private static final MethodHandle MUNMAP =
        function(
            "munmap",
            FunctionDescriptor.of(
                ValueLayout.JAVA_INT, ValueLayout.JAVA_LONG, ValueLayout.JAVA_LONG));

    private Mapping() {}

    private static MethodHandle function(String name, FunctionDescriptor type) {
      Linker linker = Linker.nativeLinker();
      return linker.downcallHandle(linker.defaultLookup().findOrThrow(name), type);
    }

    /** From so many mapped bytes on, arenas that nobody uses any more are looked for first. */
    private static final long ENOUGH = 1L << 30;

    private static final int PATIENCE = 20;
    private static final AtomicLong MAPPED = new AtomicLong();

    /**
     * The collector does not see how much memory an unused arena holds, so it is asked, and waited
     * for while that helps.
     */
    private static void collectUnused(long wanted) {
      long before = MAPPED.get();
      if (before == 0 || before + wanted <= ENOUGH) {
        return;
      }
      System.gc();
      for (int i = 0; i < PATIENCE && MAPPED.get() + wanted > ENOUGH; i++) {
        LockSupport.parkNanos(5_000_000);
      }
    }

    static MemorySegment map(long bytes) {
      // One huge page more, so that the arena can start at the first boundary inside.
      long mapped = (bytes + HUGE_PAGE - 1) / HUGE_PAGE * HUGE_PAGE + HUGE_PAGE;
      collectUnused(mapped);
      try {
        long address = (long) MMAP.invokeExact(0L, mapped, READ_WRITE, PRIVATE_ANONYMOUS, -1, 0L);
        if (address == -1) {
          throw new OutOfMemoryError("the system has no " + mapped + " bytes for the arena");
        }
        MAPPED.addAndGet(mapped);
        long start = (address + HUGE_PAGE - 1) / HUGE_PAGE * HUGE_PAGE;
        // Advice may be refused; the memory then consists of small pages.
        int _ = (int) MADVISE.invokeExact(start, address + mapped - start, ADVISE_HUGE_PAGE);
        MemorySegment memory =
            MemorySegment.ofAddress(start)
                .reinterpret(bytes, Arena.ofAuto(), segment -> unmap(address, mapped));
        for (long offset = 0; offset < bytes; offset += PAGE) {
          memory.set(ValueLayout.JAVA_BYTE, offset, (byte) 0);
        }
        return memory;
      } catch (RuntimeException | Error e) {
        throw e;
      } catch (Throwable e) {
        throw new IllegalStateException(e);
      }
    }

    private static void unmap(long address, long bytes) {
      try {
        int _ = (int) MUNMAP.invokeExact(address, bytes);
        MAPPED.addAndGet(-bytes);
      } catch (RuntimeException | Error e) {
        throw e;
      } catch (Throwable e) {
        throw new IllegalStateException(e);
      }
    }
  }
}
