package dev.miser.bench;

import java.util.Locale;

/** A small program to measure, and what it is called in the record. */
record Texts(String title, String program) {
  static Texts matrixProduct(int m, int k, int n) {
    return new Texts(
        String.format(Locale.ROOT, "product %1$dx%2$dx%3$d", m, k, n),
        String.format(
            Locale.ROOT,
            """
            func @product(%%a: f32[%1$d,%2$d], param %%b: f32[%2$d,%3$d] = normal(0.0, 0.1)) -> f32[%1$d,%3$d] {
              %%c = dot %%a, %%b : f32[%1$d,%3$d]
              return %%c
            }
            """,
            m,
            k,
            n));
  }

  static Texts convolution(int in, int out, int size, int window) {
    return new Texts(
        String.format(
            Locale.ROOT, "convolution %4$dx%4$d, %1$d->%2$d at %3$dx%3$d", in, out, size, window),
        String.format(
            Locale.ROOT,
            """
            func @convolution(%%x: f32[1,%1$d,%3$d,%3$d], param %%w: f32[%2$d,%1$d,%4$d,%4$d] = normal(0.0, 0.1)) -> f32[1,%2$d,%3$d,%3$d] {
              %%y = convolution %%x, %%w {low = [%5$d, %5$d], high = [%5$d, %5$d]} : f32[1,%2$d,%3$d,%3$d]
              return %%y
            }
            """,
            in,
            out,
            size,
            window,
            window / 2));
  }

  /** Six instructions whose results stay small however often they are applied. */
  static Texts chain(int elements) {
    return new Texts(
        String.format(
            Locale.ROOT, "chain of scale, shift, relu, clamp, subtract over %1$d f32", elements),
        String.format(
            Locale.ROOT,
            """
            func @chain(%%x: f32[%1$d]) -> f32[%1$d] {
              %%half = constant {value = f32[%1$d](0.5)} : f32[%1$d]
              %%one = constant {value = f32[%1$d](1.0)} : f32[%1$d]
              %%scaled = multiply %%x, %%half : f32[%1$d]
              %%shifted = add %%scaled, %%half : f32[%1$d]
              %%positive = relu %%shifted : f32[%1$d]
              %%clamped = minimum %%positive, %%one : f32[%1$d]
              %%y = subtract %%clamped, %%half : f32[%1$d]
              return %%y
            }
            """,
            elements));
  }

  static Texts gelu(int elements) {
    return new Texts(
        String.format(Locale.ROOT, "gelu (with erf) over %1$d f32", elements),
        String.format(
            Locale.ROOT,
            """
            func @gelu(%%x: f32[%1$d]) -> f32[%1$d] {
              %%half = constant {value = f32[%1$d](0.5)} : f32[%1$d]
              %%root = constant {value = f32[%1$d](0.70710677)} : f32[%1$d]
              %%scaled = multiply %%x, %%root : f32[%1$d]
              %%erf = erf %%scaled : f32[%1$d]
              %%shared = multiply %%x, %%half : f32[%1$d]
              %%product = multiply %%shared, %%erf : f32[%1$d]
              %%y = add %%product, %%shared : f32[%1$d]
              return %%y
            }
            """,
            elements));
  }

  static Texts softmax(int rows) {
    return new Texts(
        String.format(Locale.ROOT, "softmax of %1$d rows of 768", rows),
        String.format(
            Locale.ROOT,
            """
            func @softmax(%%x: f32[%1$d,768]) -> f32[%1$d,768] {
              %%y = softmax %%x {axis = 1} : f32[%1$d,768]
              return %%y
            }
            """,
            rows));
  }

  static Texts layerNorm(int rows) {
    return new Texts(
        String.format(Locale.ROOT, "layer_norm of %1$d rows of 768", rows),
        String.format(
            Locale.ROOT,
            """
            func @norm(%%x: f32[%1$d,768], param %%weight: f32[768] = normal(1.0, 0.1), param %%bias: f32[768] = normal(0.0, 0.1)) -> f32[%1$d,768] {
              %%y = layer_norm %%x, %%weight, %%bias : f32[%1$d,768]
              return %%y
            }
            """,
            rows));
  }
}
