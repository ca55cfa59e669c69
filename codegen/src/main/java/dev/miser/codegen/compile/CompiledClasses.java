package dev.miser.codegen.compile;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/** Class files by full name, and the one that implements {@link dev.miser.runtime.Program}. */
public record CompiledClasses(String mainClass, Map<String, byte[]> files) {
  public CompiledClasses {
    files = Collections.unmodifiableMap(new LinkedHashMap<>(files));
  }
}
