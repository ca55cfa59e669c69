package dev.miser.testmodels.export;

import static org.junit.jupiter.api.Assertions.assertEquals;

import ai.onnxruntime.OrtException;
import dev.miser.frontend.Parser;
import dev.miser.frontend.Source;
import dev.miser.ir.func.Function;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the example of an operation does not show and the export treats on its own. */
class ExportedCornersTest {
  private static final String MOVES =
      """
      func @moves(%x: f32[3,4,2], %s: f32[], %h: i16[4,3], %k: i16[], %b: bool[3], %m: f32[2,0])
          -> f32[3,4,2] {
        %cropped = pad %x, %s {low = [-5, 1, 0], high = [9, -2, 3], interior = [2, 0, 1]}
        %short = pad %h, %k {low = [1, 0], high = [-1, 2], interior = [0, 3]}
        %none = slice %x {start = [1, 0, 0], limit = [1, 4, 2]}
        %joined = concat %none, %x, %none {axis = 0}
        %strided = slice %x {start = [0, 1, 1], limit = [3, 4, 2], stride = [2, 2, 1]}
        %turned = reverse %x {axes = [0, 2]}
        %filled = pad %m, %s {low = [1, 2], high = [0, 1]}
        %spread = broadcast %b {shape = [2, 3, 4], dims = [1]}
        %whole = reshape %spread {shape = [6, 4]}
        %row = iota {type = f32[2,5], axis = 1}
        %column = iota {type = i8[3,2], axis = 0}
        %sum = add %row, %row
        %one = constant {value = f32[3,4,2](1.0)}
        %two = multiply %one, %one
        %three = add %x, %one
        return %x
      }
      """;

  private static final String WINDOWS =
      """
      func @windows(%x: f32[2,4,9,7], %w: f32[6,2,3,2], %i: i32[2,4,9,7], %j: i32[6,2,3,2],
                    %l: i64[1,2,5], %v: i64[3,2,2], %z: i8[1,2,3,4,5], %y: i8[2,2,2,1,3],
                    %t: f32[4,3,3,2], %u: i32[4,3,3,2], %d: f64[1,2,8], %q: u8[1,2,8],
                    %n: f32[1,5,3], %r: f32[2,4,3,3]) -> f32[2,4,9,7] {
        %c = convolution %x, %w {stride = [2, 1], low = [1, 0], high = [2, 3], dilation = [2, 3], groups = 2}
        %ci = convolution %i, %j {stride = [2, 1], low = [1, 0], high = [2, 3], dilation = [2, 3], groups = 2}
        %cl = convolution %l, %v {low = [2], high = [0], dilation = [3]}
        %cz = convolution %z, %y {low = [1, 0, 1], high = [0, 0, 2], stride = [1, 2, 2]}
        %tc = transposed_convolution %x, %t {stride = [2, 3], low = [1, 0], high = [0, 2], output_padding = [1, 2], dilation = [1, 2], groups = 2}
        %ti = transposed_convolution %i, %u {stride = [2, 3], low = [1, 0], high = [0, 2], output_padding = [1, 2], dilation = [1, 2], groups = 2}
        %m = max_pool %x {window = [3, 2], stride = [2, 1], low = [1, 0], high = [2, 1], dilation = [2, 1]}
        %mi = max_pool %i {window = [3, 2], stride = [2, 1], low = [1, 0], high = [2, 1], dilation = [2, 1]}
        %mq = max_pool %q {window = [3], low = [4], high = [3]}
        %mo = max_pool %d {window = [2], low = [3], high = [2]}
        %a = average_pool %x {window = [3, 2], stride = [2, 1], low = [1, 0], high = [2, 1]}
        %ap = average_pool %x {window = [3, 2], stride = [2, 1], low = [1, 0], high = [2, 1], count_padding = true}
        %ad = average_pool %d {window = [3], stride = [2], low = [1], high = [1], dilation = [2]}
        %ao = average_pool %x {window = [2, 2], low = [3, 0], high = [0, 1]}
        %ac = average_pool %x {window = [2, 2], low = [3, 0], high = [0, 1], count_padding = true}
        %s = sum_pool %x {window = [2, 3], stride = [3, 2], high = [1, 2]}
        %si = sum_pool %i {window = [2, 3], stride = [3, 2], high = [1, 2]}
        %even = local_response_norm %n {size = 4, alpha = 0.3, beta = 0.75, bias = 2.0}
        %odd = local_response_norm %r {size = 3, alpha = 0.3, beta = 0.75}
        %huge = local_response_norm %n {size = 99, alpha = 0.3, beta = 0.5}
        return %x
      }
      """;

