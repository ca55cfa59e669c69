package dev.miser.onnx;

import dev.miser.frontend.weights.Elements;
import dev.miser.frontend.weights.Tensor;
import dev.miser.ir.diag.Code;
import dev.miser.ir.diag.Diagnostic;
import dev.miser.ir.diag.DiagnosticException;
import dev.miser.ir.diag.Place;
import dev.miser.ir.diag.RuleViolation;
import dev.miser.ir.diag.Spelling;
import dev.miser.ir.type.ElementType;
import dev.miser.ir.type.Shape;
import dev.miser.ir.type.TensorType;
import dev.miser.onnx.graph.DataTypes;
import dev.miser.onnx.proto.Onnx.TensorShapeProto;
import dev.miser.onnx.proto.Onnx.TensorShapeProto.Dimension;
import dev.miser.onnx.proto.Onnx.TypeProto;
import dev.miser.onnx.proto.Onnx.ValueInfoProto;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Gives every input of a model a type: sizes that the file leaves open are taken from options. */
final class InputBinder {
  private final String file;
  private final ImportOptions options;
  private final Map<String, Long> symbols = new HashMap<>();
  private final List<Diagnostic> wrong = new ArrayList<>();

  /**
   * @param inputs the inputs of each step; symbolic dimensions that one of them fixes are fixed in
   *     all
   */
  InputBinder(String file, List<ValueInfoProto> inputs, ImportOptions options) {
    this.file = file;
    this.options = options;
    Set<String> names = new LinkedHashSet<>();
    for (ValueInfoProto input : inputs) {
      names.add(input.getName());
      List<Long> sizes = sizes(input.getName());
      TypeProto.Tensor tensor = tensor(input);
      if (tensor == null) {
        continue;
      }
      List<Dimension> dims = tensor.getShape().getDimList();
      for (int axis = 0; axis < dims.size(); axis++) {
        String symbol = dims.get(axis).getDimParam();
        if (!symbol.isEmpty()) {
          names.add(symbol);
          if (sizes != null && axis < sizes.size() && sizes.get(axis) >= 0) {
            symbols.putIfAbsent(symbol, sizes.get(axis));
          }
        }
      }
    }
    for (String symbol : names) {
      List<Long> given = options.shapes().get(symbol);
      if (given != null
          && given.size() == 1
          && inputs.stream().noneMatch(i -> i.getName().equals(symbol))) {
        symbols.put(symbol, given.getFirst());
      }
    }
    for (String name : options.shapes().keySet()) {
      if (!names.contains(name)) {
        String suggestion = Spelling.suggestion(name, names);
        report(name, "the model has neither an input nor a dimension of this name" + suggestion);
      }
    }
    for (String name : options.values().keySet()) {
      if (inputs.stream().noneMatch(input -> input.getName().equals(name))) {
        report(name, "the model has no input of this name" + Spelling.suggestion(name, names));
      }
    }
  }

  List<Diagnostic> wrong() {
    return wrong;
  }

  /** Returns the sizes that options give an input, those of its elements among them. */
  private @Nullable List<Long> sizes(String input) {
    Elements elements = options.values().get(input);
    return elements == null ? options.shapes().get(input) : elements.shape().dims();
  }

  /**
   * Returns the elements with an input's type, or null if they have another, which is said then.
   */
  @Nullable Tensor fixed(ValueInfoProto input, Elements elements) {
    String name = input.getName();
    TypeProto.Tensor declared = tensor(input);
    int rank = elements.shape().rank();
    if (declared != null && declared.hasShape() && declared.getShape().getDimCount() != rank) {
      int expected = declared.getShape().getDimCount();
      report(name, "its elements have shape " + elements.shape() + ", expected rank " + expected);
      return null;
    }
    TensorType type = type(input);
    if (type == null) {
      return null;
    }
    try {
      Tensor tensor = elements.typed(type.element());
      if (tensor.type().equals(type)) {
        return tensor;
      }
      report(name, "its elements are " + tensor.type() + ", expected " + type);
    } catch (DiagnosticException refused) {
      refused.diagnostics().forEach(diagnostic -> report(name, diagnostic.message()));
    }
    return null;
  }

