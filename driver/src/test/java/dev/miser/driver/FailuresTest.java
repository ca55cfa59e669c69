package dev.miser.driver;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.miser.ir.func.Function;
import dev.miser.ir.func.FunctionBuilder;
import dev.miser.ir.op.Unary;
import dev.miser.ir.type.ElementType;
import dev.miser.ir.type.TensorType;
import dev.miser.passes.Form;
import dev.miser.passes.Pass;
import dev.miser.passes.PassContext;
import dev.miser.passes.PassFailure;
import dev.miser.passes.PassObserver;
import dev.miser.passes.PassRunner;
import dev.miser.passes.RunOptions;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the user sees of our own bugs: a line and files, never a stack trace. */
class FailuresTest {
  /** A pass that breaks whatever it is given. */
  record Broken() implements Pass<Function> {
    @Override
    public Function run(Function program, PassContext context) {
      throw new IllegalStateException("broken on purpose\nsecond line");
    }
  }

  @TempDir Path folder;
  private final StringWriter err = new StringWriter();

  @Test
  void aBugLeavesItsStackTraceInAFile() throws IOException {
    var bug = new IllegalStateException("no such thing");
    assertEquals(
        Main.OUR_BUG, Failures.bug(bug, List.of("run", "x.mir"), new PrintWriter(err, true)));
    assertTrue(err.toString().contains("no such thing"), err.toString());
    assertFalse(err.toString().contains("\tat "), err.toString());
    Matcher path = Pattern.compile("with (\\S+\\.txt)").matcher(err.toString());
    assertTrue(path.find(), err.toString());
    Path report = Path.of(path.group(1));
    String text = Files.readString(report);
    Files.delete(report);
    assertTrue(text.startsWith("miser run x.mir"), text);
    assertTrue(text.contains("\tat "), text);
  }

  @Test
  void aBrokenPassNamesTheFileThatShowsItAgain() throws IOException {
    var builder = new FunctionBuilder("f");
    var x = builder.input("x", TensorType.of(ElementType.F32, 2));
    Function function = builder.returns(builder.add("y", new Unary(Unary.Kind.RELU, x))).build();
    var options = RunOptions.DEFAULT.withReproducerFolder(folder);
    var runner = new PassRunner<>(Form.FUNCTION, options, new PassObserver<Function>() {});
    PassFailure failure =
        Assertions.assertThrows(
            PassFailure.class, () -> runner.run(function, List.of(new Broken())));
    Failures.bug(failure, List.of(), new PrintWriter(err, true));
    assertTrue(err.toString().contains("To see it again: miser opt " + folder), err.toString());
  }

  @Test
  void tooLittleHeapIsNoBug() {
    assertEquals(
        Main.BAD_INPUT,
        Failures.outOfMemory(new OutOfMemoryError("Java heap space"), new PrintWriter(err, true)));
    assertTrue(err.toString().contains("-Xmx"), err.toString());
  }
}
