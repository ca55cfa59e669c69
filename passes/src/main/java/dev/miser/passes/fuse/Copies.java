package dev.miser.passes.fuse;

import dev.miser.ir.diag.Place;
import dev.miser.ir.func.Function;
import dev.miser.ir.func.Instruction;
import dev.miser.ir.func.Parameter;
import dev.miser.ir.func.StateUpdate;
import dev.miser.ir.op.Convert;
import dev.miser.ir.op.Reshape;
import dev.miser.ir.op.Slice;
import dev.miser.ir.op.Value;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Gives every result and next state bytes of its own: what is a parameter, may share bytes with
 * one, is made by init, or is returned a second time is copied by an instruction of the step.
 */
final class Copies {
  private final Function function;
  private final Set<Value> fixed;
  private final FreshNames names;
  private final Map<Value, Instruction> definitions = new HashMap<>();
  private final Set<Value> parameters = new HashSet<>();
  private final List<Instruction> copies = new ArrayList<>();
  private final Set<Value> taken = new HashSet<>();

  private Copies(Function function, Set<Value> fixed, FreshNames names) {
    this.function = function;
    this.fixed = fixed;
    this.names = names;
    function.body().forEach(i -> definitions.put(i.result(), i));
    function.parameters().stream().map(Parameter::value).forEach(parameters::add);
  }

  /**
   * Returns the function with copies at its end.
   *
   * @param fixed values that depend on parameters and constants alone
   */
  static Function insert(Function function, Set<Value> fixed, FreshNames names) {
    return new Copies(function, fixed, names).run();
  }

  private Function run() {
    List<Value> results = function.results().stream().map(this::own).toList();
    List<StateUpdate> updates =
        function.updates().stream().map(u -> new StateUpdate(u.state(), own(u.next()))).toList();
    if (copies.isEmpty()) {
      return function;
    }
    var body = new ArrayList<>(function.body());
    body.addAll(copies);
    return new Function(
        function.name(), function.parameters(), body, results, updates, function.place());
  }

  private Value own(Value value) {
    if (!shares(value) && !fixed.contains(value) && taken.add(value)) {
      return value;
    }
    Instruction definition = definitions.get(value);
    Place place = definition == null ? Place.NONE : definition.place();
    Value copy = new Value(names.fresh(value.name() + ".copy"), value.type());
    copies.add(new Instruction(copy, new Convert(value, value.type().element()), place));
    return copy;
  }

  /** Returns whether the value may lie inside a parameter. */
  private boolean shares(Value value) {
    Value root = value;
    for (Instruction i = definitions.get(root); i != null; i = definitions.get(root)) {
      if (i.op() instanceof Reshape(Value x, var shape)) {
        root = x;
      } else if (i.op() instanceof Slice slice) {
        root = slice.x();
      } else {
        return false;
      }
    }
    return parameters.contains(root);
  }
}
