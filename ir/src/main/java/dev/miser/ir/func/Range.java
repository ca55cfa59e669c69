package dev.miser.ir.func;

/**
 * The integers that random inputs are drawn from: {@code low} up to, but not including, {@code
 * high}.
 */
public record Range(long low, long high) {
  @Override
  public String toString() {
    return low + ".." + high;
  }
}
