package dev.miser.ir.type;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** The type of one element of a tensor. */
public enum ElementType {
  F32(4, Kind.FLOAT),
  F64(8, Kind.FLOAT),
  F16(2, Kind.FLOAT),
  BF16(2, Kind.FLOAT),
  I64(8, Kind.SIGNED),
  I32(4, Kind.SIGNED),
  I16(2, Kind.SIGNED),
  I8(1, Kind.SIGNED),
  U64(8, Kind.UNSIGNED),
  U32(4, Kind.UNSIGNED),
  U16(2, Kind.UNSIGNED),
  U8(1, Kind.UNSIGNED),
  BOOL(1, Kind.BOOLEAN);

  /** What arithmetic an element type has. */
  public enum Kind {
    FLOAT,
    SIGNED,
    UNSIGNED,
    BOOLEAN
  }

  private final int bytes;
  private final Kind kind;

  ElementType(int bytes, Kind kind) {
    this.bytes = bytes;
    this.kind = kind;
  }

  /** Returns the size of one element in bytes. */
  public int bytes() {
    return bytes;
  }

  public Kind kind() {
    return kind;
  }

  public boolean isFloat() {
    return kind == Kind.FLOAT;
  }

  public boolean isInteger() {
    return kind == Kind.SIGNED || kind == Kind.UNSIGNED;
  }

  public boolean isUnsigned() {
    return kind == Kind.UNSIGNED;
  }

  public boolean isBoolean() {
    return kind == Kind.BOOLEAN;
  }

  /** Returns the name in text, such as {@code f32}. */
  public String text() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** Returns the element type with this name in text, or null. */
  public static @Nullable ElementType find(String text) {
    for (ElementType type : values()) {
      if (type.text().equals(text)) {
        return type;
      }
    }
    return null;
  }

  @Override
  public String toString() {
    return text();
  }
}
