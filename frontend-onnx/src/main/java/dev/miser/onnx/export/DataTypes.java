package dev.miser.onnx.export;

import dev.miser.ir.type.ElementType;
import dev.miser.onnx.proto.Onnx.TensorProto.DataType;

/** How ONNX numbers element types. */
final class DataTypes {
  private DataTypes() {}

  /** Returns the number of an element type; ONNX has all of ours. */
  static int of(ElementType element) {
    return switch (element) {
      case F32 -> DataType.FLOAT_VALUE;
      case F64 -> DataType.DOUBLE_VALUE;
      case F16 -> DataType.FLOAT16_VALUE;
      case BF16 -> DataType.BFLOAT16_VALUE;
      case I64 -> DataType.INT64_VALUE;
      case I32 -> DataType.INT32_VALUE;
      case I16 -> DataType.INT16_VALUE;
      case I8 -> DataType.INT8_VALUE;
      case U64 -> DataType.UINT64_VALUE;
      case U32 -> DataType.UINT32_VALUE;
      case U16 -> DataType.UINT16_VALUE;
      case U8 -> DataType.UINT8_VALUE;
      case BOOL -> DataType.BOOL_VALUE;
    };
  }
}
