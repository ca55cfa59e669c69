package dev.miser.codegen.matrix;

import com.palantir.javapoet.CodeBlock;
import com.palantir.javapoet.ParameterSpec;
import dev.miser.codegen.EmittedKernel;
import dev.miser.codegen.KernelContext;
import dev.miser.codegen.MethodDraft;
import dev.miser.codegen.MethodReference;
import dev.miser.ir.op.Value;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What the tile method of one kernel is given: names, and what they stand for. */
public final class Arguments {
  /** How numbers come to a tile method. */
  public enum Numbers {
    /** As parameters: kernels of different sizes share one method. */
    GIVEN,
    /** As constants in its code: for methods with more numbers than C2 takes parameters. */
    WRITTEN
  }

  private final Numbers numbers;
  private final Map<String, EmittedKernel.Argument> arguments = new LinkedHashMap<>();
  private final Map<String, Long> written = new LinkedHashMap<>();

  /** Makes numbers parameters. */
  public Arguments() {
    this(Numbers.GIVEN);
  }

  public Arguments(Numbers numbers) {
    this.numbers = numbers;
  }

  /** Adds the byte offset of a value, {@code plus} bytes further. */
  public void offset(String name, Value value, long plus) {
    arguments.put(name, new EmittedKernel.OffsetOf(value, plus));
  }

  /** Adds a number and returns its name. */
  public String count(String name, long value) {
    switch (numbers) {
      case GIVEN -> arguments.put(name, new EmittedKernel.Count(value));
      case WRITTEN -> written.put(name, value);
    }
    return name;
  }

  /** Adds the byte offset of the kernel's workspace, called {@code workspace}. */
  public void workspace() {
    arguments.put("workspace", new EmittedKernel.Workspace());
  }

  /** Returns the kernel whose tile method has this body. */
  public EmittedKernel kernel(KernelContext context, CodeBlock body, long tiles) {
    var parameters = new ArrayList<ParameterSpec>();
    parameters.add(MethodDraft.ofInt("tile"));
    parameters.add(MethodDraft.ofInt("worker"));
    parameters.addAll(MethodDraft.longs(List.copyOf(arguments.keySet())));
    var all = CodeBlock.builder();
    written.forEach((name, value) -> all.addStatement("long $N = $LL", name, value));
    all.add(body);
    MethodReference method =
        context
            .methods()
            .share(MethodDraft.ofVoid(context.name(), context.comment(), parameters, all.build()));
    return new EmittedKernel(method, List.copyOf(arguments.values()), Math.toIntExact(tiles), "");
  }
}
