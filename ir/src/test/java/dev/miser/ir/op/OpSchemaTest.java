package dev.miser.ir.op;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.miser.ir.type.ElementType;
import dev.miser.ir.type.Shape;
import dev.miser.ir.type.TensorType;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every operation taken apart and put together again. */
class OpSchemaTest {
  static List<Op> examples() {
    return Examples.all();
  }

  @Test
  void everyOperationHasAnExample() {
    var shown = new HashSet<String>();
    examples().forEach(op -> shown.add(op.mnemonic()));
    assertEquals(Set.copyOf(OpSchema.mnemonics()), shown);
  }

  @ParameterizedTest
  @MethodSource("examples")
  void operandsComeBack(Op op) {
    assertEquals(op, op.withOperands(op.operands()));
    List<Value> renamed =
        op.operands().stream().map(v -> new Value(v.name() + ".new", v.type())).toList();
    Op other = op.withOperands(renamed);
    assertEquals(renamed, other.operands());
    assertEquals(op.mnemonic(), other.mnemonic());
    assertEquals(op.inferType(), other.inferType());
    assertEquals(OpSchema.of(op).attributeTexts(op), OpSchema.of(op).attributeTexts(other));
  }

  @ParameterizedTest
  @MethodSource("examples")
  void textGivesTheOperationBack(Op op) {
    OpSchema schema = OpSchema.of(op);
    Map<String, String> texts = schema.attributeTexts(op);
    var attributes = new HashMap<String, Object>();
    for (OpSchema.Attribute attribute : schema.attributes()) {
      String text = texts.get(attribute.name());
      if (text != null) {
        attributes.put(attribute.name(), read(schema, attribute, text, op));
      }
    }
    assertEquals(texts.keySet(), attributes.keySet());
    assertEquals(op, OpSchema.build(op.mnemonic(), op.operands(), attributes));
  }

  private static Object read(OpSchema schema, OpSchema.Attribute attribute, String text, Op op) {
    return switch (attribute.kind()) {
      case INT, LONG -> Long.valueOf(text);
      case FLOAT -> Double.valueOf(text);
      case BOOLEAN -> Boolean.valueOf(text);
      case INTEGERS -> numbers(text).stream().map(Long::intValue).toList();
      case SHAPE -> new Shape(numbers(text));
      case ELEMENT_TYPE -> element(text);
      case TENSOR_TYPE -> {
        int bracket = text.indexOf('[');
        Shape shape = new Shape(numbers(text.substring(bracket)));
        yield new TensorType(element(text.substring(0, bracket)), shape);
      }
      case LITERAL -> ((Constant) op).value();
      case WORD -> present(schema.wordOf(attribute, text));
      case LONGS -> numbers(text);
    };
  }

  private static ElementType element(String text) {
    return present(ElementType.find(text));
  }

  private static <T> T present(@Nullable T value) {
    assertNotNull(value);
    return value;
  }

  private static List<Long> numbers(String list) {
    String inside = list.substring(1, list.length() - 1).strip();
    return inside.isEmpty()
        ? List.of()
        : Arrays.stream(inside.split(",", -1)).map(s -> Long.valueOf(s.strip())).toList();
  }

  @ParameterizedTest
  @MethodSource("examples")
  void theNameFindsTheSchema(Op op) {
    OpSchema schema = OpSchema.of(op);
    assertEquals(schema, OpSchema.find(op.mnemonic()));
    assertTrue(schema.names().contains(op.mnemonic()));
    assertTrue(schema.takes(op.operands().size()));
  }

  @Test
  void defaultsAreLeftOutAndFilledIn() {
    Value x = Examples.real("x", 1, 3, 8, 8);
    Value w = Examples.real("w", 4, 3, 3, 3);
    Op plain = OpSchema.build("convolution", List.of(x, w), Map.of());
    assertEquals(
        new Convolution(
            x, w, List.of(1L, 1L), List.of(0L, 0L), List.of(0L, 0L), List.of(1L, 1L), 1),
        plain);
    assertEquals(Map.of(), OpSchema.of(plain).attributeTexts(plain));
  }

  @Test
  void optionalOperandsMayBeAbsent() {
    Value x = Examples.real("x", 2, 4);
    Value scale = Examples.real("scale", 4);
    Op without = OpSchema.build("layer_norm", List.of(x, scale), Map.of());
    assertEquals(List.of(x, scale), without.operands());
    assertEquals(List.of("x", "scale", "bias?"), OpSchema.of(without).operandNames());
    assertEquals("2 to 3", OpSchema.of(without).arity());
    assertThrows(IllegalArgumentException.class, () -> without.withOperands(List.of(x)));
  }
}
