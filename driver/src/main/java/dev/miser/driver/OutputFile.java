package dev.miser.driver;

import dev.miser.frontend.weights.Npy;
import dev.miser.frontend.weights.Safetensors;
import dev.miser.frontend.weights.Tensor;
import java.nio.file.Path;
import java.util.SequencedMap;

/** A file that the results of a run go to, in the format that its name ends in. */
record OutputFile(Path path) {
  OutputFile {
    if (!path.toString().endsWith(".npy") && !path.toString().endsWith(".safetensors")) {
      throw Failures.badUsage("--output " + path + " ends neither in .npy nor in .safetensors");
    }
  }

  /** Refuses, before any work, a file that cannot hold as many results. */
  void require(int results) {
    if (isNpy() && results != 1) {
      throw Failures.badUsage(
          "--output "
              + path
              + " holds one result, the program has "
              + results
              + "; a .safetensors file holds all");
    }
  }

  /** Writes the results, whole or not at all. */
  void write(SequencedMap<String, Tensor> results) {
    if (isNpy()) {
      Npy.write(path, results.firstEntry().getValue());
    } else {
      Safetensors.write(path, results);
    }
  }

  private boolean isNpy() {
    return path.toString().endsWith(".npy");
  }
}
