package dev.miser.codegen.move;

import dev.miser.codegen.EmittedKernel;
import dev.miser.codegen.KernelContext;
import dev.miser.codegen.vector.Emitted;
import dev.miser.ir.op.Constant;
import dev.miser.runtime.ConstantBytes;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Base64;

/** Writes a constant's elements into the class as text, to be decoded by init. */
final class ConstantWriter extends MoveWriter {
  /** Bytes of one string: its text must stay below the 65,535 bytes that a class file allows. */
  private static final long PIECE = 48_000;

  ConstantWriter(KernelContext context) {
    super(context);
  }

  EmittedKernel write(Constant constant) {
    MemorySegment bytes = constant.value().bytes();
    output();
    for (long at = 0; at < bytes.byteSize(); at += PIECE) {
      MemorySegment piece = bytes.asSlice(at, Math.min(PIECE, bytes.byteSize() - at));
      String text = Base64.getEncoder().encodeToString(piece.toArray(ValueLayout.JAVA_BYTE));
      body.addStatement("$T.decode($L, out + $LL, $S)", ConstantBytes.class, Emitted.SEG, at, text);
    }
    return finish(1, "");
  }
}
