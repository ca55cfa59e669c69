package dev.miser.passes;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The text of a pass: its name, and its options as the components of its record. */
public final class PassText {
  private PassText() {}

  /** An option of a pass: its name, what it takes, and its value here. */
  public record Option(String name, Class<?> type, Object value) {
    /** Returns what the user may write, for messages. */
    public String expected() {
      if (type.isEnum()) {
        return Arrays.stream(type.getEnumConstants())
            .map(constant -> kebabCase(((Enum<?>) constant).name()))
            .collect(Collectors.joining(", ", "one of ", ""));
      }
      return type == boolean.class
          ? "true or false"
          : type == double.class ? "a number" : type == String.class ? "a word" : "an integer";
    }

    private String text() {
      return name + "=" + (value instanceof Enum<?> word ? kebabCase(word.name()) : value);
    }

    /** Returns the value that {@code text} means, or null. */
    private @Nullable Object parse(String text) {
      try {
        if (type == int.class) {
          return Integer.valueOf(text);
        } else if (type == long.class) {
          return Long.valueOf(text);
        } else if (type == double.class) {
          return Double.valueOf(text);
        }
      } catch (NumberFormatException e) {
        return null;
      }
      if (type == boolean.class) {
        return text.equals("true") ? Boolean.TRUE : text.equals("false") ? Boolean.FALSE : null;
      } else if (type == String.class) {
        return text;
      }
      for (Object constant : type.getEnumConstants()) {
        if (kebabCase(((Enum<?>) constant).name()).equals(text)) {
          return constant;
        }
      }
      return null;
    }
  }

  /** Returns the options of a pass with their values, in order. */
  public static List<Option> options(Pass<?> pass) {
    var options = new ArrayList<Option>();
    for (RecordComponent component : components(pass)) {
      try {
        options.add(
            new Option(
                component.getName(), component.getType(), component.getAccessor().invoke(pass)));
      } catch (ReflectiveOperationException e) {
        throw new LinkageError("cannot read " + component, e);
      }
    }
    return options;
  }

  /** Returns the text of a pass, such as {@code constant-folding{maxBytes=4096}}. */
  public static String text(Pass<?> pass) {
    List<Option> options = options(pass);
    return options.isEmpty()
        ? pass.name()
        : pass.name()
            + options.stream().map(Option::text).collect(Collectors.joining(",", "{", "}"));
  }

  /** Returns the text of passes that follow each other. */
  public static String text(List<? extends Pass<?>> passes) {
    return passes.stream().map(PassText::text).collect(Collectors.joining(","));
  }

  /** What came of setting options: the pass, or names and values that it refused. */
  record Configured<P>(@Nullable Pass<P> pass, List<String> unknown, Map<String, String> refused) {}

  /** Returns the pass with some options changed. */
  static <P> Configured<P> configure(Pass<P> prototype, Map<String, String> texts) {
    List<Option> options = options(prototype);
    var unknown = new ArrayList<>(texts.keySet());
    options.forEach(option -> unknown.remove(option.name()));
    var refused = new LinkedHashMap<String, String>();
    Object[] arguments = new Object[options.size()];
    for (int i = 0; i < arguments.length; i++) {
      Option option = options.get(i);
      String text = texts.get(option.name());
      Object value = text == null ? option.value() : option.parse(text);
      if (value == null) {
        refused.put(option.name(), option.expected());
      } else {
        arguments[i] = value;
      }
    }
    if (!unknown.isEmpty() || !refused.isEmpty()) {
      return new Configured<>(null, unknown, refused);
    }
    try {
      return new Configured<>(construct(prototype, arguments), unknown, refused);
    } catch (IllegalArgumentException e) {
      String last = texts.isEmpty() ? "" : List.copyOf(texts.keySet()).getLast();
      return new Configured<>(null, unknown, Map.of(last, String.valueOf(e.getMessage())));
    }
  }

  @SuppressWarnings("unchecked") // the constructor of the prototype's own class
  private static <P> Pass<P> construct(Pass<P> prototype, Object[] arguments) {
    Class<?>[] types =
        Arrays.stream(components(prototype)).map(RecordComponent::getType).toArray(Class[]::new);
    try {
      var constructor = prototype.getClass().getDeclaredConstructor(types);
      return (Pass<P>) constructor.newInstance(arguments);
    } catch (InvocationTargetException e) {
      if (e.getCause() instanceof RuntimeException cause) {
        throw cause;
      }
      throw new LinkageError("cannot make " + prototype.name(), e);
    } catch (ReflectiveOperationException e) {
      throw new LinkageError("cannot make " + prototype.name(), e);
    }
  }

  private static RecordComponent[] components(Pass<?> pass) {
    RecordComponent[] components = pass.getClass().getRecordComponents();
    if (components == null) {
      throw new LinkageError("a pass is a record: " + pass.getClass());
    }
    return components;
  }

  /** Returns {@code dead-code} for {@code DeadCode} and for {@code DEAD_CODE}. */
  static String kebabCase(String name) {
    boolean upper = name.equals(name.toUpperCase(Locale.ROOT));
    return upper
        ? name.toLowerCase(Locale.ROOT).replace('_', '-')
        : dev.miser.ir.op.Names.snakeCase(name).replace('_', '-');
  }
}
