package dev.miser.onnx.graph;

import dev.miser.ir.type.ElementType;
import dev.miser.onnx.proto.Onnx.TensorProto.DataType;
import org.jspecify.annotations.Nullable;

/** The element types of files, by the numbers that stand for them there. */
public final class DataTypes {
  private DataTypes() {}

  /** Returns our type of elements of this number, or null if programs have no such elements. */
  public static @Nullable ElementType find(long number) {
    DataType type = number == (int) number ? DataType.forNumber((int) number) : null;
    return switch (type) {
      case null -> null;
      case FLOAT -> ElementType.F32;
      case DOUBLE -> ElementType.F64;
      case FLOAT16 -> ElementType.F16;
      case BFLOAT16 -> ElementType.BF16;
      case INT64 -> ElementType.I64;
      case INT32 -> ElementType.I32;
      case INT16 -> ElementType.I16;
      case INT8 -> ElementType.I8;
      case UINT64 -> ElementType.U64;
      case UINT32 -> ElementType.U32;
      case UINT16 -> ElementType.U16;
      case UINT8 -> ElementType.U8;
      case BOOL -> ElementType.BOOL;
      case UNDEFINED,
          STRING,
          COMPLEX64,
          COMPLEX128,
          FLOAT8E4M3FN,
          FLOAT8E4M3FNUZ,
          FLOAT8E5M2,
          FLOAT8E5M2FNUZ,
          UINT4,
          INT4,
          FLOAT4E2M1,
          FLOAT8E8M0,
          UINT2,
          INT2 ->
          null;
    };
  }

  /**
   * Returns our type of elements of this number.
   *
   * @throws NodeFailure if programs have no such elements
   */
  public static ElementType of(long number) {
    ElementType element = find(number);
    if (element == null) {
      throw new NodeFailure("elements of type %s, which programs have not", name(number));
    }
    return element;
  }

  /** Returns the format's name of a number, for messages. */
  public static String name(long number) {
    DataType type = number == (int) number ? DataType.forNumber((int) number) : null;
    return type == null ? "number " + number : type.name();
  }

  /** Returns the number that stands for a type of ours. */
  public static DataType number(ElementType element) {
    return switch (element) {
      case F32 -> DataType.FLOAT;
      case F64 -> DataType.DOUBLE;
      case F16 -> DataType.FLOAT16;
      case BF16 -> DataType.BFLOAT16;
      case I64 -> DataType.INT64;
      case I32 -> DataType.INT32;
      case I16 -> DataType.INT16;
      case I8 -> DataType.INT8;
      case U64 -> DataType.UINT64;
      case U32 -> DataType.UINT32;
      case U16 -> DataType.UINT16;
      case U8 -> DataType.UINT8;
      case BOOL -> DataType.BOOL;
    };
  }
}
