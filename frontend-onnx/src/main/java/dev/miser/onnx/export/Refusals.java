package dev.miser.onnx.export;

import dev.miser.ir.diag.Code;
import dev.miser.ir.diag.Diagnostic;
import dev.miser.ir.func.Function;
import dev.miser.ir.func.Instruction;
import dev.miser.ir.op.Attention;
import dev.miser.ir.op.Broadcast;
import dev.miser.ir.op.Concat;
import dev.miser.ir.op.Constant;
import dev.miser.ir.op.Contraction;
import dev.miser.ir.op.Elementwise;
import dev.miser.ir.op.Indexing;
import dev.miser.ir.op.Iota;
import dev.miser.ir.op.Layout;
import dev.miser.ir.op.Normalization;
import dev.miser.ir.op.Op;
import dev.miser.ir.op.Ordering;
import dev.miser.ir.op.PackPanels;
import dev.miser.ir.op.Pad;
import dev.miser.ir.op.Random;
import dev.miser.ir.op.Reduction;
import dev.miser.ir.op.Reshape;
import dev.miser.ir.op.Reverse;
import dev.miser.ir.op.Slice;
import dev.miser.ir.op.Source;
import dev.miser.ir.op.Transpose;
import dev.miser.ir.op.UnpackPanels;
import dev.miser.ir.op.Windowed;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What of a function ONNX cannot say. */
final class Refusals {
  private Refusals() {}

  /** Returns a diagnostic for each instruction without an ONNX meaning, in order. */
  static List<Diagnostic> of(Function function) {
    var refusals = new ArrayList<Diagnostic>();
    for (Instruction instruction : function.body()) {
      String reason = reason(instruction.op());
      if (reason != null) {
        refusals.add(
            Diagnostic.error(
                Code.ONNX_EXPORT,
                instruction.place(),
                instruction.result(),
                instruction.op().mnemonic(),
                reason));
      }
    }
    return refusals;
  }

  private static @Nullable String reason(Op op) {
    return switch (op) {
      case Source source ->
          switch (source) {
            case Constant constant -> null;
            case Iota iota -> null;
            case Random random -> "its random operators have no counter that can be replayed";
          };
      case Layout layout -> reason(layout);
      case Elementwise elementwise -> null;
      case Indexing indexing -> null;
      case Contraction contraction -> null;
      case Reduction reduction -> null;
      case Ordering ordering -> null;
      case Windowed windowed -> null;
      case Normalization normalization -> null;
      case Attention attention -> null;
    };
  }

  private static @Nullable String reason(Layout layout) {
    return switch (layout) {
      case PackPanels pack -> "panels are a layout of Miser's own kernels";
      case UnpackPanels unpack -> "panels are a layout of Miser's own kernels";
      case Broadcast broadcast -> null;
      case Reshape reshape -> null;
      case Transpose transpose -> null;
      case Slice slice -> null;
      case Pad pad -> null;
      case Concat concat -> null;
      case Reverse reverse -> null;
    };
  }
}
