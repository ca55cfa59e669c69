package dev.miser.codegen;

import com.palantir.javapoet.ClassName;
import com.palantir.javapoet.CodeBlock;
import java.util.List;

/** An emitted static method, ready to be called. */
public record MethodReference(ClassName owner, String name) {
  /** Returns the call with these arguments, without a semicolon. */
  public CodeBlock call(List<CodeBlock> arguments) {
    return CodeBlock.of("$T.$N($L)", owner, name, CodeBlock.join(arguments, ", "));
  }

  /** Returns the call with these names as arguments, without a semicolon. */
  public CodeBlock callNames(List<String> arguments) {
    return call(arguments.stream().map(a -> CodeBlock.of("$N", a)).toList());
  }
}