  /** Returns the type of an input, or null if something is wrong with it, which is said then. */
  @Nullable TensorType type(ValueInfoProto input) {
    String name = input.getName();
    TypeProto.Tensor tensor = tensor(input);
    if (tensor == null) {
      report(name, "it is a " + kind(input.getType()) + ", expected a tensor");
      return null;
    }
    ElementType element = DataTypes.find(tensor.getElemType());
    if (element == null) {
      report(
          name,
          "its elements are " + DataTypes.name(tensor.getElemType()) + ", which programs have not");
      return null;
    }
    List<Long> sizes = sizes(name, tensor.hasShape() ? tensor.getShape() : null);
    try {
      return sizes == null ? null : new TensorType(element, new Shape(sizes));
    } catch (RuleViolation violation) {
      report(name, violation.text());
      return null;
    }
  }

  private @Nullable List<Long> sizes(String name, @Nullable TensorShapeProto shape) {
    List<Long> given = sizes(name);
    if (shape == null) {
      if (given == null) {
        report(name, "its shape is not known: say it with --shape " + name + "=SIZES");
      } else if (given.contains(-1L)) {
        report(name, "its shape " + given + " has a size that the model does not say");
      }
      return given == null || given.contains(-1L) ? null : given;
    }
    int rank = shape.getDimCount();
    if (given != null && given.size() != rank) {
      report(name, "the sizes " + given + " are " + given.size() + ", its rank is " + rank);
      return null;
    }
    var sizes = new ArrayList<Long>();
    boolean isKnown = true;
    for (int axis = 0; axis < rank; axis++) {
      Dimension dimension = shape.getDim(axis);
      long asked = given == null ? -1 : given.get(axis);
      Long own =
          isFixed(dimension)
              ? Long.valueOf(dimension.getDimValue())
              : symbols.get(dimension.getDimParam());
      if (own == null && asked < 0) {
        report(name, unknown(name, axis, shape));
        isKnown = false;
      } else if (own != null && asked >= 0 && own != asked) {
        report(name, "its size along axis " + axis + " is " + own + ", not " + asked);
        isKnown = false;
      } else {
        sizes.add(own == null ? Long.valueOf(asked) : own);
      }
    }
    return isKnown ? sizes : null;
  }

  /** Older exporters write -1 for a size that is open. */
  private static boolean isFixed(Dimension dimension) {
    return dimension.hasDimValue() && dimension.getDimValue() >= 0;
  }

  private static String unknown(String name, int axis, TensorShapeProto shape) {
    String symbol = shape.getDim(axis).getDimParam();
    var example = new ArrayList<String>();
    for (Dimension dimension : shape.getDimList()) {
      example.add(isFixed(dimension) ? String.valueOf(dimension.getDimValue()) : "SIZE");
    }
    String whole = "--shape " + name + "=" + String.join(",", example);
    return symbol.isEmpty()
        ? "its size along axis " + axis + " is not known: say it with " + whole
        : "its size along axis "
            + axis
            + ", '"
            + symbol
            + "', is not known: say it with --shape "
            + symbol
            + "=SIZE or "
            + whole;
  }

  private static TypeProto.@Nullable Tensor tensor(ValueInfoProto input) {
    TypeProto type = input.getType();
    // An optional input of a model that is run is one that is there.
    while (type.hasOptionalType()) {
      type = type.getOptionalType().getElemType();
    }
    return type.hasTensorType() ? type.getTensorType() : null;
  }

  private static String kind(TypeProto type) {
    return switch (type.getValueCase()) {
      case SEQUENCE_TYPE -> "sequence";
      case MAP_TYPE -> "map";
      case OPTIONAL_TYPE -> "optional value";
      case SPARSE_TENSOR_TYPE -> "sparse tensor";
      case TENSOR_TYPE -> "tensor";
      case VALUE_NOT_SET -> "value without a type";
    };
  }

  private void report(String name, String what) {
    wrong.add(Diagnostic.error(Code.ONNX_INPUT, Place.NONE, file, name, what));
  }
}
