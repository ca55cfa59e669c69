package dev.miser.codegen;

import com.palantir.javapoet.CodeBlock;
import com.palantir.javapoet.ParameterSpec;
import com.palantir.javapoet.TypeName;
import java.util.List;

/**
 * A static method to be emitted. Two drafts with equal parameters, result and body become one
 * method, whatever their names and comments: so a body takes offsets and lengths as parameters.
 *
 * @param name what it is called; a number is added where the name is taken
 * @param comment the instructions it computes
 */
public record MethodDraft(
    String name, String comment, TypeName result, List<ParameterSpec> parameters, CodeBlock body) {
  public MethodDraft {
    parameters = List.copyOf(parameters);
  }

  /** Returns a draft that returns nothing. */
  public static MethodDraft ofVoid(
      String name, String comment, List<ParameterSpec> parameters, CodeBlock body) {
    return new MethodDraft(name, comment, TypeName.VOID, parameters, body);
  }

  /** Returns parameters of type long. */
  public static List<ParameterSpec> longs(List<String> names) {
    return names.stream().map(n -> ParameterSpec.builder(TypeName.LONG, n).build()).toList();
  }

  /** Returns a parameter of type int. */
  public static ParameterSpec ofInt(String name) {
    return ParameterSpec.builder(TypeName.INT, name).build();
  }
}
