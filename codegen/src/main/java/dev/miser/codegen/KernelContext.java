package dev.miser.codegen;

import dev.miser.ir.func.Printer;
import dev.miser.ir.plan.Group;
import dev.miser.ir.plan.Kernel;
import dev.miser.ir.plan.Target;
import java.util.stream.Collectors;

/** What a template is given to emit one kernel. */
public record KernelContext(Kernel kernel, Group group, Target target, Methods methods) {
  /** Returns the comment of the kernel's method: its instructions. */
  public String comment() {
    return kernel.body().stream().map(Printer::print).collect(Collectors.joining("\n", "", "\n"));
  }

  /** Returns a name for the kernel's method, made of its operations. */
  public String name() {
    String operations =
        java.util.stream.Stream.concat(
                group.anchor() == null
                    ? java.util.stream.Stream.empty()
                    : java.util.stream.Stream.of(group.anchor()),
                group.epilogue().stream())
            .map(i -> i.op().mnemonic())
            .distinct()
            .limit(4)
            .collect(Collectors.joining("_"));
    return operations.isEmpty() ? kernel.algorithm() : operations;
  }
}
