package dev.miser.onnx.lower;

import static dev.miser.onnx.lower.NormsModels.f32;
import static dev.miser.onnx.lower.NormsModels.integer;
import static dev.miser.onnx.lower.NormsModels.number;
import static dev.miser.onnx.lower.NormsModels.opset;
import static dev.miser.onnx.lower.RecurrentModels.body;
import static dev.miser.onnx.lower.RecurrentModels.names;
import static dev.miser.onnx.lower.RecurrentModels.node;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.miser.onnx.proto.Onnx.AttributeProto;
import dev.miser.onnx.proto.Onnx.FunctionProto;
import dev.miser.onnx.proto.Onnx.NodeProto;
import dev.miser.onnx.proto.Onnx.OperatorSetIdProto;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Functions that a model brings along: attributes by reference, defaults, overloads, nesting. */
class FunctionsTest {
  private static FunctionProto.Builder function(
      String name, String inputs, String outputs, NodeProto... nodes) {
    return FunctionProto.newBuilder()
        .setDomain("own")
        .setName(name)
        .addAllInput(names(inputs))
        .addAllOutput(names(outputs))
        .addAllNode(Arrays.asList(nodes))
        .addOpsetImport(OperatorSetIdProto.newBuilder().setVersion(17))
        .addOpsetImport(OperatorSetIdProto.newBuilder().setDomain("own").setVersion(1));
  }

  private static AttributeProto reference(String name, String to) {
    return AttributeProto.newBuilder()
        .setName(name)
        .setRefAttrName(to)
        .setType(AttributeProto.AttributeType.FLOAT)
        .build();
  }

  private static NormsModels model() {
    return opset(17).input("x", f32(List.of(2L), -2, 4));
  }

  private static double[] result(NormsModels model) {
    return model.run("y").getFirst().doubles();
  }

  private static final FunctionProto.Builder LEAK =
      function("Leak", "a", "b", node("LeakyRelu", "a", "b", reference("alpha", "slope")))
          .addAttributeProto(number("slope", 0.25));

  @Test
  void attributesReferToTheCallersOrToDefaults() {
    var model = model().function(LEAK);
    assertArrayEquals(
        new double[] {-1, 4}, result(model.node("own::Leak", "x", "y", number("slope", 0.5))));
    model = model().function(LEAK);
    assertArrayEquals(new double[] {-0.5, 4}, result(model.node("own::Leak", "x", "y")));
  }

  /** A reference to what the caller does not say leaves the operator's own default. */
  @Test
  void aReferenceToNothingIsAnAttributeLeftOut() {
    var plain =
        function("Leak", "a", "b", node("LeakyRelu", "a", "b", reference("alpha", "slope")));
    assertArrayEquals(
        new double[] {-0.02, 4}, result(model().function(plain).node("own::Leak", "x", "y")), 1e-6);
  }

  @Test
  void functionsCallFunctionsWithTheirAttributes() {
    var outer =
        function(
            "Twice",
            "a",
            "c",
            node("own::Leak", "a", "b", reference("slope", "outer")),
            node("own::Leak", "b", "c"));
    var model = model().function(LEAK).function(outer);
    assertArrayEquals(
        new double[] {-0.25, 4}, result(model.node("own::Twice", "x", "y", number("outer", 0.5))));
  }

  @Test
  void overloadsAreToldApart() {
    var one = function("F", "a", "b", node("Neg", "a", "b")).setOverload("one");
    var two = function("F", "a", "b", node("Abs", "a", "b")).setOverload("two");
    for (String overload : List.of("one", "two")) {
      double[] expected = overload.equals("one") ? new double[] {2, -4} : new double[] {2, 4};
      var call = node("own::F", "x", "y").toBuilder().setOverload(overload).build();
      assertArrayEquals(expected, result(model().function(one).function(two).node(call)));
    }
  }

  @Test
  void inputsMayBeLeftOut() {
    var clip = function("Hold", "a low high", "b", node("Clip", "a low high", "b"));
    var model = model().function(clip).constant("high", f32(List.of(), 3));
    assertArrayEquals(new double[] {-2, 3}, result(model.node("own::Hold", "x - high", "y")));
    model = model().function(clip).constant("low", f32(List.of(), -1));
    assertArrayEquals(new double[] {-1, 4}, result(model.node("own::Hold", "x low", "y")));
  }

  /** A graph in a function sees the function's names and its caller's attributes. */
  @Test
  void bodiesInFunctionsReferToAttributesToo() {
    var inside =
        function(
            "Choose",
            "a c",
            "b",
            node(
                "If",
                "c",
                "b",
                body("then_branch", "", "t", node("LeakyRelu", "a", "t", reference("alpha", "s"))),
                body("else_branch", "", "e", node("Neg", "a", "e"))));
    var model =
        model()
            .function(inside)
            .input("c", RecurrentModels.tensor(dev.miser.ir.type.ElementType.BOOL, List.of(), 1))
            .node("own::Choose", "x c", "y", number("s", 0.5));
    assertArrayEquals(new double[] {-1, 4}, result(model));
  }

  @Test
  void functionsThatCallThemselvesEnd() {
    var endless = function("F", "a", "b", node("own::F", "a", "b"));
    String refusal = model().function(endless).node("own::F", "x", "y").refusal("y");
    assertTrue(refusal.contains("nested deeper than"), refusal);
  }

  @Test
  void aFunctionOfAStandardOperatorsNameIsAnother() {
    var own = function("Add", "a b", "c", node("Sub", "a b", "c"));
    var model = model().function(own).node("own::Add", "x x", "z").node("Add", "x z", "y");
    assertArrayEquals(new double[] {-2, 4}, result(model));
  }

  /** Calls that double in each of many functions: the number of nodes that are run is bounded. */
  @Test
  void callsThatGrowEnd() {
    var model = model();
    for (int i = 0; i < 60; i++) {
      String next = "own::F" + (i + 1);
      model.function(function("F" + i, "a", "c", node(next, "a", "b"), node(next, "b", "c")));
    }
    model.function(function("F60", "a", "b", node("Identity", "a", "b")));
    String refusal = model.node("own::F0", "x", "y", integer("unused", 1)).refusal("y");
    assertTrue(refusal.contains("run more than"), refusal);
  }

  @Test
  void oneValueMayHaveTwoNames() {
    var twice = function("Twice", "a", "b c", node("Relu", "a", "b"), node("Identity", "b", "c"));
    var model =
        model()
            .function(twice)
            .node("own::Twice", "x", "first second")
            .node("Add", "first second", "y");
    assertArrayEquals(new double[] {0, 8}, result(model));
  }
}
