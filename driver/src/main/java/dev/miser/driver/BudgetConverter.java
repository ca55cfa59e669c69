package dev.miser.driver;

import dev.miser.compiler.Options;
import picocli.CommandLine.ITypeConverter;

/** Reads budgets from the command line: sizes, or the word {@code least}. */
final class BudgetConverter implements ITypeConverter<Long> {
  private static final SizeConverter SIZES = new SizeConverter();

  @Override
  public Long convert(String text) {
    return text.equals("least") ? Long.valueOf(Options.LEAST) : SIZES.convert(text);
  }
}
