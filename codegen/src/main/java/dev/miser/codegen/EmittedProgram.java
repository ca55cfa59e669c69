package dev.miser.codegen;

import com.palantir.javapoet.JavaFile;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A plan as Java source.
 *
 * @param mainClass the full name of the class that implements {@link dev.miser.runtime.Program}
 * @param files one class each
 */
public record EmittedProgram(String mainClass, List<JavaFile> files) {
  public EmittedProgram {
    files = List.copyOf(files);
  }

  /** Returns the text of each class, by its full name. */
  public Map<String, String> sources() {
    var sources = new LinkedHashMap<String, String>();
    for (JavaFile file : files) {
      sources.put(file.packageName() + "." + file.typeSpec().name(), file.toString());
    }
    return sources;
  }
}
