package dev.miser.onnx.lower;

import dev.miser.onnx.graph.NodeFailure;

/** How a place along an axis of a resized tensor becomes one along the axis it was made from. */
enum Coordinates {
  HALF_PIXEL,
  HALF_PIXEL_SYMMETRIC,
  PYTORCH_HALF_PIXEL,
  ALIGN_CORNERS,
  ASYMMETRIC,
  TF_HALF_PIXEL_FOR_NN,
  TF_CROP_AND_RESIZE;

  static Coordinates of(String name) {
    return switch (name) {
      case "half_pixel" -> HALF_PIXEL;
      case "half_pixel_symmetric" -> HALF_PIXEL_SYMMETRIC;
      case "pytorch_half_pixel" -> PYTORCH_HALF_PIXEL;
      case "align_corners" -> ALIGN_CORNERS;
      case "asymmetric" -> ASYMMETRIC;
      case "tf_half_pixel_for_nn" -> TF_HALF_PIXEL_FOR_NN;
      case "tf_crop_and_resize" -> TF_CROP_AND_RESIZE;
      default -> throw new NodeFailure("coordinate_transformation_mode is '%s'", name);
    };
  }

  /**
   * One axis.
   *
   * @param from its size
   * @param to its size afterwards
   * @param scale by what it grows; a size is rounded, so that this need not be {@code to / from}
   * @param start where the part begins that is looked at, 0 at the first element
   * @param end where it ends, 1 at the last element
   */
  record Axis(long from, long to, double scale, double start, double end) {
    /** Returns the size afterwards before it was rounded. */
    double width() {
      return scale * from;
    }
  }

  /** Returns where element {@code place} of the resized axis lies along the original one. */
  double original(Axis axis, long place) {
    double middle = (place + 0.5) / axis.scale - 0.5;
    double last = axis.from - 1;
    return switch (this) {
      case HALF_PIXEL -> middle;
      case HALF_PIXEL_SYMMETRIC -> axis.from / 2.0 * (1 - axis.to / axis.width()) + middle;
      case PYTORCH_HALF_PIXEL -> axis.to > 1 ? middle : 0;
      case ALIGN_CORNERS -> axis.to > 1 ? place * last / (axis.width() - 1) : 0;
      case ASYMMETRIC -> place / axis.scale;
      case TF_HALF_PIXEL_FOR_NN -> (place + 0.5) / axis.scale;
      case TF_CROP_AND_RESIZE ->
          axis.to > 1
              ? axis.start * last + place * (axis.end - axis.start) * last / (axis.to - 1)
              : 0.5 * (axis.start + axis.end) * last;
    };
  }
}
