package dev.miser.onnx.lower;

import dev.miser.ir.op.Literal;
import dev.miser.ir.type.TensorType;
import dev.miser.onnx.graph.NodeFailure;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Which boxes are left when those that overlap a better one are taken away.
 *
 * @param boxes [batches, boxes, 4]
 * @param scores [batches, classes, boxes]
 * @param areCentered whether a box is its centre, width and height, rather than two corners
 * @param most how many boxes of a class are selected in each batch
 * @param overlap boxes that share more than this part of their union overlap
 * @param least only boxes with a higher score are looked at
 */
record BoxSuppression(
    Literal boxes, Literal scores, boolean areCentered, long most, double overlap, double least) {
  /** Far above any use, and a second or two of work at import. */
  private static final long MOST_COMPARISONS = 200_000_000;

  /** A box by its lower and upper corner. */
  private record Box(double top, double left, double bottom, double right) {
    double area() {
      return (bottom - top) * (right - left);
    }

    /** Returns what two boxes share, as a part of what they cover together. */
    double overlap(Box other) {
      double height = Math.min(bottom, other.bottom) - Math.max(top, other.top);
      double width = Math.min(right, other.right) - Math.max(left, other.left);
      if (height <= 0 || width <= 0) {
        return 0;
      }
      double shared = height * width;
      return shared / (area() + other.area() - shared);
    }
  }

  /** Returns the batch, class and number of each box that is selected, one after the other. */
  List<Long> selected() {
    TensorType type = scores.type();
    long classes = type.dim(1);
    var selected = new ArrayList<Long>();
    long comparisons = 0;
    long batches = type.elementCount() == 0 ? 0 : type.dim(0);
    for (long batch = 0; batch < batches; batch++) {
      for (long kind = 0; kind < classes; kind++) {
        long row = batch * classes + kind;
        List<Box> kept = new ArrayList<>();
        for (long number : ranked(row)) {
          if (kept.size() >= most) {
            break;
          }
          comparisons += kept.size();
          if (comparisons > MOST_COMPARISONS) {
            throw new NodeFailure("%s has more boxes than are compared at import", boxes.type());
          }
          Box box = box(batch, number);
          if (kept.stream().noneMatch(better -> better.overlap(box) > overlap)) {
            kept.add(box);
            selected.addAll(List.of(batch, kind, number));
          }
        }
      }
    }
    return selected;
  }

  /** Returns the boxes of a class in one batch, best first; of equal ones the earlier first. */
  private List<Long> ranked(long row) {
    long count = scores.type().dim(2);
    var ranked = new ArrayList<Long>();
    for (long i = 0; i < count; i++) {
      if (scores.doubleAt(row * count + i) > least) {
        ranked.add(i);
      }
    }
    ranked.sort(Comparator.comparingDouble(i -> -scores.doubleAt(row * count + i)));
    return ranked;
  }

  private Box box(long batch, long number) {
    long at = (batch * boxes.type().dim(1) + number) * 4;
    double a = boxes.doubleAt(at);
    double b = boxes.doubleAt(at + 1);
    double c = boxes.doubleAt(at + 2);
    double d = boxes.doubleAt(at + 3);
    if (areCentered) {
      return new Box(b - d / 2, a - c / 2, b + d / 2, a + c / 2);
    }
    return new Box(Math.min(a, c), Math.min(b, d), Math.max(a, c), Math.max(b, d));
  }
}
