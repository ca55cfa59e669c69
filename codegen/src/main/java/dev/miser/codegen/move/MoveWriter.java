package dev.miser.codegen.move;

import com.palantir.javapoet.CodeBlock;
import com.palantir.javapoet.ParameterSpec;
import dev.miser.codegen.EmittedKernel;
import dev.miser.codegen.KernelContext;
import dev.miser.codegen.MethodDraft;
import dev.miser.codegen.MethodReference;
import dev.miser.codegen.vector.Emitted;
import dev.miser.ir.op.Value;
import dev.miser.ir.type.ElementType;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Collects the body of a tile method and what the method is given. */
abstract class MoveWriter {
  /** A tile moves about this many bytes. */
  static final long TILE_BYTES = 1 << 16;

  private final KernelContext context;
  private final Map<String, EmittedKernel.Argument> arguments = new LinkedHashMap<>();
  final CodeBlock.Builder body = CodeBlock.builder();

  MoveWriter(KernelContext context) {
    this.context = context;
  }

  KernelContext context() {
    return context;
  }

  /** Passes a value's place under this name. */
  void place(String name, Value value) {
    var leaves = context.group().leaves();
    Value source = leaves.containsKey(value) ? context.group().leaf(value).source() : value;
    arguments.put(name, new EmittedKernel.OffsetOf(source));
  }

  /** Passes the place of the kernel's output as {@code out}. */
  void output() {
    place("out", context.group().outputs().getFirst());
  }

  /** Passes the kernel's workspace as {@code workspace}. */
  void workspace() {
    arguments.put("workspace", new EmittedKernel.Workspace());
  }

  /** Passes a number under this name. */
  void number(String name, long value) {
    arguments.put(name, new EmittedKernel.Count(value));
  }

  /**
   * Cuts {@code rows} of {@code rowBytes} each into tiles, declares {@code first} and {@code last}
   * of this tile's rows, and returns the number of tiles.
   */
  int rows(long rows, long rowBytes) {
    long perTile = Math.max(1, TILE_BYTES / Math.max(rowBytes, 1));
    number("rows", rows);
    number("rowsPerTile", perTile);
    body.addStatement("long first = tile * rowsPerTile");
    body.addStatement("long last = $T.min(rows, first + rowsPerTile)", Math.class);
    return Math.toIntExact((rows + perTile - 1) / perTile);
  }

  EmittedKernel finish(int tiles, String checked) {
    var parameters = new ArrayList<ParameterSpec>();
    parameters.add(MethodDraft.ofInt("tile"));
    parameters.add(MethodDraft.ofInt("worker"));
    parameters.addAll(MethodDraft.longs(List.copyOf(arguments.keySet())));
    MethodReference method =
        context
            .methods()
            .share(MethodDraft.ofVoid(context.name(), context.comment(), parameters, body.build()));
    return new EmittedKernel(method, List.copyOf(arguments.values()), tiles, checked);
  }

  /** Returns a statement that copies bytes inside the arena; the two stretches may be the same. */
  static CodeBlock copy(String from, String to, String bytes) {
    return CodeBlock.of(
        "$T.copy($L, $L, $L, $L, $L)",
        MemorySegment.class,
        Emitted.SEG,
        from,
        Emitted.SEG,
        to,
        bytes);
  }

  /** Returns a statement that copies one element as bits. */
  static CodeBlock copyElement(ElementType type, String from, String to) {
    CodeBlock layout = Emitted.layout(type);
    return CodeBlock.of(
        "$L.set($L, $L, $L.get($L, $L))", Emitted.SEG, layout, to, Emitted.SEG, layout, from);
  }

  /** Returns the type whose elements are the bits of this type's elements. */
  static ElementType bits(ElementType type) {
    return switch (type.bytes()) {
      case 8 -> ElementType.I64;
      case 4 -> ElementType.I32;
      case 2 -> ElementType.I16;
      default -> ElementType.I8;
    };
  }
}
