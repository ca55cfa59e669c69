package dev.miser.driver;

import dev.miser.onnx.ImportedModel.Origin;

/** What an ONNX model says of itself, in one line. */
final class OriginText {
  private OriginText() {}

  /** Returns such a line: {@code ONNX, IR version 8, ai.onnx 17, written by pytorch 2.1}. */
  static String of(Origin origin) {
    return "ONNX, IR version "
        + origin.irVersion()
        + (origin.operatorSets().isEmpty() ? "" : ", " + origin.operatorSets())
        + (origin.producer().isEmpty() ? "" : ", written by " + origin.producer());
  }
}
