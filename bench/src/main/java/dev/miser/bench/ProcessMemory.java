package dev.miser.bench;

import com.sun.management.ThreadMXBean;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.BufferPoolMXBean;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * What this process has allocated so far.
 *
 * @param heapBytes by all its threads on the heap, whether collected since or not
 * @param bufferBytes in direct and mapped buffers, now
 * @param dataBytes of private memory it asked the system for, now: the heap, arenas and all else
 *     off-heap
 * @param residentBytes of memory it touched, now
 */
record ProcessMemory(long heapBytes, long bufferBytes, long dataBytes, long residentBytes) {
  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();
  private static final List<BufferPoolMXBean> BUFFERS =
      ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class);
  private static final Path STATUS = Path.of("/proc/self/status");

  /** Looks at the system first and the heap last. */
  static ProcessMemory before() {
    long data = status("VmData:");
    long resident = status("VmRSS:");
    long buffers = buffers();
    return new ProcessMemory(heap(), buffers, data, resident);
  }

  /** Looks at the heap first, so that looking at the rest is not counted. */
  static ProcessMemory after() {
    long heap = heap();
    return new ProcessMemory(heap, buffers(), status("VmData:"), status("VmRSS:"));
  }

  /** Returns what came to it since {@code before}. */
  ProcessMemory since(ProcessMemory before) {
    return new ProcessMemory(
        heapBytes - before.heapBytes,
        bufferBytes - before.bufferBytes,
        dataBytes - before.dataBytes,
        residentBytes - before.residentBytes);
  }

  /** Returns the most memory that was resident at once since the process began. */
  static long peakResidentBytes() {
    return status("VmHWM:");
  }

  private static long heap() {
    return THREADS.getTotalThreadAllocatedBytes();
  }

  private static long buffers() {
    long bytes = 0;
    for (BufferPoolMXBean pool : BUFFERS) {
      bytes += pool.getMemoryUsed();
    }
    return bytes;
  }

  /** Returns a line of the system's file on this process in bytes; 0 where there is none. */
  private static long status(String name) {
    if (!Files.exists(STATUS)) {
      return 0;
    }
    try {
      for (String line : Files.readAllLines(STATUS)) {
        if (line.startsWith(name)) {
          return 1024 * Long.parseLong(line.replaceAll("[^0-9]", ""));
        }
      }
      return 0;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
