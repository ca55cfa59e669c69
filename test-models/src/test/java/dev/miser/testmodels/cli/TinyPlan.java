package dev.miser.testmodels.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A plan written by hand, so that what is told of it does not change with the planner. */
final class TinyPlan {
  /** One tensor waits over the peak, and one lies so high that the arena has a gap. */
  static final String TEXT =
      """
      plan @tiny(%x: f32[64], param %w: f32[64] = fill(2.0)) -> f32[64] target {vector_bits = 256, workers = 2, l1 = 32768, l2 = 1048576, tile = [6, 2]} {
        init {
        }
        step {
          kernel reduce (%early, %low) workspace 256 {
            %early = exp %x : f32[64]
            %low = reduce_sum %early {axes = [0]} : f32[]
          }
          kernel loop (%more) {
            %all.leaf = broadcast %low {shape = [16, 64]} : f32[16,64]
            %more = reverse %all.leaf {axes = [0]} : f32[16,64]
          }
          kernel loop (%all) {
            %all = broadcast %low {shape = [16, 64]} : f32[16,64]
          }
          kernel move (%two) {
            %two = concat %more, %all {axis = 0} : f32[32,64]
          }
          kernel move (%sum) {
            %sum = cumulative_sum %two {axis = 0} : f32[32,64]
          }
          kernel reduce (%z) workspace 1024 {
            %top = reduce_max %sum {axes = [0]} : f32[64]
            %y = add %top, %early : f32[64]
            %z = multiply %y, %w : f32[64]
          }
        }
        memory {
          arena 20736
          buffer %x at 0 size 256 live [0, 1)
          buffer %w at 20480 size 256 live [0, 6)
          buffer %early at 16384 size 256 live [0, 6)
          buffer %low at 256 size 4 live [0, 3)
          buffer %more at 8192 size 4096 live [1, 4)
          buffer %all at 12288 size 4096 live [2, 4)
          buffer %two at 0 size 8192 live [3, 5)
          buffer %sum at 8192 size 8192 live [4, 6)
          buffer %z at 16384 size 256 live [5, 6)
          buffer %early.workspace at 512 size 256 live [0, 1)
          buffer %z.workspace at 1024 size 1024 live [5, 6)
          in_place %z over %early
          certificate {naive = 26944, load_bound = 16896, lower_bound = 16896, found_by = "by hand", proved_by = "load", nodes = 0, stop = "done"}
        }
        return %z
      }
      """;

  private TinyPlan() {}

  static Path write(Path folder) throws IOException {
    return Files.writeString(folder.resolve("tiny.mir"), TEXT);
  }
}
