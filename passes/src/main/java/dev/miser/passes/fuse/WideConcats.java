package dev.miser.passes.fuse;

import dev.miser.ir.func.Function;
import dev.miser.ir.func.Instruction;
import dev.miser.ir.op.Concat;
import dev.miser.ir.op.Value;
import dev.miser.ir.plan.KernelCatalog;
import dev.miser.ir.plan.Target;
import java.util.ArrayList;
import java.util.List;

/** Makes concats of concats where one has more operands than a kernel can read. */
final class WideConcats {
  private final Target target;
  private final KernelCatalog catalog;
  private final FreshNames names;
  private final List<Instruction> body = new ArrayList<>();

  private WideConcats(Target target, KernelCatalog catalog, FreshNames names) {
    this.target = target;
    this.catalog = catalog;
    this.names = names;
  }

  /** Returns the function with every concat narrow enough for a kernel. */
  static Function split(Function function, Target target, KernelCatalog catalog, FreshNames names) {
    var concats = new WideConcats(target, catalog, names);
    for (Instruction instruction : function.body()) {
      if (instruction.op() instanceof Concat concat) {
        concats.add(instruction, concat);
      } else {
        concats.body.add(instruction);
      }
    }
    return concats.body.size() == function.body().size()
        ? function
        : function.withBody(concats.body);
  }

  private void add(Instruction instruction, Concat concat) {
    List<Value> inputs = concat.inputs();
    if (inputs.size() <= 2
        || !catalog
            .algorithms(List.of(instruction), List.of(instruction.result()), target)
            .isEmpty()) {
      body.add(instruction);
      return;
    }
    // As many pieces as each has operands: each byte moves as few times as can be.
    int piece = (int) Math.ceil(Math.sqrt(inputs.size()));
    var joined = new ArrayList<Value>();
    for (int from = 0; from < inputs.size(); from += piece) {
      var part =
          new Concat(inputs.subList(from, Math.min(from + piece, inputs.size())), concat.axis());
      Value value = new Value(names.fresh(instruction.result().name() + ".part"), part.inferType());
      joined.add(value);
      add(new Instruction(value, part, instruction.place()), part);
    }
    body.add(instruction.withOp(new Concat(joined, concat.axis())));
  }
}
