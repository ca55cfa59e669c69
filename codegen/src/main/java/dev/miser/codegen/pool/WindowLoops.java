package dev.miser.codegen.pool;

import com.palantir.javapoet.CodeBlock;
import dev.miser.codegen.KernelContext;
import dev.miser.codegen.MethodDraft;
import dev.miser.codegen.MethodReference;
import dev.miser.codegen.vector.Expressions;
import dev.miser.codegen.vector.Lane;
import dev.miser.codegen.vector.LaneNames;
import dev.miser.codegen.vector.ScalarLanes;
import dev.miser.ir.op.Binary;
import dev.miser.ir.op.Value;
import dev.miser.ir.type.ElementType;
import dev.miser.ir.type.TensorType;
import java.util.ArrayList;
import java.util.List;

/** Writes the method that folds the elements under one window, of any type, in plain loops. */
record WindowLoops(KernelContext context, Windowing windowing, Fold fold, ElementType type) {
  /** Returns the names of the method's parameters, all long, save the last, {@code i}. */
  List<String> parameters() {
    return fold == Fold.WEIGHTED ? List.of("plane", "weights") : List.of("plane");
  }

  /** Returns the type that the method returns: sums of sixteen-bit floats are of f32. */
  ElementType register() {
    return switch (type) {
      case F16, BF16 -> fold == Fold.MAX ? type : ElementType.F32;
      case F32, F64, I64, I32, I16, I8, U64, U32, U16, U8, BOOL -> type;
    };
  }

  /** Returns the method that computes position {@code i} of a plane. */
  MethodReference element() {
    var names = new ArrayList<>(parameters());
    names.add("i");
    var taken = new ArrayList<>(names);
    taken.addAll(List.of("result", "count", "at", "z", "y", "x"));
    var lanes = new ScalarLanes(new LaneNames(taken));
    var body = CodeBlock.builder();
    WindowAxis y = windowing.y();
    WindowAxis x = windowing.x();
    body.addStatement("long z = i / $LL", y.positions() * x.positions());
    body.addStatement("long y = i / $LL % $LL", x.positions(), y.positions());
    body.addStatement("long x = i % $LL", x.positions());
    body.addStatement("$T result = $L", lanes.javaType(register()), start());
    if (fold == Fold.AVERAGE_INSIDE) {
      body.addStatement("long count = 0");
    }
    axis(body, "z", "Slice", windowing.z());
    axis(body, "y", "Row", y);
    axis(body, "x", "Column", x);
    body.addStatement(
        "long at = plane + ((inSlice * $LL + inRow) * $LL + inColumn) * $L",
        y.size(),
        x.size(),
        type.bytes());
    body.add(step(lanes));
    if (fold == Fold.AVERAGE_INSIDE) {
      body.addStatement("count++");
    }
    body.endControlFlow().endControlFlow().endControlFlow();
    body.addStatement(
        "return $L",
        switch (fold) {
          case AVERAGE_INSIDE -> CodeBlock.of("result / count");
          case AVERAGE_ALL -> CodeBlock.of("result / $LL", windowing.entries());
          case MAX, SUM, WEIGHTED -> CodeBlock.of("result");
        });
    return context
        .methods()
        .share(
            new MethodDraft(
                "windowAt",
                "",
                lanes.javaType(register()),
                MethodDraft.longs(names),
                body.build()));
  }

  private static void axis(CodeBlock.Builder body, String name, String what, WindowAxis axis) {
    String entry = name + "Entry";
    body.beginControlFlow("for (long $N = 0; $N < $LL; $N++)", entry, entry, axis.window(), entry);
    body.addStatement(
        "long in$N = $N * $LL + $N * $LL - $LL",
        what,
        name,
        axis.stride(),
        entry,
        axis.dilation(),
        axis.low());
    body.beginControlFlow("if (in$N < 0 || in$N >= $LL)", what, what, axis.size());
    body.addStatement("continue");
    body.endControlFlow();
  }

  private CodeBlock step(ScalarLanes lanes) {
    Lane result = new Lane(register(), CodeBlock.of("result"));
    Lane met = lanes.load(type, CodeBlock.of("at"));
    if (fold == Fold.WEIGHTED) {
      CodeBlock entry =
          CodeBlock.of(
              "weights + ((zEntry * $LL + yEntry) * $LL + xEntry) * $L",
              windowing.y().window(),
              windowing.x().window(),
              type.bytes());
      Lane weight = lanes.load(type, entry);
      lanes.statement("result = $T.fma($L, $L, result)", Math.class, met.code(), weight.code());
      return lanes.takeBody();
    }
    var element = new Value("x", TensorType.of(register()));
    var kind = fold == Fold.MAX ? Binary.Kind.MAXIMUM : Binary.Kind.ADD;
    Lane next =
        Expressions.write(
            lanes,
            new Binary(kind, element, element),
            List.of(result, new Lane(register(), met.code())));
    lanes.statement("result = $L", next.code());
    return lanes.takeBody();
  }

  private CodeBlock start() {
    if (fold != Fold.MAX) {
      return CodeBlock.of("0");
    }
    return switch (type) {
      case F32, F16, BF16 -> CodeBlock.of("$T.NEGATIVE_INFINITY", Float.class);
      case F64 -> CodeBlock.of("$T.NEGATIVE_INFINITY", Double.class);
      case I64 -> CodeBlock.of("$T.MIN_VALUE", Long.class);
      case I32 -> CodeBlock.of("$T.MIN_VALUE", Integer.class);
      case I16 -> CodeBlock.of("$T.MIN_VALUE", Short.class);
      case I8 -> CodeBlock.of("$T.MIN_VALUE", Byte.class);
      case U64, U32, U16, U8, BOOL -> CodeBlock.of("0");
    };
  }
}
