package dev.miser.onnx;

/**
 * Where a model comes from, as its file says.
 *
 * @param producer the program that wrote it, with its version; empty if the file does not say
 * @param irVersion the version of the file's format
 * @param opsets the version of each operator set it speaks, such as {@code 17, com.example 1}
 */
public record Origin(String producer, long irVersion, String opsets) {}
