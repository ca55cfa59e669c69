package dev.miser.frontend.weights;

import java.nio.ByteBuffer;
import java.nio.channels.ReadableByteChannel;

/** Reads the bytes of a buffer as a channel. */
final class SegmentChannel implements ReadableByteChannel {
  private final ByteBuffer bytes;

  SegmentChannel(ByteBuffer bytes) {
    this.bytes = bytes;
  }

  @Override
  public int read(ByteBuffer to) {
    if (!bytes.hasRemaining()) {
      return -1;
    }
    int count = Math.min(to.remaining(), bytes.remaining());
    to.put(bytes.slice(bytes.position(), count));
    bytes.position(bytes.position() + count);
    return count;
  }

  @Override
  public boolean isOpen() {
    return true;
  }

  @Override
  public void close() {
    // There is nothing to close.
  }
}
