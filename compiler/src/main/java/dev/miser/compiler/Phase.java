package dev.miser.compiler;

/** A stretch of the way from text to a first result, for progress and timing. */
public enum Phase {
  READ("reading the program"),
  PASSES("passes"),
  FUSE("fusing into kernels"),
  LAYOUT("laying out the arena"),
  EMIT("writing Java"),
  COMPILE("compiling Java"),
  INIT("loading and preparing weights"),
  STEP("first step");

  private final String text;

  Phase(String text) {
    this.text = text;
  }

  /** Returns what happens, in a few words. */
  public String text() {
    return text;
  }
}
