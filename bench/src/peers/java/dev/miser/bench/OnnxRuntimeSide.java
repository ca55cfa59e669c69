package dev.miser.bench;

import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtLoggingLevel;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.OrtSession.SessionOptions;
import dev.miser.ir.type.TensorType;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A model in ONNX Runtime as it comes, save that waiting threads do not spin: they would take the
 * processor from who runs next. Inputs and outputs are its own memory, made once.
 */
final class OnnxRuntimeSide implements Side {
  private final OrtSession session;
  private final Map<String, OnnxTensor> inputs = new LinkedHashMap<>();
  private final Map<String, OnnxTensor> outputs = new LinkedHashMap<>();

  /** Loads an exported model whose inputs and results are those of {@code task}. */
  OnnxRuntimeSide(PeerTask task, int threads) {
    try {
      var environment = OrtEnvironment.getEnvironment(OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR);
      try (var options = new SessionOptions()) {
        options.setIntraOpNumThreads(threads);
        options.setInterOpNumThreads(1);
        options.addConfigEntry("session.intra_op.allow_spinning", "0");
        options.addConfigEntry("session.inter_op.allow_spinning", "0");
        session = environment.createSession(task.onnx().toString(), options);
      }
      for (var input : task.inputs()) {
        ByteBuffer bytes = buffer(input.value().type());
        MemorySegment.ofBuffer(bytes).copyFrom(task.input(input));
        inputs.put(input.value().name(), tensor(environment, bytes, input.value().type()));
      }
      List<String> names = List.copyOf(session.getOutputNames());
      for (int i = 0; i < names.size(); i++) {
        TensorType type = task.results().get(i);
        outputs.put(names.get(i), tensor(environment, buffer(type), type));
      }
    } catch (OrtException e) {
      throw new IllegalStateException(e);
    }
  }

  private static ByteBuffer buffer(TensorType type) {
    return ByteBuffer.allocateDirect(Math.toIntExact(type.byteCount()))
        .order(ByteOrder.nativeOrder());
  }

  private static OnnxTensor tensor(OrtEnvironment environment, ByteBuffer bytes, TensorType type)
      throws OrtException {
    long[] dims = type.shape().dims().stream().mapToLong(Long::longValue).toArray();
    return OnnxTensor.createTensor(environment, bytes, dims, javaType(type));
  }

  private static OnnxJavaType javaType(TensorType type) {
    return switch (type.element()) {
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
      case U64, U32, U16 -> throw new IllegalArgumentException("Java cannot hand it over: " + type);
    };
  }

  @Override
  public void step() {
    try (OrtSession.Result done = session.run(inputs, outputs)) {
      if (done.size() != outputs.size()) {
        throw new IllegalStateException("results: " + done.size());
      }
    } catch (OrtException e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public MemorySegment result(int index) {
    OnnxTensor output = List.copyOf(outputs.values()).get(index);
    return MemorySegment.ofBuffer(output.getByteBuffer());
  }
}
