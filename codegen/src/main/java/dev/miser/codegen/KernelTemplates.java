package dev.miser.codegen;

import dev.miser.codegen.depthwise.DepthwiseTemplate;
import dev.miser.codegen.loop.LoopTemplate;
import dev.miser.codegen.matrix.DotTemplate;
import dev.miser.codegen.move.MoveTemplate;
import dev.miser.codegen.pool.PoolTemplate;
import dev.miser.codegen.rows.AttentionTemplate;
import dev.miser.codegen.rows.NormTemplate;
import dev.miser.codegen.rows.ReduceTemplate;
import dev.miser.codegen.window.ConvolutionTemplate;
import java.util.List;

/** Every kernel template, in the order in which they are asked. */
final class KernelTemplates {
  static final List<KernelTemplate> ALL =
      List.of(
          new LoopTemplate(), //
          new DotTemplate(),
          // Before what takes convolutions of any groups.
          new DepthwiseTemplate(),
          new ConvolutionTemplate(),
          new PoolTemplate(),
          new MoveTemplate(),
          new AttentionTemplate(),
          new ReduceTemplate(),
          new NormTemplate());

  private KernelTemplates() {}
}
