package dev.miser.ir.op;

/** An operation that moves elements without computing with them, at places known beforehand. */
public sealed interface Layout extends Op
    permits Broadcast, Reshape, Transpose, Slice, Pad, Concat, Reverse, PackPanels, UnpackPanels {}
