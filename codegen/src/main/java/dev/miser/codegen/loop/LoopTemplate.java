package dev.miser.codegen.loop;

import dev.miser.codegen.EmittedKernel;
import dev.miser.codegen.KernelContext;
import dev.miser.codegen.KernelTemplate;
import dev.miser.codegen.vector.Expressions;
import dev.miser.ir.op.Random;
import dev.miser.ir.op.Value;
import dev.miser.ir.plan.Access;
import dev.miser.ir.plan.Algorithm;
import dev.miser.ir.plan.Group;
import dev.miser.ir.plan.Kernel;
import dev.miser.ir.plan.Overlap;
import dev.miser.ir.plan.Target;
import java.util.List;

/** Elementwise loops: rows of vectors where the leaves allow it, else element by element. */
public record LoopTemplate() implements KernelTemplate {
  /** What one method can be given, and what the compiler's tiers take in one method. */
  private static final int MOST_LEAVES = 24;

  @Override
  public List<Algorithm> algorithms(Group group, Target target) {
    if (group.family() != Group.Family.LOOP
        || group.leaves().size() + group.outputs().size() > MOST_LEAVES
        || Expressions.primitives(group.epilogue()) > Expressions.MOST_PRIMITIVES) {
      return List.of();
    }
    long elements = group.shape().elementCount();
    double flops = (double) elements * group.epilogue().size();
    double bytes = 0;
    for (Value output : group.outputs()) {
      bytes += output.type().byteCount();
    }
    for (Access access : group.leaves().values()) {
      bytes += access.isMemory() ? access.source().type().byteCount() : 0;
    }
    return List.of(new Algorithm("loop", "elementwise", 0, flops, bytes));
  }

  /**
   * An element is read before it is written, by the tile that writes it. One worker writes elements
   * in row-major order, so the output may also lie anywhere before the elements that are yet to be
   * read, where these stand in ascending order too.
   */
  @Override
  public Overlap overwrite(Group group, Kernel kernel, Value output, Value input, Target target) {
    if (target.workers() == 1) {
      Overlap ascending = ascending(group, output, input);
      if (!ascending.equals(Overlap.NONE)) {
        return ascending;
      }
    }
    return readsInPlace(group, output, input) ? Overlap.SAME_PLACE : Overlap.NONE;
  }

  /** Returns how far the output may reach behind what one worker has read. */
  private static Overlap ascending(Group group, Value output, Value input) {
    if (TileWriter.isCrossed(group, LoopWriter.space(group))) {
      return Overlap.NONE;
    }
    long written = output.type().element().bytes();
    long most = Long.MAX_VALUE;
    for (Access access : group.leaves().values()) {
      if (access.origin() instanceof Random random
          && group.leaf(random.key()).source().equals(input)) {
        return Overlap.NONE; // every element asks for the key
      }
      if (access.isMemory() && access.source().equals(input)) {
        if (!access.shape().equals(output.type().shape()) || !access.isAscending()) {
          return Overlap.NONE;
        }
        // Element k stands at least k elements behind the first. Once all before it are written,
        // they may reach to where it stands, for every k but 0.
        long read = input.type().element().bytes();
        long last = access.shape().elementCount() - 1;
        most = Math.min(most, access.base() * read + Math.min(0, last * (read - written)));
      }
    }
    return most == Long.MAX_VALUE ? Overlap.NONE : new Overlap.UpTo(most);
  }

  /**
   * Returns whether every leaf that reads {@code input} reads, for each element of {@code output},
   * exactly the bytes that this element is written to.
   */
  public static boolean readsInPlace(Group group, Value output, Value input) {
    if (output.type().element().bytes() != input.type().element().bytes()
        || output.type().elementCount() != input.type().elementCount()) {
      return false;
    }
    for (var leaf : group.leaves().entrySet()) {
      Access access = leaf.getValue();
      if (access.isMemory() && access.source().equals(input)) {
        if (!access.isWhole() || !access.shape().equals(output.type().shape())) {
          return false;
        }
      }
    }
    return true;
  }

  @Override
  public EmittedKernel emit(KernelContext context) {
    return new LoopWriter(context).write();
  }
}