  private static final String NUMBERS =
      """
      func @numbers(%x: f32[40], %i: i32[40], %k: i8[40], %u: u8[40]) -> f32[40] {
        %base = constant {value = i64[8](3, -2, 7, 0, -1, 1, 5, 2)}
        %exponent = constant {value = i64[8](45, 63, -1, -3, -3, -7, 0, 62)}
        %power = power %base, %exponent
        %u8 = convert %u {to = i8}
        %narrow = power %k, %u8
        %shift = constant {value = i32[6](0, 31, 32, -1, 5, 100)}
        %shifted = constant {value = i32[6](-7, -7, -7, -7, 1234567, 8)}
        %left = shift_left %shifted, %shift
        %right = shift_right %shifted, %shift
        %byte = constant {value = u8[4](255, 200, 129, 7)}
        %bits = constant {value = u8[4](7, 8, 1, 250)}
        %byte.left = shift_left %byte, %bits
        %byte.right = shift_right %byte, %bits
        %awkward = constant {value = f32[8](nan, inf, -inf, 3.0e9, -3.0e9, -128.5, 255.7, -0.5)}
        %to.i8 = convert %awkward {to = i8}
        %to.u8 = convert %awkward {to = u8}
        %to.i32 = convert %awkward {to = i32}
        %to.i64 = convert %awkward {to = i64}
        %to.u32 = convert %awkward {to = u32}
        %of.u32 = convert %to.u32 {to = i64}
        %to.u64 = convert %awkward {to = u64}
        %of.u64 = convert %to.u64 {to = i64}
        %to.bool = convert %awkward {to = bool}
        %y = constant {value = f32[10](0.0, -0.0, 0.0, -0.0, 1.0, -1.0, inf, -inf, inf, 2.0)}
        %z = constant {value = f32[10](0.0, 0.0, -0.0, -0.0, -0.0, 0.0, inf, -inf, -inf, -3.0)}
        %angle = atan2 %y, %z
        %p = constant {value = f32[6](5.5, -5.5, 5.5, -5.5, 6.0, -6.0)}
        %q = constant {value = f32[6](2.0, 2.0, -2.0, -2.0, -2.0, 2.0)}
        %mod = floor_remainder %p, %q
        %rest = remainder %p, %q
        %small = constant {value = f32[7](1.0e-8, -1.0e-6, 0.5, -0.9999, 3.0, 1.0e-30, -0.0)}
        %expm1 = expm1 %small
        %log1p = log1p %small
        %sign = sign %awkward
        %wide = constant {value = f64[4](1.0e-12, 2.0, -3.0, 0.1)}
        %gelu = gelu_tanh %wide
        %silu = silu %wide
        %soft = constant {value = f16[4](60000.0, -60000.0, 0.25, 3.0)}
        %log1p.short = log1p %soft
        %big = constant {value = u64[4](18446744073709551615, 1, 9223372036854775808, 5)}
        %order = sort_indices %big {axis = 0}
        %largest = arg_max %big {axis = 0}
        return %x
      }
      """;

