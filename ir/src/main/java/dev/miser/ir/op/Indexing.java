package dev.miser.ir.op;

/** An operation that moves elements to or from places given by an index tensor. */
public sealed interface Indexing extends Op
    permits Gather, GatherAlong, GatherNd, Scatter, ScatterAlong, ScatterNd {}
