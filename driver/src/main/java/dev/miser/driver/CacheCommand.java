package dev.miser.driver;

import dev.miser.compiler.ByteSize;
import dev.miser.compiler.Cache;
import dev.miser.compiler.CacheUse;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code miser cache}: what earlier runs left behind to make later ones start sooner. */
@Command(name = "cache", description = "Show or clear what earlier runs compiled.")
final class CacheCommand implements Callable<Integer> {
  @Mixin Console console;

  @Option(names = "--clear", description = "Delete everything in it.")
  boolean clear;

  @Override
  public Integer call() {
    CacheUse use = Cache.use();
    if (clear) {
      console.out().println("deleted " + Cache.clear() + " files, " + ByteSize.text(use.bytes()));
      return Main.GOOD;
    }
    console.out().println(use.folder() + ": " + ByteSize.text(use.bytes()));
    console
        .out()
        .println(
            "at most "
                + ByteSize.text(use.limitBytes())
                + "; "
                + Cache.LIMIT_VARIABLE
                + " changes that, MISER_CACHE the place");
    return Main.GOOD;
  }
}
