package dev.miser.compiler.packing;

import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A column of a buffer list. */
enum Column {
  ID("id", true),
  LOWER("lower", true),
  UPPER("upper", true),
  SIZE("size", true),
  ALIGNMENT("alignment", false),
  PINNED("pinned", false),
  OFFSET("offset", false);

  private final String text;
  private final boolean needed;

  Column(String text, boolean needed) {
    this.text = text;
    this.needed = needed;
  }

  /** Returns the name in the header. */
  String text() {
    return text;
  }

  /** Returns whether every buffer list has it. */
  boolean isNeeded() {
    return needed;
  }

  static List<String> names() {
    return Arrays.stream(values()).map(Column::text).toList();
  }

  static @Nullable Column find(String name) {
    return Arrays.stream(values()).filter(c -> c.text.equals(name)).findFirst().orElse(null);
  }
}
