package dev.miser.codegen.compile;

import dev.miser.runtime.Program;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Loads compiled classes afresh: each loaded program has its own arena, which goes when the program
 * and its classes are no longer used.
 */
public final class ProgramLoader extends ClassLoader {
  private final Map<String, byte[]> files;

  private ProgramLoader(CompiledClasses classes) {
    super("miser-program", Program.class.getClassLoader());
    this.files = new ConcurrentHashMap<>(classes.files());
  }

  /** Returns a new program with an arena of its own. */
  public static Program load(CompiledClasses classes) {
    try {
      Class<?> main = new ProgramLoader(classes).loadClass(classes.mainClass());
      return (Program) main.getDeclaredConstructor().newInstance();
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("cannot load " + classes.mainClass(), e);
    }
  }

  @Override
  protected Class<?> findClass(String name) throws ClassNotFoundException {
    byte[] bytes = files.remove(name); // the JVM keeps its own copy
    if (bytes == null) {
      throw new ClassNotFoundException(name);
    }
    return defineClass(name, bytes, 0, bytes.length);
  }
}
