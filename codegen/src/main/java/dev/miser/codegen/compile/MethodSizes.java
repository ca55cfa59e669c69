package dev.miser.codegen.compile;

import dev.miser.codegen.compile.SourceCompiler.CompilationException;
import java.lang.classfile.ClassFile;
import java.lang.classfile.MethodModel;
import java.lang.classfile.attribute.CodeAttribute;
import java.util.LinkedHashMap;
import java.util.Map;

/** Holds emitted methods below the size from which on the JVM never compiles them. */
public final class MethodSizes {
  /** The JVM's limit is 8000 bytecodes (HugeMethodLimit). */
  public static final int LIMIT = 8000;

  private MethodSizes() {}

  /** Returns the bytecodes of every method, by class and method name. */
  public static Map<String, Integer> of(CompiledClasses classes) {
    var sizes = new LinkedHashMap<String, Integer>();
    classes
        .files()
        .forEach((name, bytes) -> {
          for (MethodModel method : ClassFile.of().parse(bytes).methods()) {
            int size =
                method
                    .code()
                    .map(code -> code instanceof CodeAttribute a ? a.codeLength() : 0)
                    .orElse(0);
            sizes.merge(name + "." + method.methodName().stringValue(), size, Math::max);
          }
        });
    return sizes;
  }

  /** Throws if a method is too long, naming it. */
  static void check(CompiledClasses classes) {
    of(classes)
        .forEach((name, size) -> {
          if (size > LIMIT) {
            throw new CompilationException(
                "kernel method "
                    + name
                    + " has "
                    + size
                    + " bytecodes; beyond "
                    + LIMIT
                    + " the JVM never compiles it");
          }
        });
  }
}
