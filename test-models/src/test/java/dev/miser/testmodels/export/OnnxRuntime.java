package dev.miser.testmodels.export;

import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtLoggingLevel;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.OrtSession.SessionOptions;
import dev.miser.ir.eval.Tensor;
import dev.miser.ir.type.ElementType;
import dev.miser.ir.type.TensorType;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** One model in ONNX Runtime, on one thread, with all its optimizations. */
public final class OnnxRuntime implements AutoCloseable {
  private final OrtEnvironment environment;
  private final OrtSession session;

  private OnnxRuntime(OrtEnvironment environment, OrtSession session) {
    this.environment = environment;
    this.session = session;
  }

  public static OnnxRuntime load(Path model) throws OrtException {
    var environment = OrtEnvironment.getEnvironment(OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL);
    try (var options = new SessionOptions()) {
      options.setIntraOpNumThreads(1);
      options.setInterOpNumThreads(1);
      return new OnnxRuntime(environment, environment.createSession(model.toString(), options));
    }
  }

  /** Returns how its interface for Java calls an element type, or null if it does not know it. */
  static @Nullable OnnxJavaType javaType(ElementType element) {
    return switch (element) {
      case F32 -> OnnxJavaType.FLOAT;
      case F64 -> OnnxJavaType.DOUBLE;
      case F16 -> OnnxJavaType.FLOAT16;
      case BF16 -> OnnxJavaType.BFLOAT16;
      case I64 -> OnnxJavaType.INT64;
      case I32 -> OnnxJavaType.INT32;
      case I16 -> OnnxJavaType.INT16;
      case I8 -> OnnxJavaType.INT8;
      case U8 -> OnnxJavaType.UINT8;
      case BOOL -> OnnxJavaType.BOOL;
      case U64, U32, U16 -> null;
    };
  }

  /** Runs the model and returns its outputs in order, which are of these types. */
  public List<Tensor> run(Map<String, Tensor> inputs, List<TensorType> types) throws OrtException {
    Map<String, OnnxTensor> given = new LinkedHashMap<>();
    try {
      for (Map.Entry<String, Tensor> input : inputs.entrySet()) {
        given.put(input.getKey(), tensor(input.getValue()));
      }
      try (OrtSession.Result result = session.run(given)) {
        var outputs = new ArrayList<Tensor>();
        for (int i = 0; i < types.size(); i++) {
          ByteBuffer bytes = ((OnnxTensor) result.get(i)).getByteBuffer();
          outputs.add(Tensor.read(types.get(i), MemorySegment.ofBuffer(bytes)));
        }
        return outputs;
      }
    } finally {
      given.values().forEach(OnnxTensor::close);
    }
  }

  /** Returns the names of the outputs, in order. */
  List<String> outputs() {
    return List.copyOf(session.getOutputNames());
  }

  Map<String, String> metadata() throws OrtException {
    return session.getMetadata().getCustomMetadata();
  }

  private OnnxTensor tensor(Tensor tensor) throws OrtException {
    TensorType type = tensor.type();
    ByteBuffer bytes =
        ByteBuffer.allocateDirect(Math.toIntExact(type.byteCount())).order(ByteOrder.nativeOrder());
    tensor.writeTo(MemorySegment.ofBuffer(bytes));
    return OnnxTensor.createTensor(
        environment,
        bytes,
        type.shape().dims().stream().mapToLong(Long::longValue).toArray(),
        Objects.requireNonNull(javaType(type.element())));
  }

  @Override
  public void close() throws OrtException {
    session.close();
  }
}
