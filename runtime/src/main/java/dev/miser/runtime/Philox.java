package dev.miser.runtime;

/**
 * Counter-based random numbers, Philox4x32-10 (Salmon, Moraes, Dror and Shaw, SC 2011): an
 * element's number depends only on the key and on its index.
 */
public final class Philox {
  private static final long MULTIPLIER_0 = 0xD2511F53L;
  private static final long MULTIPLIER_1 = 0xCD9E8D57L;
  private static final int WEYL_0 = 0x9E3779B9;
  private static final int WEYL_1 = 0xBB67AE85;
  private static final int ROUNDS = 10;

  private Philox() {}

  /**
   * Returns word 0 and 1 (half 0), or 2 and 3 (half 1), of a block; the lower one in the low half.
   */
  private static long half(long counter, long key, int half) {
    int c0 = (int) counter;
    int c1 = (int) (counter >>> 32);
    int c2 = 0;
    int c3 = 0;
    int k0 = (int) key;
    int k1 = (int) (key >>> 32);
    for (int round = 0; round < ROUNDS; round++) {
      long product0 = MULTIPLIER_0 * (c0 & 0xffffffffL);
      long product1 = MULTIPLIER_1 * (c2 & 0xffffffffL);
      c0 = (int) (product1 >>> 32) ^ c1 ^ k0;
      c1 = (int) product1;
      c2 = (int) (product0 >>> 32) ^ c3 ^ k1;
      c3 = (int) product0;
      k0 += WEYL_0;
      k1 += WEYL_1;
    }
    return half == 0 ? join(c0, c1) : join(c2, c3);
  }

  private static long join(int low, int high) {
    return (low & 0xffffffffL) | ((long) high << 32);
  }

  /** Returns the 32 bits of an element that takes one word. */
  public static int bits32(long index, long key) {
    long pair = half(index >> 2, key, (int) (index >> 1 & 1));
    return (int) ((index & 1) == 0 ? pair : pair >>> 32);
  }

  /** Returns the 64 bits of an element that takes two words. */
  public static long bits64(long index, long key) {
    return half(index >> 1, key, (int) (index & 1));
  }

  /** Returns a number in [0, 1) of as many bits as {@code digits}, at most 32. */
  public static float uniform(long index, long key, int digits) {
    return (bits32(index, key) >>> (32 - digits)) * (1.0f / (1L << digits));
  }

  /** Returns a number in [0, 1) of 53 bits. */
  public static double uniformDouble(long index, long key) {
    return (bits64(index, key) >>> 11) * 0x1p-53;
  }

  /** Returns a normal number made of two words of 32 bits. */
  public static double normal(long index, long key) {
    long words = half(index >> 2, key, (int) (index >> 1 & 1));
    double first = ((words & 0xffffffffL) + 0.5) * 0x1p-32;
    double second = ((words >>> 32) + 0.5) * 0x1p-32;
    return boxMuller(first, second, index);
  }

  /** Returns a normal number made of two words of 64 bits. */
  public static double normalDouble(long index, long key) {
    double first = ((half(index >> 1, key, 0) >>> 12) + 0.5) * 0x1p-52;
    double second = ((half(index >> 1, key, 1) >>> 12) + 0.5) * 0x1p-52;
    return boxMuller(first, second, index);
  }

  /** Two numbers in (0, 1) give two normal ones (Box and Muller, 1958): even and odd elements. */
  private static double boxMuller(double first, double second, long index) {
    double radius = StrictMath.sqrt(-2 * StrictMath.log(first));
    double angle = 2 * Math.PI * second;
    return radius * ((index & 1) == 0 ? StrictMath.cos(angle) : StrictMath.sin(angle));
  }
}
