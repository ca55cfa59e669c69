package dev.miser.compiler;

import dev.miser.codegen.Emitter;
import dev.miser.codegen.compile.CacheKey;
import dev.miser.codegen.compile.ProgramCache;
import dev.miser.frontend.weights.NamedTensors;
import dev.miser.ir.diag.Code;
import dev.miser.ir.diag.Diagnostic;
import dev.miser.ir.diag.DiagnosticException;
import dev.miser.ir.diag.Place;
import dev.miser.ir.func.Parameter;
import dev.miser.ir.func.Printer;
import dev.miser.ir.op.Value;
import dev.miser.ir.plan.Plan;
import dev.miser.runtime.Program;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Where compiled classes and prepared weights are kept between runs, and how much of them. */
public final class Cache {
  /** The environment variable that changes the limit. */
  public static final String LIMIT_VARIABLE = "MISER_CACHE_SIZE";

  private static final long LIMIT = 4L << 30;

  private Cache() {}

  /** Returns what the cache of the user who runs this process holds. */
  public static CacheUse use() {
    ProgramCache cache = ofThisUser();
    return new CacheUse(cache.directory(), cache.bytes(), limit(environment()));
  }

  /** Deletes all of it; returns how many files there were. */
  public static int clear() {
    return ofThisUser().clear();
  }

  /** Returns the cache of the user who runs this process. */
  static ProgramCache ofThisUser() {
    return of(environment());
  }

  /**
   * Returns the cache that an environment asks for.
   *
   * @throws DiagnosticException if its limit is no size
   */
  static ProgramCache of(Map<String, String> environment) {
    return new ProgramCache(ProgramCache.directory(environment), limit(environment));
  }

  /** The system property {@code miser.cache} stands above {@code MISER_CACHE}: tests set it. */
  private static Map<String, String> environment() {
    var environment = new HashMap<>(System.getenv());
    String folder = System.getProperty("miser.cache");
    if (folder != null) {
      environment.put("MISER_CACHE", folder);
    }
    return environment;
  }

  private static long limit(Map<String, String> environment) {
    String text = environment.get(LIMIT_VARIABLE);
    try {
      return text == null || text.isEmpty() ? LIMIT : ByteSize.parse(text);
    } catch (IllegalArgumentException e) {
      throw new DiagnosticException(
          Diagnostic.error(Code.USAGE, Place.NONE, LIMIT_VARIABLE + ": " + e.getMessage()));
    }
  }

  /**
   * Returns what a plan's classes are kept under: its text and the jars that turn it into code, so
   * that finding them needs no emission; without jars, what is emitted.
   */
  static CacheKey key(Plan plan) {
    var texts = new ArrayList<String>();
    for (Class<?> part : List.of(Value.class, Emitter.class, Program.class)) {
      String jar = jar(part);
      if (jar == null) {
        return CacheKey.of(Emitter.emit(plan));
      }
      texts.add(jar);
    }
    texts.add(plan.toString());
    return CacheKey.of(texts);
  }

  /** Returns what tells the jar of a class from an older build of it, or null if it is a folder. */
  private static @Nullable String jar(Class<?> type) {
    try {
      Path origin = Path.of(type.getProtectionDomain().getCodeSource().getLocation().toURI());
      return Files.isRegularFile(origin)
          ? origin + " " + Files.size(origin) + " " + Files.getLastModifiedTime(origin)
          : null;
    } catch (IOException | URISyntaxException e) {
      throw new IllegalStateException("cannot tell where Miser comes from", e);
    }
  }

  /**
   * Returns the text that two runs share exactly if their parameters have the same bytes.
   *
   * @param weights the tensors they come from, null for initialisers
   */
  static String identity(Compilation compilation, @Nullable NamedTensors weights) {
    var text = new StringBuilder("seed ").append(compilation.options().seed()).append('\n');
    for (Parameter parameter : compilation.parameters()) {
      text.append(Printer.print(parameter)).append('\n');
    }
    return weights == null ? text.toString() : text.append(weights.identity()).toString();
  }
}
