package dev.miser.codegen;

import dev.miser.ir.func.Instruction;
import dev.miser.ir.op.Value;
import dev.miser.ir.plan.Algorithm;
import dev.miser.ir.plan.Group;
import dev.miser.ir.plan.Kernel;
import dev.miser.ir.plan.KernelCatalog;
import dev.miser.ir.plan.Target;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What the kernels that this module emits can do: asks every template. */
public record CodegenCatalog(List<KernelTemplate> templates) implements KernelCatalog {
  /** The catalogue of all templates. */
  public static final CodegenCatalog DEFAULT = new CodegenCatalog(KernelTemplates.ALL);

  private static final List<Target> WIDTHS =
      List.of(Target.of(256, 1), Target.of(512, 1), Target.of(128, 1));

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
  public boolean mayOverwrite(Kernel kernel, Value output, Value input) {
    Group group = Group.of(kernel);
    // A kernel that reads panels suits Targets of their width only, which its body does not name.
    for (Target target : WIDTHS) {
      KernelTemplate template = find(group, kernel, target);
      if (template != null) {
        return template.mayOverwrite(group, kernel, output, input);
      }
    }
    return false; // made for a Target of unusual tiles: not to overwrite is always right
  }

  @Override
  public List<Packing> packings(Kernel kernel, Target target) {
    Group group = Group.of(kernel);
    return template(group, kernel, target).packings(group, kernel, target);
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
