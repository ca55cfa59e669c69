package dev.miser.frontend.weights;

import dev.miser.ir.diag.Code;
import dev.miser.ir.diag.DiagnosticException;
import dev.miser.ir.diag.RuleViolation;
import dev.miser.ir.type.ElementType;
import dev.miser.ir.type.Shape;
import dev.miser.ir.type.TensorType;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * NumPy's file of one array, versions 1 to 3: a magic string, the length of a header, the header as
 * a Python dictionary, and the elements. Little-endian, row-major arrays are read; bf16 is the
 * two-byte {@code V2} that the package ml_dtypes writes.
 */
public final class Npy {
  private static final byte[] MAGIC = {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y'};
  private static final int MAX_HEADER_BYTES = 1 << 16;
  private static final ValueLayout.OfShort SHORT =
      ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final ValueLayout.OfInt INT =
      ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  private static final Pattern HEADER =
      Pattern.compile(
          "\\s*\\{\\s*'descr'\\s*:\\s*'([^']*)'\\s*,\\s*'fortran_order'\\s*:\\s*(True|False)\\s*,"
              + "\\s*'shape'\\s*:\\s*\\(([0-9,\\sL]*)\\)\\s*,?\\s*\\}\\s*");

  private static final Map<String, ElementType> BY_DESCR =
      Map.ofEntries(
          Map.entry("f8", ElementType.F64),
          Map.entry("f4", ElementType.F32),
          Map.entry("f2", ElementType.F16),
          Map.entry("V2", ElementType.BF16),
          Map.entry("i8", ElementType.I64),
          Map.entry("i4", ElementType.I32),
          Map.entry("i2", ElementType.I16),
          Map.entry("i1", ElementType.I8),
          Map.entry("u8", ElementType.U64),
          Map.entry("u4", ElementType.U32),
          Map.entry("u2", ElementType.U16),
          Map.entry("u1", ElementType.U8),
          Map.entry("b1", ElementType.BOOL));

  private Npy() {}

  /**
   * Maps an array.
   *
   * @throws DiagnosticException if it is none, or is big-endian or column-major
   */
  public static Tensor read(Path file) {
    MemorySegment bytes = FileBytes.map(file);
    if (bytes.byteSize() < MAGIC.length + 4
        || bytes.asSlice(0, MAGIC.length).mismatch(MemorySegment.ofArray(MAGIC)) >= 0) {
      throw refused(file, "it does not begin like one");
    }
    int version = bytes.get(ValueLayout.JAVA_BYTE, 6);
    if (version < 1 || version > 3) {
      throw refused(file, "its version is " + version + ", expected 1 to 3");
    }
    int prefix = version == 1 ? 10 : 12;
    if (bytes.byteSize() < prefix) {
      throw refused(file, "its header is cut off");
    }
    long length =
        version == 1 ? bytes.get(SHORT, 8) & 0xffff : Integer.toUnsignedLong(bytes.get(INT, 8));
    if (length > Math.min(MAX_HEADER_BYTES, bytes.byteSize() - prefix)) {
      throw refused(file, "its header claims " + length + " bytes");
    }
    byte[] header = bytes.asSlice(prefix, length).toArray(ValueLayout.JAVA_BYTE);
    var charset = version == 3 ? StandardCharsets.UTF_8 : StandardCharsets.ISO_8859_1;
    TensorType type = type(file, new String(header, charset));
    MemorySegment data = bytes.asSlice(prefix + length);
    if (data.byteSize() != type.byteCount()) {
      throw refused(
          file, type + " has " + type.byteCount() + " bytes, the file " + data.byteSize());
    }
    return new Tensor(type, data);
  }

  private static TensorType type(Path file, String header) {
    Matcher matcher = HEADER.matcher(header);
    if (!matcher.matches()) {
      throw refused(file, "its header is not a dictionary of descr, fortran_order and shape");
    }
    String descr = matcher.group(1);
    ElementType element = descr.isEmpty() ? null : BY_DESCR.get(descr.substring(1));
    if (element == null || "<>=|".indexOf(descr.charAt(0)) < 0) {
      throw refused(file, "its elements are '" + descr + "', which programs have not");
    }
    if (descr.charAt(0) == '>' && element.bytes() > 1) {
      throw refused(file, "it is big-endian ('" + descr + "'), expected little-endian");
    }
    if (matcher.group(2).equals("True")) {
      throw refused(file, "it is column-major (fortran_order), expected row-major");
    }
    var dims = new ArrayList<Long>();
    for (String dim : matcher.group(3).split(",", -1)) {
      String digits = dim.strip().replaceAll("L$", "");
      if (digits.length() > 18 || (!digits.isEmpty() && !digits.matches("[0-9]+"))) {
        throw refused(file, "its shape is (" + matcher.group(3) + ")");
      }
      if (!digits.isEmpty()) {
        dims.add(Long.parseLong(digits));
      }
    }
    try {
      return new TensorType(element, new Shape(dims));
    } catch (RuleViolation violation) {
      throw refused(file, violation.text());
    }
  }

  /**
   * Writes an array, version 1. The file is there when this returns, and complete; when it throws,
   * what was there before remains.
   *
   * @throws DiagnosticException if it cannot be written
   */
  public static void write(Path file, Tensor tensor) {
    List<Long> dims = tensor.type().shape().dims();
    String shape =
        dims.stream().map(String::valueOf).collect(Collectors.joining(", "))
            + (dims.size() == 1 ? "," : "");
    String header =
        "{'descr': '"
            + descr(tensor.type().element())
            + "', 'fortran_order': False, 'shape': ("
            + shape
            + "), }";
    // The elements start at a multiple of 64 bytes, and the header ends in a line feed.
    int length = (10 + header.length() + 1 + 63) / 64 * 64 - 10;
    String padded = header + " ".repeat(length - header.length() - 1) + "\n";
    MemorySegment head = MemorySegment.ofArray(new byte[10 + length]);
    MemorySegment.copy(MAGIC, 0, head, ValueLayout.JAVA_BYTE, 0, MAGIC.length);
    head.set(ValueLayout.JAVA_BYTE, 6, (byte) 1);
    head.set(SHORT, 8, (short) length);
    byte[] text = padded.getBytes(StandardCharsets.ISO_8859_1);
    MemorySegment.copy(text, 0, head, ValueLayout.JAVA_BYTE, 10, text.length);
    FileBytes.write(file, List.of(head, tensor.bytes()));
  }

  private static String descr(ElementType element) {
    String name =
        BY_DESCR.entrySet().stream()
            .filter(entry -> entry.getValue() == element)
            .map(Map.Entry::getKey)
            .findFirst()
            .orElseThrow();
    return (element.bytes() == 1 ? "|" : "<") + name;
  }

  private static DiagnosticException refused(Path file, String why) {
    return FileBytes.refused(Code.FILE_NPY, file, why);
  }
}
