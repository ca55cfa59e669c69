package dev.miser.ir.op;

import dev.miser.ir.type.ElementType;
import dev.miser.ir.type.Shape;
import dev.miser.ir.type.TensorType;
import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What a record header declares of an operation, read once by reflection: operands, attributes with
 * their kinds and defaults. Printing, parsing, and operand replacement come from here.
 */
public final class OpSchema {
  /** What an attribute holds, and how it is written. */
  public enum AttributeKind {
    /** Thirty-two bits: an axis. */
    INT("an integer"),
    /** Sixty-four bits: a size. */
    LONG("an integer"),
    FLOAT("a number"),
    BOOLEAN("true or false"),
    INTEGERS("a list of integers"),
    LONGS("a list of integers"),
    SHAPE("a list of sizes"),
    ELEMENT_TYPE("an element type"),
    TENSOR_TYPE("a tensor type"),
    LITERAL("a literal such as f32[2](1.0, 2.0)"),
    WORD("a word");

    private final String description;

    AttributeKind(String description) {
      this.description = description;
    }

    /** Returns what the user should write, for messages. */
    public String description() {
      return description;
    }
  }

  /** An attribute: its name in text, kind, and default as text, or null if it must be given. */
  public record Attribute(
      String name, AttributeKind kind, @Nullable String defaultText, List<String> words) {}

  private enum Role {
    KIND,
    OPERAND,
    OPTIONAL,
    VARIADIC,
    ATTRIBUTE
  }

  private record Component(
      String name, Role role, RecordComponent source, @Nullable Attribute attribute) {
    Attribute requireAttribute() {
      if (attribute == null) {
        throw new IllegalStateException(name + " is not an attribute");
      }
      return attribute;
    }
  }

  private static final Map<Class<?>, OpSchema> BY_CLASS = new LinkedHashMap<>();
  private static final Map<String, OpSchema> BY_MNEMONIC = new LinkedHashMap<>();

  static {
    collect(Op.class);
  }

  private final Class<? extends Record> type;
  private final Constructor<?> constructor;
  private final List<Component> components;
  private final Map<String, Object> kinds = new LinkedHashMap<>();

  private OpSchema(Class<? extends Record> type) {
    this.type = type;
    this.components = Arrays.stream(type.getRecordComponents()).map(OpSchema::component).toList();
    try {
      this.constructor =
          type.getDeclaredConstructor(
              Arrays.stream(type.getRecordComponents())
                  .map(RecordComponent::getType)
                  .toArray(Class<?>[]::new));
    } catch (NoSuchMethodException e) {
      throw new LinkageError("record without canonical constructor: " + type, e);
    }
    RecordComponent first = type.getRecordComponents()[0];
    if (Mnemonic.class.isAssignableFrom(first.getType())) {
      for (Object constant : first.getType().getEnumConstants()) {
        kinds.put(((Mnemonic) constant).mnemonic(), constant);
      }
    } else {
      kinds.put(Names.snakeCase(type.getSimpleName()), type);
    }
  }

  private static void collect(Class<?> type) {
    if (type.isRecord()) {
      OpSchema schema = new OpSchema(type.asSubclass(Record.class));
      BY_CLASS.put(type, schema);
      for (String mnemonic : schema.kinds.keySet()) {
        if (BY_MNEMONIC.put(mnemonic, schema) != null) {
          throw new LinkageError("two operations are called " + mnemonic);
        }
      }
    } else {
      for (Class<?> permitted : type.getPermittedSubclasses()) {
        collect(permitted);
      }
    }
  }

  private static Component component(RecordComponent source) {
    String name = Names.snakeCase(source.getName());
    Class<?> type = source.getType();
    if (Mnemonic.class.isAssignableFrom(type)) {
      return new Component(name, Role.KIND, source, null);
    }
    if (type == Value.class) {
      boolean optional = source.getAnnotatedType().isAnnotationPresent(Nullable.class);
      return new Component(name, optional ? Role.OPTIONAL : Role.OPERAND, source, null);
    }
    if (listOf(source, Value.class)) {
      return new Component(name, Role.VARIADIC, source, null);
    }
    Default given = source.getAnnotation(Default.class);
    List<String> words =
        type.isEnum() && type != ElementType.class
            ? Arrays.stream(type.getEnumConstants()).map(OpSchema::word).toList()
            : List.of();
    return new Component(
        name,
        Role.ATTRIBUTE,
        source,
        new Attribute(name, attributeKind(source), given == null ? null : given.value(), words));
  }

