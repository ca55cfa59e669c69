package dev.miser.driver;

import dev.miser.onnx.Origin;

/** What an ONNX model says of itself, in one line. */
final class OriginText {
  private OriginText() {}

  /** Returns such a line: {@code ONNX, IR version 8, opset 17, written by pytorch 2.1.0}. */
  static String of(Origin origin) {
    return "ONNX, IR version "
        + origin.irVersion()
        + ", opset "
        + origin.opsets()
        + (origin.producer().isEmpty() ? "" : ", written by " + origin.producer());
  }
}
