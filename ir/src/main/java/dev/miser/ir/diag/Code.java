package dev.miser.ir.diag;

import java.util.Arrays;

/**
 * The catalogue of diagnostic codes: every rule a program can break has one, with the template of
 * its message. Every code has an example file that triggers exactly it.
 */
public enum Code {
  // Reading text.
  PARSE_SYNTAX("parse.syntax", "found %s, expected %s"),
  PARSE_UNKNOWN_OPERATION("parse.unknown-operation", "unknown operation '%s'%s"),
  PARSE_UNKNOWN_ATTRIBUTE("parse.unknown-attribute", "operation '%s' has no attribute '%s'%s"),
  PARSE_DUPLICATE_ATTRIBUTE("parse.duplicate-attribute", "attribute '%s' is given twice"),
  PARSE_MISSING_ATTRIBUTE("parse.missing-attribute", "operation '%s' needs attribute '%s'"),
  PARSE_ATTRIBUTE_TYPE("parse.attribute-type", "attribute '%s' is %s, expected %s"),
  PARSE_ARITY("parse.arity", "operation '%s' has %s operands, expected %s"),
  PARSE_UNDEFINED("parse.undefined", "use of %%%s, which is not defined%s"),
  PARSE_USE_BEFORE_DEFINITION("parse.use-before-definition", "%%%s is used before its definition"),
  PARSE_REDEFINITION("parse.redefinition", "%%%s is defined already"),
  PARSE_ELEMENT_TYPE("parse.element-type", "unknown element type '%s'%s"),
  PARSE_NUMBER("parse.number", "'%s' is not a number that %s can hold"),
  PARSE_LITERAL_COUNT("parse.literal-count", "literal of type %s has %s values, expected 1 or %s"),
  PARSE_ENCODING("parse.encoding", "byte 0x%s is not valid UTF-8"),
  PARSE_UNKNOWN_INITIALISER("parse.unknown-initialiser", "unknown initialiser '%s'%s"),
  PARSE_INITIALISER_ARGUMENT("parse.initialiser-argument", "initialiser '%s' takes %s, found %s"),
  PARSE_RANGE("parse.range", "range %s..%s is empty or does not fit %s"),
  // Limits.
  LIMIT_FILE_SIZE("limit.file-size", "%s has %s bytes, the limit is %s"),
  LIMIT_LINE_LENGTH("limit.line-length", "line has more than %s characters"),
  LIMIT_NESTING("limit.nesting", "brackets are nested deeper than %s"),
  LIMIT_RANK("limit.rank", "rank %s is above the limit of %s"),
  LIMIT_ELEMENTS("limit.elements", "shape %s has more than %s elements"),
  LIMIT_INSTRUCTIONS("limit.instructions", "program has more than %s instructions"),
  LIMIT_STATEMENT("limit.statement", "statement has more than %s tokens"),
  // Files and weights.
  FILE_UNREADABLE("file.unreadable", "cannot read %s: %s"),
  FILE_UNWRITABLE("file.unwritable", "cannot write %s: %s"),
  WEIGHTS_HEADER("weights.header", "%s is not a safetensors file: %s"),
  FILE_NPY("file.npy", "%s is not an .npy file that can be read: %s"),
  WEIGHTS_RANGE("weights.range", "tensor '%s' in %s: %s"),
  WEIGHTS_MISSING("weights.missing", "no weights for parameter %%%s in %s%s"),
  WEIGHTS_TYPE("weights.type", "weights of %%%s have type %s, expected %s"),
  WEIGHTS_NO_SOURCE(
      "weights.no-source", "parameter %%%s has no initialiser, and no weights file is given"),
  // ONNX models.
  ONNX_FILE("onnx.file", "%s is not an ONNX model that can be read: %s"),
  ONNX_TENSOR("onnx.tensor", "%s: tensor '%s': %s"),
  ONNX_INPUT("onnx.input", "%s: input '%s': %s"),
  ONNX_OPERATOR("onnx.operator", "%s: there is no meaning for %s"),
  ONNX_NODE("onnx.node", "%s: %s: %s"),
  ONNX_GRAPH("onnx.graph", "%s: %s"),
  ONNX_EXPORT("onnx.export", "%s = %s has no meaning in ONNX: %s"),
  // Buffer lists.
  CSV_COLUMNS("csv.columns", "%s"),
  CSV_ROW("csv.row", "row has %s fields, the header %s"),
  CSV_QUOTE("csv.quote", "%s"),
  CSV_NUMBER("csv.number", "%s is '%s', expected a whole number from %s to %s"),
  CSV_LIFE("csv.life", "lower is %s and upper %s, expected lower below upper"),
  CSV_BUFFER("csv.buffer", "buffer '%s' %s"),
  CSV_TOTAL("csv.total", "the buffers up to here may need more than %s bytes"),
  // Node lists.
  ORDER_NODE("order.node", "node '%s' %s"),
  ORDER_PRED("order.pred", "node '%s' reads '%s' %s"),
  ORDER_CYCLE("order.cycle", "no order is possible: %s"),
  // Function.
  FUNC_TYPE_MISMATCH("func.type-mismatch", "written type is %s, inferred type is %s"),
  FUNC_RESULT_COUNT("func.result-count", "function returns %s values, expected %s"),
  FUNC_RESULT_TYPE("func.result-type", "result %s is %s, expected %s"),
  FUNC_STATE_TYPE("func.state-type", "state %%%s is %s, its new value is %s"),
  FUNC_STATE_TARGET("func.state-target", "%%%s is not a state parameter"),
  FUNC_STATE_TWICE("func.state-twice", "state %%%s is assigned twice"),
  FUNC_NO_RESULT("func.no-result", "function returns nothing and updates no state"),
  // Types of operands.
  TYPE_SAME("type.same", "operands differ in type: %s and %s"),
  TYPE_SHAPE_SAME("type.shape-same", "operands differ in shape: %s and %s"),
  TYPE_ELEMENT_SAME("type.element-same", "operands differ in element type: %s and %s"),
  TYPE_ELEMENT("type.element", "element type is %s, expected %s"),
  TYPE_RANK("type.rank", "rank is %s, expected %s"),
  TYPE_SCALAR("type.scalar", "operand is %s, expected a scalar"),
  // Attributes.
  ATTRIBUTE_LENGTH("attribute.length", "%s has %s entries, expected %s"),
  ATTRIBUTE_POSITIVE("attribute.positive", "%s is %s, expected at least %s"),
  ATTRIBUTE_AXIS("attribute.axis", "axis %s is not in [0, %s)"),
  ATTRIBUTE_AXES("attribute.axes", "axes %s are not increasing and distinct"),
  ATTRIBUTE_VALUE("attribute.value", "%s is %s, expected %s"),
  // Operations.
  BITCAST_WIDTH("bitcast.width", "%s has %s bytes, %s has %s"),
  BROADCAST_DIMS("broadcast.dims", "dims %s do not map axes of %s to increasing axes of %s"),
  BROADCAST_SIZE("broadcast.size", "axis %s of size %s cannot become size %s"),
  RESHAPE_COUNT("reshape.count", "%s has %s elements, %s has %s"),
  TRANSPOSE_PERMUTATION("transpose.permutation", "%s is not a permutation of %s axes"),
  SLICE_RANGE("slice.range", "slice [%s, %s) is outside axis %s of size %s"),
  PAD_NEGATIVE("pad.negative", "padding makes axis %s negative: %s"),
  CONCAT_EMPTY("concat.empty", "concat needs at least one operand"),
  CONCAT_SHAPE("concat.shape", "operand is %s, expected %s apart from axis %s"),
  GATHER_INDICES("gather.indices", "indices are %s, expected an integer type"),
  GATHER_SHAPE("gather.shape", "indices are %s, expected %s apart from axis %s"),
  GATHER_COORDINATES("gather.coordinates", "%s coordinates a position, operand has rank %s"),
  GATHER_EMPTY("gather.empty", "cannot take %s positions from an axis of size 0"),
  SCATTER_UPDATES("scatter.updates", "updates are %s, expected %s"),
  DOT_RANK("dot.rank", "operands have ranks %s and %s, expected equal ranks of at least 2"),
  DOT_BATCH("dot.batch", "batch dimensions differ: %s and %s"),
  DOT_INNER_DIM("dot.inner-dim", "inner dimensions differ: %s and %s"),
  CONV_RANK("convolution.rank", "input has rank %s and weights %s, expected equal ranks 3 to 5"),
  CONV_GROUPS("convolution.groups", "%s channels do not divide into %s groups"),
  CONV_CHANNELS("convolution.channels", "weights take %s channels a group, input has %s"),
  CONV_WINDOW("convolution.window", "axis %s of padded size %s is smaller than the window's %s"),
  CONV_OUTPUT_PADDING(
      "convolution.output-padding", "output padding %s is not below stride or dilation %s"),
  REDUCE_EMPTY("reduce.empty", "cannot take %s over an axis of size 0"),
  TOP_K_SIZE("top-k.size", "k is %s, axis has size %s"),
  NORM_SHAPE("norm.shape", "%s is %s, expected %s"),
  ATTENTION_SHAPE("attention.shape", "%s is %s, expected %s"),
  PANELS_SHAPE("panels.shape", "packed operand is %s, expected %s"),
  // Schedule and plan.
  SCHEDULE_KERNEL("schedule.kernel", "kernel %s: %s"),
  SCHEDULE_VIEW("schedule.view", "%s is not a view: %s"),
  SCHEDULE_ALGORITHM("schedule.algorithm", "no algorithm '%s' for kernel %s%s"),
  PLAN_OVERLAP("plan.overlap", "buffers %%%s and %%%s overlap at step %s"),
  PLAN_ALIGNMENT("plan.alignment", "buffer %%%s is at offset %s, not a multiple of %s"),
  PLAN_BOUNDS("plan.bounds", "buffer %%%s is at offset %s with %s bytes, the arena has %s"),
  PLAN_BUFFER("plan.buffer", "buffer %%%s is %s; expected %s"),
  PLAN_READ("plan.read", "step %s reads %%%s, whose bytes hold %s"),
  PLAN_MISSING("plan.missing", "value %%%s has no buffer"),
  PLAN_CERTIFICATE("plan.certificate", "certificate says %s is %s, found %s"),
  PLAN_IN_PLACE("plan.in-place", "step %s may not write %%%s over %%%s"),
  PLAN_JSON("plan.json", "%s is not what 'miser plan --json' prints: %s"),
  BUDGET_TOO_SMALL("budget.too-small", "program needs %s bytes, the budget is %s"),
  // Running.
  RUN_INDEX("run.index", "index %s is outside an axis of size %s"),
  RUN_DIVIDE_BY_ZERO("run.divide-by-zero", "integer division by zero"),
  RUN_INPUT("run.input", "input '%s': %s"),
  RUN_MEMORY("run.memory", "%s"),
  // Pipelines and the command line.
  PASS_UNKNOWN("pass.unknown", "unknown pass '%s'%s"),
  PASS_OPTION("pass.option", "pass '%s' has no option '%s'%s"),
  PASS_OPTION_VALUE("pass.option-value", "option '%s' of pass '%s' is '%s', expected %s"),
  PIPELINE_SYNTAX("pipeline.syntax", "found '%s' in pipeline, expected %s"),
  USAGE("usage", "%s");

  private final String text;
  private final String template;

  Code(String text, String template) {
    this.text = text;
    this.template = template;
  }

  /** Returns the code as users see it, such as {@code dot.inner-dim}. */
  public String text() {
    return text;
  }

  /** Returns the message template filled with {@code arguments}. */
  public String message(Object... arguments) {
    return String.format(java.util.Locale.ROOT, template, arguments);
  }

  /** Returns the code with this text, or throws if there is none. */
  public static Code of(String text) {
    return Arrays.stream(values())
        .filter(code -> code.text.equals(text))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("no diagnostic code " + text));
  }
}