  private static AttributeKind attributeKind(RecordComponent source) {
    Class<?> type = source.getType();
    if (type == int.class) {
      return AttributeKind.INT;
    } else if (type == long.class) {
      return AttributeKind.LONG;
    } else if (type == double.class) {
      return AttributeKind.FLOAT;
    } else if (type == boolean.class) {
      return AttributeKind.BOOLEAN;
    } else if (type == Shape.class) {
      return AttributeKind.SHAPE;
    } else if (type == ElementType.class) {
      return AttributeKind.ELEMENT_TYPE;
    } else if (type == TensorType.class) {
      return AttributeKind.TENSOR_TYPE;
    } else if (type == Literal.class) {
      return AttributeKind.LITERAL;
    } else if (type.isEnum()) {
      return AttributeKind.WORD;
    } else if (listOf(source, Integer.class)) {
      return AttributeKind.INTEGERS;
    } else if (listOf(source, Long.class)) {
      return AttributeKind.LONGS;
    }
    throw new LinkageError("no attribute may have the type of " + source);
  }

  private static boolean listOf(RecordComponent source, Class<?> element) {
    return source.getType() == List.class
        && source.getGenericType() instanceof ParameterizedType list
        && list.getActualTypeArguments()[0] == element;
  }

  private static String word(Object constant) {
    return ((Enum<?>) constant).name().toLowerCase(Locale.ROOT);
  }

  /** Returns the schema of an operation. */
  public static OpSchema of(Op op) {
    return Checks.present(BY_CLASS.get(op.getClass()));
  }

  /** Returns the schema of the operation with this name in text, or null. */
  public static @Nullable OpSchema find(String mnemonic) {
    return BY_MNEMONIC.get(mnemonic);
  }

  /** Returns the names of all operations, in declaration order. */
  public static List<String> mnemonics() {
    return List.copyOf(BY_MNEMONIC.keySet());
  }

  /** Returns every operation's record. */
  public static List<Class<?>> records() {
    return List.copyOf(BY_CLASS.keySet());
  }

  /** Returns the record that declares the operation. */
  public Class<? extends Record> type() {
    return type;
  }

  /** Returns the names in text of the operations that share the record. */
  public List<String> names() {
    return List.copyOf(kinds.keySet());
  }

  String mnemonic(Op op) {
    return components.getFirst().role == Role.KIND
        ? ((Mnemonic) get(op, components.getFirst())).mnemonic()
        : kinds.keySet().iterator().next();
  }

  /** Returns the attributes in order. */
  public List<Attribute> attributes() {
    return components.stream()
        .filter(c -> c.role == Role.ATTRIBUTE)
        .map(Component::requireAttribute)
        .toList();
  }

  /**
   * Returns the names of the operands in order; an optional one ends in {@code ?}, a list in {@code
   * *}.
   */
  public List<String> operandNames() {
    return components.stream()
        .filter(c -> c.role != Role.ATTRIBUTE && c.role != Role.KIND)
        .map(c ->
            switch (c.role) {
              case OPTIONAL -> c.name + "?";
              case VARIADIC -> c.name + "*";
              case OPERAND, KIND, ATTRIBUTE -> c.name;
            })
        .toList();
  }

  /** Returns whether the operation takes this many operands. */
  public boolean takes(int operands) {
    return operands >= least() && operands <= most();
  }

  private int least() {
    return (int) components.stream().filter(c -> c.role == Role.OPERAND).count();
  }

  private int most() {
    return components.stream().anyMatch(c -> c.role == Role.VARIADIC)
        ? Integer.MAX_VALUE
        : least() + (int) components.stream().filter(c -> c.role == Role.OPTIONAL).count();
  }

  /** Returns how many operands the operation takes, for messages. */
  public String arity() {
    if (most() == Integer.MAX_VALUE) {
      return "at least " + Math.max(least(), 1);
    }
    return least() == most() ? String.valueOf(least()) : least() + " to " + most();
  }

  List<Value> operands(Op op) {
    var operands = new ArrayList<Value>();
    for (Component component : components) {
      switch (component.role) {
        case OPERAND -> operands.add((Value) get(op, component));
        case OPTIONAL -> {
          Object operand = read(op, component);
          if (operand != null) {
            operands.add((Value) operand);
          }
        }
        case VARIADIC -> {
          for (Object operand : (List<?>) get(op, component)) {
            operands.add((Value) operand);
          }
        }
        case KIND, ATTRIBUTE -> {}
      }
    }
    return Collections.unmodifiableList(operands);
  }

  Op withOperands(Op op, List<Value> operands) {
    return make(c -> read(op, c), operands);
  }

