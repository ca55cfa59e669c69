package dev.miser.testmodels.property;

import dev.miser.frontend.Parser;
import dev.miser.frontend.Source;
import dev.miser.ir.diag.Place;
import dev.miser.ir.diag.RuleViolation;
import dev.miser.ir.eval.Precision;
import dev.miser.ir.eval.Reference;
import dev.miser.ir.eval.Tensor;
import dev.miser.ir.func.Function;
import dev.miser.ir.func.Instruction;
import dev.miser.ir.op.Bitcast;
import dev.miser.ir.op.Constant;
import dev.miser.ir.op.Convert;
import dev.miser.ir.op.Iota;
import dev.miser.ir.op.Op;
import dev.miser.ir.op.Random;
import dev.miser.ir.op.Value;
import dev.miser.ir.type.ElementType;
import dev.miser.ir.type.TensorType;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.stream.DoubleStream;
import java.util.stream.LongStream;
import java.util.stream.Stream;

/** Every operation at every element type that it admits, made from the example of the operation. */
public final class OperationTypes {
  /**
   * One operation over operands of certain types.
   *
   * @param name such as {@code gather(f32,i64)}
   */
  public record Case(String name, Instruction instruction, List<Tensor> operands) {}

  private final SequencedMap<String, Case> cases = new LinkedHashMap<>();

  private OperationTypes() {}

  /** Returns all cases, by name. */
  public static SequencedMap<String, Case> all() {
    var types = new OperationTypes();
    try (Stream<Path> files = Files.list(Path.of("golden", "ops"))) {
      for (Path file : files.sorted().toList()) {
        types.addExample(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return types.cases;
  }

  /** Golden files are named after the operation that they are the example of. */
  private void addExample(Path file) throws IOException {
    String text = Files.readString(file);
    String program = text.substring(0, text.indexOf("\n//= "));
    Function function = Parser.parse(new Source(file.toString(), program)).function();
    Map<Value, Tensor> values = new LinkedHashMap<>();
    for (Instruction instruction : function.body()) {
      if (file.endsWith(instruction.op().mnemonic() + ".mir")) {
        List<Tensor> operands = instruction.operands().stream().map(values::get).toList();
        for (Op op : typed(instruction.op())) {
          addOperandTypes(op, operands);
        }
      }
      values.put(instruction.result(), Reference.evaluate(instruction, values, Precision.DECLARED));
    }
  }

  /** Returns the operation with each type that its attributes may say. */
  private static List<Op> typed(Op op) {
    return Arrays.stream(ElementType.values())
        .map(type ->
            switch (op) {
              case Constant(var literal) ->
                  new Constant(converted(Tensor.of(literal), type).toLiteral());
              case Iota(var result, var axis) -> new Iota(result.withElement(type), axis);
              case Random(var kind, var key, var result) ->
                  new Random(kind, key, result.withElement(type));
              case Convert(var x, var to) -> new Convert(x, type);
              case Bitcast(var x, var to) -> new Bitcast(x, type);
              // No other operation has a type among its attributes.
              case Op other -> other;
            })
        .distinct()
        .toList();
  }

  /** Operands of one type change to each other type together. */
  private void addOperandTypes(Op op, List<Tensor> operands) {
    add(op, operands);
    operands.stream()
        .map(o -> o.type().element())
        .distinct()
        .forEach(from -> {
          for (ElementType to : ElementType.values()) {
            add(
                op,
                operands.stream()
                    .map(o -> o.type().element() == from ? converted(o, to) : o)
                    .toList());
          }
        });
  }

  private void add(Op op, List<Tensor> operands) {
    var values = new ArrayList<Value>();
    for (Tensor operand : operands) {
      values.add(new Value("operand" + values.size(), operand.type()));
    }
    Op other = op.withOperands(values);
    try {
      Value result = new Value("result", other.inferType());
      String name =
          other.mnemonic()
              + values.stream().map(v -> v.type().element()).toList()
              + " -> "
              + result.type().element();
      cases.putIfAbsent(name, new Case(name, new Instruction(result, other, Place.NONE), operands));
    } catch (RuleViolation notAdmitted) {
      return; // the operation does not take these types
    }
  }

  /**
   * Returns a tensor like this one of another type: what was a fraction is no zero, which may not
   * divide, and what counted from the end counts from the beginning where no sign says so.
   */
  private static Tensor converted(Tensor tensor, ElementType to) {
    ElementType from = tensor.type().element();
    if (from == to) {
      return tensor;
    }
    TensorType type = tensor.type().withElement(to);
    if (to.isFloat()) {
      double[] elements =
          from.isFloat()
              ? tensor.doubles()
              : LongStream.of(tensor.longs()).asDoubleStream().toArray();
      return Tensor.ofDoubles(type, elements).rounded();
    }
    long[] elements =
        from.isFloat()
            ? DoubleStream.of(tensor.doubles())
                .mapToLong(d -> (long) d == 0 ? 1 : (long) d)
                .toArray()
            : tensor.longs();
    return Tensor.ofLongs(
        type,
        LongStream.of(elements)
            .map(e -> Math.clamp(to.isUnsigned() && e < 0 ? ~e : e, -100L, 100L))
            .map(e -> to.isBoolean() ? e & 1 : e)
            .toArray());
  }
}
