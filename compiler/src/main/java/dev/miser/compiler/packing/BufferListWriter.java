package dev.miser.compiler.packing;

import dev.miser.compiler.AtomicOutput;
import dev.miser.passes.memory.packing.Item;
import dev.miser.passes.memory.packing.Lifetime;
import dev.miser.passes.memory.packing.Packing;
import dev.miser.passes.memory.packing.Problem;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Writes a packing as a buffer list with offsets, which {@link BufferList} reads back. */
public final class BufferListWriter {
  private BufferListWriter() {}

  /** Writes a file, whole or not at all. */
  public static void write(Path file, Problem problem, Packing packing) {
    AtomicOutput.file(
        file,
        place -> {
          try (BufferedWriter out = Files.newBufferedWriter(place)) {
            write(out, problem, packing);
          }
        });
  }

  /** Writes all rows; alignment and pinned offset only if a buffer has one. */
  static void write(Appendable out, Problem problem, Packing packing) throws IOException {
    List<Item> items = problem.items();
    boolean aligned = items.stream().anyMatch(item -> item.alignment() != 1);
    boolean pinned = items.stream().anyMatch(Item::isPinned);
    out.append("id,lower,upper,size");
    out.append(aligned ? ",alignment" : "").append(pinned ? ",pinned" : "").append(",offset\n");
    for (int i = 0; i < items.size(); i++) {
      Item item = items.get(i);
      String name = quoted(item.name());
      for (Lifetime life : item.lives()) {
        out.append(name).append(',').append(String.valueOf(life.lower()));
        out.append(',').append(String.valueOf(life.upper()));
        out.append(',').append(String.valueOf(item.size()));
        if (aligned) {
          out.append(',').append(String.valueOf(item.alignment()));
        }
        if (pinned) {
          out.append(',').append(item.isPinned() ? String.valueOf(item.pinned()) : "");
        }
        out.append(',').append(String.valueOf(packing.offset(i))).append('\n');
      }
    }
  }

  private static String quoted(String name) {
    boolean plain =
        name.chars().allMatch(c -> c > ' ' && c != ',' && c != '"') && !name.startsWith("\ufeff");
    return plain ? name : '"' + name.replace("\"", "\"\"") + '"';
  }
}