  private static final String RUNS =
      """
      func @runs(%x: f32[2,5,3], %i: i32[2,5,3], %b: bool[2,5,3], %h: f16[2,300], %g: f32[300]) -> f32[2,5,3] {
        %product = cumulative_product %x {axis = 1, exclusive = true, reverse = true}
        %products = cumulative_product %i {axis = 1}
        %before = cumulative_product %x {axis = 2, exclusive = true}
        %sum = cumulative_sum %i {axis = 2, exclusive = true, reverse = true}
        %all = reduce_and %b {axes = [0, 2]}
        %any = reduce_or %b {axes = [1]}
        %same = reduce_sum %x {axes = []}
        %none = slice %x {start = [0, 0, 0], limit = [2, 0, 3]}
        %zero = reduce_sum %none {axes = [1]}
        %one = reduce_product %none {axes = [1]}
        %mean = reduce_mean %none {axes = [1]}
        %last = arg_min %i {axis = 1, last = true}
        %best = top_k %x {k = 2, axis = 1, largest = false}
        %worst = top_k_indices %i {k = 3, axis = 1}
        %sorted = sort %i {axis = 1, descending = true}
        %h1 = convert %g {to = f16}
        %rms = rms_norm %h, %h1
        %layer = layer_norm %h, %h1
        return %x
      }
      """;

  private static final String PLACES =
      """
      func @places(%x: f32[3,4,2], %u: f32[3,2,2,2], %n: f32[2,4,2], %v: f32[3,2,2], %w: f32[2,3,4,2],
                   %q: f32[2,3,5,4], %k: f32[2,3,6,4], %e: f32[2,3,6,3], %m: bool[1,3,5,6], %a: f32[2,1,1,6]) -> f32[3,4,2] {
        %index = constant {value = i32[2,2](0, 3, 3, 1)}
        %gather = gather %x, %index {axis = 1}
        %add = scatter %x, %index, %u {axis = 1}
        %largest = scatter %x, %index, %u {axis = 1, combine = maximum}
        %smallest = scatter %x, %index, %u {axis = 1, combine = minimum}
        %product = scatter %x, %index, %u {axis = 1, combine = multiply}
        %set = scatter %x, %index, %u {axis = 1, combine = set}
        %byte = constant {value = u8[3,2,2](0, 1, 2, 3, 3, 2, 1, 0, 0, 0, 3, 1)}
        %along = gather_along %x, %byte {axis = 1}
        %joined = scatter_along %x, %byte, %v {axis = 1}
        %negative = constant {value = i64[3,2](-1, 0, 1, -2, 2, 1)}
        %batched = gather_nd %x, %negative {batch = 1, from_end = true}
        %empty = constant {value = i64[2,0]()}
        %whole = gather_nd %x, %empty
        %every = scatter_nd %x, %empty, %w
        %place = constant {value = i64[2,1](2, 2)}
        %rows = scatter_nd %x, %place, %n {combine = multiply}
        %attended = attention %q, %k, %e {scale = 0.5, causal = true}
        %masked = constant {value = bool[1,3,5,6](true)}
        %kept = attention %q, %k, %e, %masked {scale = 0.5, causal = true}
        %biased = attention %q, %k, %e, %a {scale = 0.5}
        %dot = dot %q, %k {transpose_rhs = true}
        %left = dot %e, %k {transpose_lhs = true}
        %none = constant {value = f32[4,0]()}
        %nothing = constant {value = f32[0,3]()}
        %zeros = dot %none, %nothing
        return %x
      }
      """;

  @TempDir Path folder;

  private void check(String text) throws OrtException {
    Function function = Parser.parse(new Source("corners", text)).function();
    assertEquals(List.of(), new Judge(folder).complaints(function, 1));
  }

  @Test
  void whatMovesElements() throws OrtException {
    check(MOVES);
  }

  @Test
  void whatSlidesWindows() throws OrtException {
    check(WINDOWS);
  }

  @Test
  void whatFunctionsOfSingleElementsGive() throws OrtException {
    check(NUMBERS);
  }

  @Test
  void whatRunsAlongAxes() throws OrtException {
    check(RUNS);
  }

  @Test
  void whatIndicesAndAttentionPick() throws OrtException {
    check(PLACES);
  }
}