  /**
   * Returns an operation by name in text, with these operands and these attributes by name in text;
   * what is left out takes its default.
   *
   * @param attributes Long, Double, Boolean, List of Integer or Long, Shape, ElementType,
   *     TensorType, Literal, or the constant of an enum
   */
  public static Op build(String mnemonic, List<Value> operands, Map<String, Object> attributes) {
    OpSchema schema = Checks.present(BY_MNEMONIC.get(mnemonic));
    return schema.make(
        c -> {
          if (c.role == Role.KIND) {
            return schema.kinds.get(mnemonic);
          }
          Object given = attributes.get(c.name);
          return given != null ? schema.coerce(c, given) : schema.defaultOf(c);
        },
        operands);
  }

  private Op make(Function<Component, @Nullable Object> others, List<Value> operands) {
    if (!takes(operands.size())) {
      throw new IllegalArgumentException(
          type.getSimpleName() + " takes " + arity() + " operands, given " + operands.size());
    }
    @Nullable Object[] arguments = new @Nullable Object[components.size()];
    int next = 0;
    for (int i = 0; i < arguments.length; i++) {
      Component component = components.get(i);
      switch (component.role) {
        case OPERAND -> arguments[i] = operands.get(next++);
        case OPTIONAL -> arguments[i] = next < operands.size() ? operands.get(next++) : null;
        case VARIADIC -> {
          arguments[i] = operands.subList(next, operands.size());
          next = operands.size();
        }
        case KIND, ATTRIBUTE -> arguments[i] = others.apply(component);
      }
    }
    try {
      return (Op) constructor.newInstance(arguments);
    } catch (InvocationTargetException e) {
      if (e.getCause() instanceof RuntimeException cause) {
        throw cause;
      }
      throw new IllegalStateException(e.getCause());
    } catch (ReflectiveOperationException e) {
      throw new LinkageError("cannot make " + type, e);
    }
  }

  private Object coerce(Component component, Object given) {
    return component.source.getType() == int.class
        ? Integer.valueOf(Math.toIntExact((Long) given))
        : given;
  }

  private Object defaultOf(Component component) {
    String text = component.requireAttribute().defaultText();
    if (text == null) {
      throw new IllegalArgumentException("no value for attribute " + component.name);
    }
    return switch (component.requireAttribute().kind()) {
      case INT, LONG -> coerce(component, Long.parseLong(text));
      case FLOAT -> Double.parseDouble(text);
      case BOOLEAN -> Boolean.parseBoolean(text);
      case INTEGERS, LONGS -> List.of();
      case WORD -> Checks.present(wordOf(component.requireAttribute(), text));
      case SHAPE, ELEMENT_TYPE, TENSOR_TYPE, LITERAL ->
          throw new LinkageError("no default is possible for " + component.name);
    };
  }

  /** Returns the enum constant that a word attribute means, or null. */
  public @Nullable Object wordOf(Attribute attribute, String word) {
    for (Component component : components) {
      if (attribute.equals(component.attribute)) {
        for (Object constant : component.source.getType().getEnumConstants()) {
          if (word(constant).equals(word)) {
            return constant;
          }
        }
      }
    }
    return null;
  }

  /** Returns the attributes of an operation that text must give, as text, in order. */
  public Map<String, String> attributeTexts(Op op) {
    var texts = new LinkedHashMap<String, String>();
    for (Component component : components) {
      if (component.role == Role.ATTRIBUTE && !hasDefault(op, component)) {
        texts.put(component.name, text(get(op, component)));
      }
    }
    return texts;
  }

  /** Whether leaving the attribute out of the text would give the same operation. */
  private boolean hasDefault(Op op, Component component) {
    return component.requireAttribute().defaultText() != null
        && make(c -> c.equals(component) ? defaultOf(c) : read(op, c), operands(op)).equals(op);
  }

  private static String text(Object value) {
    return switch (value) {
      case List<?> list ->
          list.stream().map(String::valueOf).collect(Collectors.joining(", ", "[", "]"));
      case Shape shape -> text(shape.dims());
      case Double number -> Numbers.text(number);
      case ElementType element -> element.text();
      case Enum<?> constant -> word(constant);
      default -> value.toString();
    };
  }

  private static Object get(Op op, Component component) {
    return Checks.present(read(op, component));
  }

  private static @Nullable Object read(Op op, Component component) {
    try {
      return component.source.getAccessor().invoke(op);
    } catch (ReflectiveOperationException e) {
      throw new LinkageError("cannot read " + component.name, e);
    }
  }
}
