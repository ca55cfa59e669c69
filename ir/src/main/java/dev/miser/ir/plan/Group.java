package dev.miser.ir.plan;

import dev.miser.ir.func.Instruction;
import dev.miser.ir.op.Value;
import dev.miser.ir.type.Shape;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import org.jspecify.annotations.Nullable;

/**
 * What a kernel's body is made of: at most one <em>anchor</em> (a reduction, a contraction, ...),
 * the elementwise instructions before it (prologue) and after it (epilogue), and the leaves they
 * read. In a {@link Family#LOOP}, which has no anchor, all elementwise instructions are epilogue.
 *
 * @param anchor null exactly in a LOOP
 * @param prologue elementwise instructions that the anchor depends on, in order; all of the shape
 *     of the anchor's first operand
 * @param epilogue the other elementwise instructions, in order; all of {@link #shape()}
 * @param leaves how each value is read that an elementwise instruction or the anchor uses, or an
 *     output copies, and that neither of them defines; in order of first use
 * @param outputs what is written to memory: results of prologue, anchor or epilogue, or leaves
 */
public record Group(
    Family family,
    @Nullable Instruction anchor,
    List<Instruction> prologue,
    List<Instruction> epilogue,
    Map<Value, Access> leaves,
    List<Value> outputs) {
  /** The loop nest a body needs. */
  public enum Family {
    /** Elementwise instructions of one shape over affine leaves. */
    LOOP,
    /** A Reduce or ArgReduce. */
    REDUCE,
    /** A Dot. */
    DOT,
    /** A Convolution or TransposedConvolution. */
    CONV,
    /** A Pool. */
    POOL,
    /** A Normalization. */
    NORM,
    /** An Attention. */
    ATTENTION,
    /**
     * A Concat, Pad, PackPanels, indexing, Cumulative, Sort, TopK, or a constant that is no splat.
     */
    MOVE
  }

  public Group {
    prologue = List.copyOf(prologue);
    epilogue = List.copyOf(epilogue);
    leaves = Collections.unmodifiableMap(new LinkedHashMap<>(leaves));
    outputs = List.copyOf(outputs);
  }

  /** Returns the group of a kernel's body, or null if the body is of no family. */
  public static @Nullable Group of(List<Instruction> body, List<Value> outputs) {
    return GroupAnalysis.analyse(body, outputs);
  }

  /** Returns the group of a kernel, whose body must be of a family. */
  public static Group of(Kernel kernel) {
    Group group = of(kernel.body(), kernel.outputs());
    if (group == null) {
      throw new IllegalArgumentException("body of no family: " + kernel.body());
    }
    return group;
  }

  /** Returns the shape of the anchor's result, or of a LOOP's outputs. */
  public Shape shape() {
    return anchor == null ? outputs.getFirst().type().shape() : anchor.type().shape();
  }

  /** Returns the anchor; the family must have one. */
  public Instruction requireAnchor() {
    if (anchor == null) {
      throw new NoSuchElementException("a loop has no anchor");
    }
    return anchor;
  }

  /** Returns how a leaf is read. */
  public Access leaf(Value value) {
    Access access = leaves.get(value);
    if (access == null) {
      throw new NoSuchElementException(value + " is not a leaf");
    }
    return access;
  }
}
