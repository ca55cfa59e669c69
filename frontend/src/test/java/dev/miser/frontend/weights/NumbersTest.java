package dev.miser.frontend.weights;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.miser.ir.diag.DiagnosticException;
import dev.miser.ir.op.Literal;
import dev.miser.ir.type.ElementType;
import dev.miser.ir.type.Shape;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Numbers as text: the brackets say the shape, and the reader the type. */
class NumbersTest {
  @Test
  void bracketsAreTheShape() {
    check("5", Shape.of(), "5");
    check(" -2.5e3 ", Shape.of(), "-2.5e3");
    check("[]", Shape.of(0));
    check("[7]", Shape.of(1), "7");
    check("[ 1, 2 ,3,]", Shape.of(3), "1", "2", "3");
    check("[[1,2],[3,4],[5,6]]", Shape.of(3, 2), "1", "2", "3", "4", "5", "6");
    check("[[[]],[[]]]", Shape.of(2, 1, 0));
    check("[true,false]", Shape.of(2), "true", "false");
  }

  private static void check(String text, Shape shape, String... words) {
    Numbers numbers = Numbers.parse(text);
    assertEquals(shape, numbers.shape(), text);
    assertEquals(List.of(words), numbers.words(), text);
  }

  @Test
  void whatIsWrongIsSaid() {
    wrong("", "no number");
    wrong("abc", "'abc'");
    wrong("1 2", "'2' behind the end");
    wrong("[1,2", "no ']'");
    wrong("[1 2]", "no comma before '2'");
    wrong("[,]", "',' where a number should be");
    wrong("[1,2]]", "']' behind the end");
    wrong("[[1,2],[3]]", "a list of 1 beside one of 2");
    wrong("[[1],2]", "a number beside a list");
    wrong("[1,[2]]", "a list beside a number");
    wrong("[[],[1]]", "a list of 1 beside one of 0");
    wrong("[[],[[]]]", "a list of 1 beside one of 0");
    wrong("[".repeat(100), "nested deeper");
    wrong("[".repeat(20) + "]".repeat(20), "rank");
  }

  private static void wrong(String text, String what) {
    String found =
        String.valueOf(
            assertThrows(IllegalArgumentException.class, () -> Numbers.parse(text), text)
                .getMessage());
    assertEquals(true, found.contains(what), () -> text + ": " + found);
  }

  @Test
  void theReaderSaysTheType() {
    assertEquals(3, Literal.getLong(of("[1,2,3]", ElementType.U8), ElementType.U8, 2));
    assertEquals(2.5, Literal.getDouble(of("2.5", ElementType.F16), ElementType.F16, 0));
    assertEquals(1, Literal.getLong(of("true", ElementType.BOOL), ElementType.BOOL, 0));
    String message =
        String.valueOf(
            assertThrows(
                    DiagnosticException.class,
                    () -> Numbers.parse("[256,1,-1,2.5,inf]").typed(ElementType.U8))
                .getMessage());
    assertEquals(
        """
        error: '256' is not a number that u8 can hold [parse.number]
        error: '-1' is not a number that u8 can hold [parse.number]
        error: '2.5' is not a number that u8 can hold [parse.number]
        error: 'inf' is not a number that u8 can hold [parse.number]\
        """,
        message);
  }

  private static java.lang.foreign.MemorySegment of(String text, ElementType element) {
    return Numbers.parse(text).typed(element).bytes();
  }
}
