package dev.miser.frontend;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import dev.miser.ir.diag.Diagnostic;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** What is written by hand becomes what the printer prints; what is wrong is told all at once. */
class ParserTest {
  @Test
  void readsWhatPeopleWrite() {
    check(
        """
        // A comment.
        func @mlp(%x: f32[32,784], param %w: f32[784,256] = normal(fan_in),
                  param %b: f32[256]=uniform(fan_in), state %"s/1": f32[] = fill(1),
                  %ids: i64[1,128] in 0..30521) -> (f32[32,256], f32[]) {
          %h  = dot %x, %w : f32[32,256] // behind an instruction
          %wide = broadcast %b {shape = [32,256],
                                dims = [1]}
          %c=constant{value=f32[3](1.0, nan, -inf)}
          %k = constant {value = f32[](2)}
          %y = add %h, %wide
          return %y, state %"s/1" = %k, %k
        }
        """,
        """
        func @mlp(
            %x: f32[32,784],
            param %w: f32[784,256] = normal(fan_in),
            param %b: f32[256] = uniform(fan_in),
            state %"s/1": f32[] = fill(1.0),
            %ids: i64[1,128] in 0..30521) -> (f32[32,256], f32[]) {
          %h = dot %x, %w : f32[32,256]
          %wide = broadcast %b {shape = [32, 256], dims = [1]} : f32[32,256]
          %c = constant {value = f32[3](1.0, nan, -inf)} : f32[3]
          %k = constant {value = f32[](2.0)} : f32[]
          %y = add %h, %wide : f32[32,256]
          return %y, %k, state %"s/1" = %k
        }
        """);
  }

  @Test
  void tellsSeveralErrorsAtOnceAndNoneTwice() {
    refused(
        """
        func @f(%x: f32[2,3], param %w: f33[3,4]) -> (f32[2,4], f32[2,3]) {
          %h = dto %x, %w : f32[2,4]
          %b = broadcast %x {shpe = [2, 3]}
          %s = add %x %x
          %t = dot %x,
          %u = dot %x, %x
          %v = relu %s, %s
          %a = relu %late
          %late = relu %x ; and more
          return %h, %vv
        }
        """,
        "1:33: unknown element type 'f33', did you mean 'f32'? [parse.element-type]",
        "2:8: unknown operation 'dto', did you mean 'dot'? [parse.unknown-operation]",
        "3:22: operation 'broadcast' has no attribute 'shpe', did you mean 'shape'?"
            + " [parse.unknown-attribute]",
        "4:15: found '%x', expected ',' or end of line [parse.syntax]",
        "5:15: found end of line, expected a value [parse.syntax]",
        "6:8: inner dimensions differ: 3 and 2 [dot.inner-dim]",
        "7:8: operation 'relu' has 2 operands, expected 1 [parse.arity]",
        "8:13: %late is used before its definition [parse.use-before-definition]",
        "9:19: found ';', expected end of line [parse.syntax]",
        "10:14: use of %vv, which is not defined, did you mean 'v'? [parse.undefined]");
  }

  @Test
  void aHeadThatCannotBeReadStillDefinesItsParameters() {
    refused(
        """
        func @f(%x f32[2],
                %y: f32[2]) -> f32[2] {
          %z = add %x, %y
          return %zz
        }
        """,
        "1:12: found 'f32', expected ':' [parse.syntax]",
        "4:10: use of %zz, which is not defined, did you mean 'z'? [parse.undefined]");
  }

  private static void check(String text, String expected) {
    Parsed parsed = Parser.parse(new Source("test", text));
    assertEquals(List.of(), parsed.diagnostics());
    assertEquals(expected, parsed.function().toString());
    Parsed again = Parser.parse(new Source("test", expected));
    assertEquals(expected, again.function().toString());
  }

  private static void refused(String text, String... expected) {
    Parsed parsed = Parser.parse(new Source("test", text));
    assertNull(parsed.program());
    assertEquals(
        String.join("\n", expected),
        parsed.diagnostics().stream().map(ParserTest::line).collect(Collectors.joining("\n")));
  }

  private static String line(Diagnostic d) {
    return "%d:%d: %s [%s]"
        .formatted(d.place().line(), d.place().column(), d.message(), d.code().text());
  }
}
