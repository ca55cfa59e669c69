package dev.miser.codegen;

import com.palantir.javapoet.JavaFile;
import dev.miser.codegen.vector.Emitted;
import dev.miser.ir.op.Value;
import dev.miser.ir.plan.Algorithm;
import dev.miser.ir.plan.Group;
import dev.miser.ir.plan.Kernel;
import dev.miser.ir.plan.Plan;
import dev.miser.ir.plan.Step;
import dev.miser.ir.plan.Target;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** Turns a plan into Java source: kernel methods, the calls of each step, and the program. */
public final class Emitter {
  private final Plan plan;
  private final CodegenCatalog catalog;
  private final Methods methods = new Methods(Emitted.PACKAGE);

  private Emitter(Plan plan, CodegenCatalog catalog) {
    this.plan = plan;
    this.catalog = catalog;
  }

  /** One kernel of the timeline, ready to be called. */
  record Call(int time, Kernel kernel, EmittedKernel emitted, Algorithm algorithm) {
    /** Returns the kernel's algorithm and results, for profiles and failures. */
    String label() {
      return kernel.outputs().stream()
          .map(Value::toString)
          .collect(Collectors.joining(", ", kernel.algorithm() + " (", ")"));
    }
  }

  /** Returns the Java source of a plan, whose kernels come from {@link CodegenCatalog#DEFAULT}. */
  public static EmittedProgram emit(Plan plan) {
    return emit(plan, CodegenCatalog.DEFAULT);
  }

  /** Returns the Java source of a plan, whose kernels come from this catalogue. */
  public static EmittedProgram emit(Plan plan, CodegenCatalog catalog) {
    return new Emitter(plan, catalog).emit();
  }

  private EmittedProgram emit() {
    List<Call> calls = calls();
    var files = new ArrayList<JavaFile>();
    files.add(MemoryWriter.write(plan, methods));
    files.addAll(methods.files());
    files.addAll(StepsWriter.write(plan, calls));
    JavaFile program = ProgramWriter.write(plan, calls, methods.warmUps());
    files.add(program);
    return new EmittedProgram(program.packageName() + "." + program.typeSpec().name(), files);
  }

  private List<Call> calls() {
    Target target = plan.schedule().target();
    List<Step> timeline = plan.schedule().timeline();
    var calls = new ArrayList<Call>();
    for (int time = 0; time < timeline.size(); time++) {
      if (timeline.get(time) instanceof Kernel kernel) {
        Group group = Group.of(kernel);
        KernelTemplate template = catalog.template(group, kernel, target);
        EmittedKernel emitted = template.emit(new KernelContext(kernel, group, target, methods));
        calls.add(new Call(time, kernel, emitted, algorithm(template, group, kernel, target)));
      }
    }
    return calls;
  }

  private static Algorithm algorithm(
      KernelTemplate template, Group group, Kernel kernel, Target target) {
    return template.algorithms(group, target).stream()
        .filter(a -> a.name().equals(kernel.algorithm()))
        .findFirst()
        .orElseThrow();
  }
}
