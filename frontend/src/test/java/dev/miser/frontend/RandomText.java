package dev.miser.frontend;

import dev.miser.ir.diag.RuleViolation;
import dev.miser.ir.func.Function;
import dev.miser.ir.func.FunctionBuilder;
import dev.miser.ir.func.Initialiser;
import dev.miser.ir.func.Range;
import dev.miser.ir.op.Literal;
import dev.miser.ir.op.Op;
import dev.miser.ir.op.OpSchema;
import dev.miser.ir.op.OpSchema.Attribute;
import dev.miser.ir.op.Value;
import dev.miser.ir.type.ElementType;
import dev.miser.ir.type.Shape;
import dev.miser.ir.type.TensorType;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;

/**
 * Makes legal functions of every operation with random attributes: it draws operands and attributes
 * from small sets until the operation's own rules let them pass.
 */
final class RandomText {
  private static final List<String> NAMES =
      List.of(
          "x",
          "a.b-c$d",
          "0",
          "layer 1/Conv",
          "\"quoted\\\"",
          "tab\tnewline\n",
          "Zürich 😀",
          "",
          "\ud800",
          "func",
          "%",
          "in",
          "nan");

  private final Random random;
  private final Set<String> used = new TreeSet<>();
  private final Set<String> given = new TreeSet<>();

  RandomText(long seed) {
    random = new Random(seed);
  }

  /** Returns the operations, and the attributes as operation.attribute, given so far. */
  Set<String> operations() {
    return used;
  }

  Set<String> attributes() {
    return given;
  }

  /** Returns a function in which each of these operations was tried. */
  Function function(List<String> mnemonics) {
    var builder = new FunctionBuilder(name());
    var values = new ArrayList<Value>();
    for (ElementType element : ElementType.values()) {
      for (int rank = 0; rank <= 3; rank++) {
        values.add(parameter(builder, new TensorType(element, shape(rank))));
      }
    }
    for (ElementType element : List.of(ElementType.F32, ElementType.F64, ElementType.I32)) {
      values.add(parameter(builder, TensorType.of(element, 2, 2, 3, 3)));
      values.add(parameter(builder, TensorType.of(element, 2, 2, 2, 2)));
      values.add(parameter(builder, TensorType.of(element, 2, 1, 2, 2)));
      values.add(parameter(builder, TensorType.of(element, 2)));
      values.add(parameter(builder, TensorType.of(element, 2, 2)));
      values.add(parameter(builder, TensorType.of(element, 2, 2, 2)));
      values.add(parameter(builder, TensorType.of(element)));
    }
    for (String mnemonic : mnemonics) {
      for (int i = 0; i < 6000; i++) {
        if (tryOne(builder, mnemonic, values)) {
          break;
        }
      }
    }
    rare(builder, values);
    Value state =
        builder.state("state", TensorType.of(ElementType.F32, 2), new Initialiser.Fill(1));
    Value next = builder.input("next", TensorType.of(ElementType.F32, 2));
    builder.returns(pick(values), pick(values)).update(state, next);
    return builder.build();
  }

  /** Adds what chance hits too seldom. */
  private void rare(FunctionBuilder builder, List<Value> values) {
    Value x = builder.input(name(), TensorType.of(ElementType.F32, 2, 4, 5));
    Value weights = builder.input(name(), TensorType.of(ElementType.F32, 4, 2, 3));
    Value indices = builder.input(name(), TensorType.of(ElementType.U8, 3));
    Value updates = builder.input(name(), TensorType.of(ElementType.F32, 2, 3, 5));
    Value one = builder.input(name(), TensorType.of(ElementType.F32));
    List<Long> twos = List.of(2L, 2L, 2L);
    add(builder, "convolution", List.of(x, weights), Map.of("groups", 2L), values);
    add(
        builder,
        "transposed_convolution",
        List.of(x, weights),
        Map.of("stride", List.of(2L), "output_padding", List.of(1L), "groups", 2L),
        values);
    add(builder, "scatter", List.of(x, indices, updates), Map.of("axis", 1L), values);
    add(
        builder,
        "slice",
        List.of(x),
        Map.of("start", List.of(0L, 1L, 0L), "limit", List.of(2L, 4L, 5L), "stride", twos),
        values);
    add(
        builder,
        "pad",
        List.of(x, one),
        Map.of("low", List.of(-1L, 0L, 1L), "high", twos, "interior", twos),
        values);
  }

  private Value parameter(FunctionBuilder builder, TensorType type) {
    return switch (random.nextInt(3)) {
      case 0 ->
          type.element().isInteger() && random.nextBoolean()
              ? builder.input(name(), type, new Range(random.nextInt(3), 3 + random.nextInt(9)))
              : builder.input(name(), type);
      case 1 -> builder.param(name(), type, initialiser());
      default -> builder.state(name(), type, initialiser());
    };
  }

  private Initialiser initialiser() {
    return switch (random.nextInt(5)) {
      case 0 -> new Initialiser.Normal(random.nextGaussian(), Math.abs(random.nextGaussian()));
      case 1 -> new Initialiser.Uniform(-random.nextDouble(), random.nextDouble() * 1e9);
      case 2 -> new Initialiser.FanIn();
      case 3 -> new Initialiser.UniformFanIn();
      default -> new Initialiser.Fill(number());
    };
  }

