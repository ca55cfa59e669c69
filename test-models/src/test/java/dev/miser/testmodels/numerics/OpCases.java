package dev.miser.testmodels.numerics;

import com.google.gson.JsonObject;
import dev.miser.ir.eval.Inputs;
import dev.miser.ir.eval.Precision;
import dev.miser.ir.eval.Reference;
import dev.miser.ir.eval.Tensor;
import dev.miser.ir.func.Function;
import dev.miser.ir.op.Value;
import dev.miser.ir.type.ElementType;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Every recorded inference case as a function of ours: one operation or a composition. */
public final class OpCases {
  /** Which file knows how to build an operation. */
  private enum Family {
    CONTRACTION,
    WINDOW,
    NORMALIZATION,
    ELEMENTWISE,
    REDUCTION,
    INDEXING,
    SHAPE,
    RECURRENT,
    LOSS
  }

  private OpCases() {}

  /** Returns all cases, computing in {@code real} what was recorded as floats. */
  public static List<OpCase> all(ElementType real) {
    var cases = new ArrayList<OpCase>();
    for (Recorded recorded : Recorded.readAll(Shared.folder("numerics").resolve("ops"))) {
      cases.add(build(recorded, real));
    }
    return cases;
  }

  private static OpCase build(Recorded recorded, ElementType real) {
    Function function = function(recorded, real);
    var inputs = new LinkedHashMap<String, Tensor>();
    recorded.inputs().forEach((name, tensor) -> inputs.put(name, as(tensor, real)));
    var bounds = new ArrayList<Bound>();
    recorded.float32Errors().values().forEach(error -> bounds.add(bound(recorded, error, real)));
    List<Tensor> expected =
        real.bytes() < 4
            ? fromRoundedInputs(recorded, inputs, real)
            : List.copyOf(recorded.outputs().values());
    return new OpCase(recorded.name(), function, inputs, expected, bounds);
  }

  private static Function function(Recorded recorded, ElementType real) {
    var composer = new Composer(recorded, real);
    List<Value> results = results(composer, recorded);
    if (results.size() != recorded.outputs().size()) {
      throw new IllegalStateException(recorded.name() + " has " + results.size() + " results");
    }
    return composer.returning(results);
  }

  /**
   * Short formats change the inputs too much for the recorded results to hold: what is computed in
   * double from the rounded inputs, which another test compares with the records, stands for them.
   */
  private static List<Tensor> fromRoundedInputs(
      Recorded recorded, Map<String, Tensor> inputs, ElementType real) {
    var wide = new LinkedHashMap<String, Tensor>();
    inputs.forEach((name, tensor) -> wide.put(name, as(tensor, ElementType.F64)));
    Function function = function(recorded, ElementType.F64);
    var expected = new ArrayList<Tensor>();
    for (Tensor result :
        Reference.evaluate(function, Inputs.of(wide), Precision.DOUBLE).results()) {
      expected.add(as(as(result, real), ElementType.F64));
    }
    return expected;
  }

  /** Returns a float tensor in another element type, rounded to it; others as they are. */
  private static Tensor as(Tensor tensor, ElementType real) {
    return tensor.type().element().isFloat()
        ? Tensor.ofDoubles(tensor.type().withElement(real), tensor.doubles()).rounded()
        : tensor;
  }

  /** The bounds that the data's README states; those of short formats are its first guess. */
  private static Bound bound(Recorded recorded, JsonObject error, ElementType real) {
    double relative = number(error, "rel");
    double each = number(error, "each");
    boolean sharp = family(recorded.op()) == Family.ELEMENTWISE && each < 1e-5;
    return switch (real) {
      case F64 -> new Bound(1e-12, Double.POSITIVE_INFINITY);
      case F32 ->
          new Bound(
              Math.max(2e-6, 8 * relative),
              sharp ? Math.max(1e-6, 8 * each) : Double.POSITIVE_INFINITY);
      case F16 -> new Bound(4e-3, Double.POSITIVE_INFINITY);
      case BF16 -> new Bound(3e-2, Double.POSITIVE_INFINITY);
      case I64, I32, I16, I8, U64, U32, U16, U8, BOOL ->
          throw new IllegalArgumentException("not a float type: " + real);
    };
  }

  private static double number(JsonObject error, String measure) {
    return error.has(measure) ? error.get(measure).getAsDouble() : 0;
  }

  private static List<Value> results(Composer c, Recorded r) {
    return switch (family(r.op())) {
      case CONTRACTION -> ContractionCases.build(c, r);
      case WINDOW -> WindowCases.build(c, r);
      case NORMALIZATION -> NormalizationCases.build(c, r);
      case ELEMENTWISE -> ElementwiseCases.build(c, r);
      case REDUCTION -> ReductionCases.build(c, r);
      case INDEXING -> IndexingCases.build(c, r);
      case SHAPE -> ShapeCases.build(c, r);
      case RECURRENT -> RecurrentCases.build(c, r);
      case LOSS -> LossCases.build(c, r);
    };
  }

  private static Family family(String op) {
    return switch (op) {
      case "dot", "matmul", "einsum", "linear", "convolution", "transposed_convolution" ->
          Family.CONTRACTION;
      case "max_pool", "avg_pool", "adaptive_avg_pool", "adaptive_max_pool", "upsample" ->
          Family.WINDOW;
      case "softmax",
          "log_softmax",
          "layer_norm",
          "rms_norm",
          "batch_norm_inference",
          "batch_norm_training",
          "group_norm",
          "instance_norm",
          "l2_normalize",
          "local_response_norm" ->
          Family.NORMALIZATION;
      case "argmax", "argmin", "cumsum", "cumprod", "top_k", "sort" -> Family.REDUCTION;
      case "embedding",
          "index_select",
          "gather_along_axis",
          "gather_nd",
          "scatter_add",
          "scatter",
          "index_add" ->
          Family.INDEXING;
      case "concat",
          "split",
          "slice",
          "pad",
          "transpose",
          "reshape",
          "broadcast",
          "flip",
          "roll",
          "tile",
          "lower_triangle" ->
          Family.SHAPE;
      case "attention",
          "multi_head_attention",
          "lstm_cell",
          "gru_cell",
          "rnn_tanh_cell",
          "lstm_sequence",
          "gru_sequence" ->
          Family.RECURRENT;
      case "cross_entropy",
          "cross_entropy_probabilities",
          "nll_loss",
          "mse_loss",
          "l1_loss",
          "huber_loss",
          "smooth_l1_loss",
          "bce_with_logits",
          "kl_divergence" ->
          Family.LOSS;
      // What is in no family either fails in one of these two.
      default -> op.startsWith("reduce_") ? Family.REDUCTION : Family.ELEMENTWISE;
    };
  }
}
