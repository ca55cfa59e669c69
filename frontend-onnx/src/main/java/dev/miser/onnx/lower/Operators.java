package dev.miser.onnx.lower;

import dev.miser.onnx.graph.Lowering;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The meaning of every operator that programs can express, by name. */
public final class Operators {
  /** Operators of other sets than ONNX's own stand behind the set's name and two colons. */
  public static final Map<String, Lowering> BY_NAME =
      joined(
          List.of(
              Activations.OPERATORS,
              Attentions.OPERATORS,
              BatchNormalizations.OPERATORS,
              Branches.OPERATORS,
              Convolutions.OPERATORS,
              DeformableConvolution.OPERATORS,
              Determinant.OPERATORS,
              Einsum.OPERATORS,
              Elementwise.OPERATORS,
              Fourier.OPERATORS,
              Gathers.OPERATORS,
              Grids.OPERATORS,
              LinearAttention.OPERATORS,
              Loops.OPERATORS,
              Losses.OPERATORS,
              MicrosoftAttention.OPERATORS,
              MicrosoftNormalizations.OPERATORS,
              Normalizations.OPERATORS,
              Optimizers.OPERATORS,
              Pads.OPERATORS,
              Pooling.OPERATORS,
              Products.OPERATORS,
              Quantization.OPERATORS,
              QuantizedElementwise.OPERATORS,
              QuantizedProducts.OPERATORS,
              RandomNumbers.OPERATORS,
              Rearrangements.OPERATORS,
              Recurrent.OPERATORS,
              Reductions.OPERATORS,
              Regions.OPERATORS,
              Resizes.OPERATORS,
              Rotary.OPERATORS,
              Scans.OPERATORS,
              Scatters.OPERATORS,
              Selections.OPERATORS,
              Sequences.OPERATORS,
              Shapes.OPERATORS,
              Sources.OPERATORS,
              Windowing.OPERATORS));

  private Operators() {}

  private static Map<String, Lowering> joined(List<Map<String, Lowering>> families) {
    var all = new LinkedHashMap<String, Lowering>();
    for (Map<String, Lowering> family : families) {
      family.forEach((name, lowering) -> {
        if (all.put(name, lowering) != null) {
          throw new IllegalStateException("operator " + name + " has two meanings");
        }
      });
    }
    return Map.copyOf(all);
  }
}
