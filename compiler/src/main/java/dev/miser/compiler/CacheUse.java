package dev.miser.compiler;

import java.nio.file.Path;

/** Where a cache lies, how many bytes it holds, and how many it may. */
public record CacheUse(Path folder, long bytes, long limitBytes) {}
