package dev.miser.ir.plan;

/**
 * What a program is compiled for. The same Target gives the same text, bytes and bits on every
 * machine.
 *
 * @param vectorBits the width of vectors: 128, 256 or 512
 * @param workers how many workers share a step at most; fewer may serve the same plan
 * @param l1Bytes data cache of one core nearest to it
 * @param l2Bytes second cache of one core: kernels block for it
 * @param tileRows rows of the matrix micro-kernel's tile
 * @param tileVectors vectors in a row of that tile
 */
public record Target(
    int vectorBits, int workers, long l1Bytes, long l2Bytes, int tileRows, int tileVectors) {
  /** The Target of golden tests: eight-lane vectors, two workers. */
  public static final Target GOLDEN = of(256, 2);

  /** Returns a Target with cache and tile sizes usual for this vector width. */
  public static Target of(int vectorBits, int workers) {
    return new Target(vectorBits, workers, 32 << 10, 1 << 20, vectorBits == 512 ? 12 : 6, 2);
  }

  /** Returns the number of f32 lanes of a vector. */
  public int floatLanes() {
    return vectorBits / 32;
  }

  /** Returns the columns of the f32 micro-kernel's tile. */
  public int tileColumns() {
    return tileVectors * floatLanes();
  }

  /** Returns the text form, such as {@code {vector_bits = 512, ...}}. */
  @Override
  public String toString() {
    return "{vector_bits = "
        + vectorBits
        + ", workers = "
        + workers
        + ", l1 = "
        + l1Bytes
        + ", l2 = "
        + l2Bytes
        + ", tile = ["
        + tileRows
        + ", "
        + tileVectors
        + "]}";
  }
}