  private boolean tryOne(FunctionBuilder builder, String mnemonic, List<Value> values) {
    OpSchema schema = OpSchema.find(mnemonic);
    if (schema == null) {
      throw new IllegalArgumentException(mnemonic);
    }
    Value first = pick(values);
    int count = random.nextInt(6);
    if (!schema.takes(count)) {
      return false;
    }
    var operands = new ArrayList<Value>();
    for (int i = 0; i < count; i++) {
      // Operands are often of one element type, and often of one shape.
      Value like = random.nextInt(3) == 0 ? pick(values) : first;
      operands.add(random.nextBoolean() ? like : similar(values, first));
    }
    // Lists run over all axes or over the spatial ones.
    int length = random.nextBoolean() ? first.type().rank() : first.type().rank() - 2;
    Map<String, Object> attributes = new HashMap<>();
    for (Attribute attribute : schema.attributes()) {
      if (attribute.defaultText() == null || random.nextInt(3) == 0) {
        attributes.put(attribute.name(), attribute(schema, attribute, first.type(), length));
      }
    }
    return add(builder, mnemonic, operands, attributes, values);
  }

  private boolean add(
      FunctionBuilder builder,
      String mnemonic,
      List<Value> operands,
      Map<String, Object> attributes,
      List<Value> values) {
    try {
      Op op = OpSchema.build(mnemonic, operands, attributes);
      Value value = builder.add(name(), op);
      used.add(mnemonic);
      OpSchema.of(op).attributeTexts(op).keySet().forEach(a -> given.add(mnemonic + "." + a));
      if (value.type().elementCount() < 1000) {
        values.add(value);
      }
      return true;
    } catch (RuleViolation violation) {
      return false;
    }
  }

  private Value similar(List<Value> values, Value like) {
    for (int i = 0; i < 20; i++) {
      Value value = pick(values);
      if (value.type().element() == like.type().element()) {
        return value;
      }
    }
    return like;
  }

  private Object attribute(OpSchema schema, Attribute attribute, TensorType like, int length) {
    int rank = like.rank();
    return switch (attribute.kind()) {
      case INT -> (long) random.nextInt(Math.max(rank, 1));
      case LONG -> (long) random.nextInt(5);
      case FLOAT -> Math.abs(number());
      case BOOLEAN -> random.nextBoolean();
      case INTEGERS -> integers(rank).stream().map(Long::intValue).toList();
      case LONGS -> longs(Math.max(length, 0));
      case SHAPE -> random.nextBoolean() ? like.shape() : shape(rank + random.nextInt(2));
      case ELEMENT_TYPE -> pick(List.of(ElementType.values()));
      case TENSOR_TYPE ->
          new TensorType(pick(List.of(ElementType.values())), shape(random.nextInt(4)));
      case LITERAL -> literal();
      case WORD -> {
        Object word = schema.wordOf(attribute, pick(attribute.words()));
        if (word == null) {
          throw new IllegalStateException(attribute.name());
        }
        yield word;
      }
    };
  }

  /** Returns some axes, in order or in any order. */
  private List<Long> integers(int rank) {
    var axes = new ArrayList<Long>();
    for (long axis = 0; axis < rank; axis++) {
      if (random.nextInt(4) > 0) {
        axes.add(axis);
      }
    }
    if (random.nextBoolean()) {
      java.util.Collections.shuffle(axes, random);
    }
    return axes;
  }

  private List<Long> longs(int count) {
    var numbers = new ArrayList<Long>();
    for (int i = 0; i < count; i++) {
      numbers.add((long) random.nextInt(4));
    }
    return numbers;
  }

  private Literal literal() {
    ElementType element = pick(List.of(ElementType.values()));
    TensorType type = new TensorType(element, shape(random.nextInt(3)));
    MemorySegment bytes = MemorySegment.ofArray(new byte[(int) type.byteCount()]);
    for (long i = 0; i < type.elementCount(); i++) {
      if (element.isFloat()) {
        Literal.put(bytes, element, i, number());
      } else {
        Literal.put(bytes, element, i, random.nextLong());
      }
    }
    return Literal.of(type, bytes);
  }

  private double number() {
    return switch (random.nextInt(8)) {
      case 0 -> Double.NaN;
      case 1 -> Double.POSITIVE_INFINITY;
      case 2 -> -0.0;
      case 3 -> Double.MIN_VALUE;
      case 4 -> Double.longBitsToDouble(random.nextLong());
      default -> random.nextGaussian();
    };
  }

  private Shape shape(int rank) {
    var dims = new ArrayList<Long>();
    for (int i = 0; i < rank; i++) {
      dims.add(random.nextInt(20) == 0 ? 0L : 1L + random.nextInt(3));
    }
    return new Shape(dims);
  }

  private String name() {
    return random.nextBoolean() ? "v" + random.nextInt(1000) : pick(NAMES);
  }

  private <T> T pick(List<T> list) {
    return list.get(random.nextInt(list.size()));
  }
}
