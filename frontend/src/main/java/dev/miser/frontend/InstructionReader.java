package dev.miser.frontend;

import dev.miser.frontend.grammar.MiserParser.InstructionContext;
import dev.miser.ir.diag.Code;
import dev.miser.ir.diag.Diagnostic;
import dev.miser.ir.diag.Place;
import dev.miser.ir.diag.RuleViolation;
import dev.miser.ir.diag.Severity;
import dev.miser.ir.diag.Spelling;
import dev.miser.ir.func.Instruction;
import dev.miser.ir.op.Op;
import dev.miser.ir.op.OpSchema;
import dev.miser.ir.op.Value;
import dev.miser.ir.type.TensorType;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.antlr.v4.runtime.Token;
import org.antlr.v4.runtime.tree.TerminalNode;
import org.jspecify.annotations.Nullable;

/** Reads one instruction: its operation, operands and attributes, and infers its type. */
final class InstructionReader {
  private final Names names;
  private final TypeReader types;
  private final AttributeReader attributes;
  private final Scope scope;
  private final Reporter reporter;

  InstructionReader(Names names, TypeReader types, Scope scope, Reporter reporter) {
    this.names = names;
    this.types = types;
    this.attributes = new AttributeReader(types, reporter);
    this.scope = scope;
    this.reporter = reporter;
  }

  /**
   * Returns the instruction and defines its value, of unknown type if that cannot be told. Null if
   * there is an error in it or in what it uses.
   */
  @Nullable Instruction read(InstructionContext written) {
    Token result = written.VALUE().getSymbol();
    String name = names.value(result);
    Place place = types.place(result, written.word().getStop());
    Op op = op(written);
    TensorType declared = written.type() == null ? null : types.type(written.type());
    TensorType inferred = op == null ? null : infer(op, written);
    if (inferred != null && declared != null && !inferred.equals(declared)) {
      reporter.error(Code.FUNC_TYPE_MISMATCH, types.place(written.type()), declared, inferred);
      inferred = null;
    }
    // Where there is no inferred type, what the author believes is what the rest was written for.
    Value value =
        scope.define(name, inferred == null ? declared : inferred, types.place(result, result));
    return op == null || inferred == null || value == null
        ? null
        : new Instruction(value, op, place);
  }

  private @Nullable Op op(InstructionContext written) {
    String mnemonic = written.word().getText();
    Place place = types.place(written.word());
    List<Value> operands = operands(written);
    OpSchema schema = OpSchema.find(mnemonic);
    if (schema == null) {
      String suggestion = Spelling.suggestion(mnemonic, OpSchema.mnemonics());
      reporter.error(
          Code.PARSE_UNKNOWN_OPERATION, place, TypeReader.shortened(mnemonic), suggestion);
      return null;
    }
    int count = written.operands() == null ? 0 : written.operands().VALUE().size();
    boolean fits = schema.takes(count);
    if (!fits) {
      reporter.error(Code.PARSE_ARITY, place, mnemonic, count, schema.arity());
    }
    AttributeReader.Given given = attributes.read(schema, mnemonic, written.attributes(), place);
    return operands == null || given == null || !fits
        ? null
        : OpSchema.build(mnemonic, operands, given.values());
  }

  /** Returns the operands, or null if the type of any is unknown. */
  private @Nullable List<Value> operands(InstructionContext written) {
    var operands = new ArrayList<Value>();
    boolean good = true;
    if (written.operands() != null) {
      for (TerminalNode node : written.operands().VALUE()) {
        Token token = node.getSymbol();
        Value operand = scope.use(names.value(token), types.place(token, token));
        if (operand == null) {
          good = false;
        } else {
          operands.add(operand);
        }
      }
    }
    return good ? operands : null;
  }

  private @Nullable TensorType infer(Op op, InstructionContext written) {
    try {
      return op.inferType();
    } catch (RuleViolation violation) {
      reporter.report(
          new Diagnostic(
              Severity.ERROR,
              violation.code(),
              subject(op, violation.text(), written),
              violation.text(),
              List.of()));
      return null;
    }
  }

  /**
   * Returns the place of what a message speaks of: the attribute or operand whose name it begins
   * with, else the operation with its operands.
   */
  private Place subject(Op op, String message, InstructionContext written) {
    Map<String, Place> parts = new LinkedHashMap<>();
    if (written.operands() != null) {
      List<String> operandNames = OpSchema.of(op).operandNames();
      List<TerminalNode> operands = written.operands().VALUE();
      for (int i = 0; i < Math.min(operandNames.size(), operands.size()); i++) {
        Token token = operands.get(i).getSymbol();
        parts.put(operandNames.get(i).replaceAll("[?*]", ""), types.place(token, token));
      }
    }
    if (written.attributes() != null) {
      written.attributes().attribute().forEach(a -> parts.put(a.word().getText(), types.place(a)));
    }
    int space = message.indexOf(' ');
    Place part = parts.get(space < 0 ? message : message.substring(0, space));
    Token last = written.operands() == null ? null : written.operands().getStop();
    return part != null
        ? part
        : types.place(written.word().getStart(), last == null ? written.word().getStop() : last);
  }
}
