package dev.miser.codegen;

import dev.miser.ir.func.Instruction;
import dev.miser.ir.op.Value;
import dev.miser.ir.plan.Algorithm;
import dev.miser.ir.plan.Cut;
import dev.miser.ir.plan.Group;
import dev.miser.ir.plan.Kernel;
import dev.miser.ir.plan.KernelCatalog;
import dev.miser.ir.plan.Overlap;
import dev.miser.ir.plan.Target;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What the kernels that this module emits can do: asks every template. */
public record CodegenCatalog(List<KernelTemplate> templates) implements KernelCatalog {
  /** The catalogue of all templates. */
  public static final CodegenCatalog DEFAULT = new CodegenCatalog(KernelTemplates.ALL);

  public CodegenCatalog {
    templates = List.copyOf(templates);
  }

  @Override
  public List<Algorithm> algorithms(List<Instruction> body, List<Value> outputs, Target target) {
    Group group = Group.of(body, outputs);
    if (group == null) {
      return List.of();
    }
    var all = new ArrayList<Algorithm>();
    for (KernelTemplate template : templates) {
      all.addAll(template.algorithms(group, target));
    }
    return all;
  }

  @Override
  public Overlap overwrite(Kernel kernel, Value output, Value input, Target target) {
    Group group = Group.of(kernel);
    return template(group, kernel, target).overwrite(group, kernel, output, input, target);
  }

  @Override
  public List<Packing> packings(Kernel kernel, Target target) {
    Group group = Group.of(kernel);
    return template(group, kernel, target).packings(group, kernel, target);
  }

  @Override
  public List<Cut> cuts(Kernel kernel, Target target) {
    Group group = Group.of(kernel);
    return template(group, kernel, target).cuts(group, kernel, target);
  }

  /** Returns the template whose algorithm the kernel names. */
  KernelTemplate template(Group group, Kernel kernel, Target target) {
    KernelTemplate found = find(group, kernel, target);
    if (found == null) {
      throw new IllegalArgumentException(
          "no template has algorithm " + kernel.algorithm() + " for " + kernel.body());
    }
    return found;
  }

  private @Nullable KernelTemplate find(Group group, Kernel kernel, Target target) {
    for (KernelTemplate template : templates) {
      for (Algorithm algorithm : template.algorithms(group, target)) {
        if (algorithm.name().equals(kernel.algorithm())) {
          return template;
        }
      }
    }
    return null;
  }
}
