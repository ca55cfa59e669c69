package dev.miser.testmodels.onnx;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.EnumDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import dev.miser.onnx.proto.Onnx;
import dev.miser.testmodels.numerics.Shared;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** Our own statement of the messages of ONNX agrees with the published schema. */
class SchemaTest {
  /** Numbers from here on are ours: the format uses none of them. */
  private static final int OURS = 100_000;

  private static final Pattern LINE =
      Pattern.compile(
          "(?<open>(?:message|enum|oneof)\\s+(?<block>\\w+)\\s*\\{)|(?<close>\\})"
              + "|(?:(?<label>optional|repeated|required)\\s+)?(?<type>[\\w.]+)\\s+(?<field>\\w+)"
              + "\\s*=\\s*(?<number>\\d+)\\s*(?:\\[[^]]*\\])?\\s*;"
              + "|(?<constant>\\w+)\\s*=\\s*(?<value>\\d+)\\s*;");

  @Test
  void everyFieldHasItsNumberAndType() throws IOException {
    Path schema = Shared.folder("data/onnx").resolve("schema/onnx-ml.proto");
    Map<String, String> published = published(Files.readString(schema));
    assertTrue(published.size() > 100, "the schema was not understood");
    var wrong = new ArrayList<String>();
    int fields = 0;
    for (Descriptor message : Onnx.getDescriptor().getMessageTypes()) {
      fields += check(message, message.getName(), published, wrong);
    }
    assertEquals(List.of(), wrong);
    assertTrue(fields > 80, fields + " fields");
  }

  private static int check(
      Descriptor message, String path, Map<String, String> published, List<String> wrong) {
    int fields = 0;
    for (FieldDescriptor field : message.getFields()) {
      if (field.getNumber() < OURS) {
        fields++;
        String name = path + "." + field.getName();
        String ours =
            (field.isRepeated() ? "repeated " : "") + type(field) + " " + field.getNumber();
        String theirs = String.valueOf(published.get(name));
        if (!ours.equals(theirs)) {
          wrong.add(name + " is " + ours + ", published as " + theirs);
        }
      }
    }
    for (EnumDescriptor type : message.getEnumTypes()) {
      type.getValues()
          .forEach(value -> {
            String name = path + "." + type.getName() + "." + value.getName();
            String theirs = String.valueOf(published.get(name));
            if (!theirs.equals(String.valueOf(value.getNumber()))) {
              wrong.add(name + " is " + value.getNumber() + ", published as " + theirs);
            }
          });
    }
    for (Descriptor nested : message.getNestedTypes()) {
      fields += check(nested, path + "." + nested.getName(), published, wrong);
    }
    return fields;
  }

  private static String type(FieldDescriptor field) {
    return switch (field.getJavaType()) {
      case MESSAGE -> field.getMessageType().getName();
      case ENUM -> field.getEnumType().getName();
      case INT, LONG, FLOAT, DOUBLE, BOOLEAN, STRING, BYTE_STRING ->
          field.getType().name().toLowerCase(java.util.Locale.ROOT);
    };
  }

  /** Returns each field's label, type and number, and each constant's number, by its path. */
  private static Map<String, String> published(String text) {
    Map<String, String> published = new HashMap<>();
    var blocks = new ArrayDeque<String>();
    Matcher matcher = LINE.matcher(text.replaceAll("//[^\n]*", ""));
    while (matcher.find()) {
      if (matcher.group("open") != null) {
        // Fields of a choice are fields of the message around it.
        blocks.addLast(matcher.group().startsWith("oneof") ? "" : "." + matcher.group("block"));
      } else if (matcher.group("close") != null) {
        blocks.removeLast();
      } else {
        String path = String.join("", blocks).replaceFirst("^\\.", "");
        if (matcher.group("field") != null) {
          String label = "repeated".equals(matcher.group("label")) ? "repeated " : "";
          published.put(
              path + "." + matcher.group("field"),
              label + matcher.group("type") + " " + matcher.group("number"));
        } else {
          published.put(path + "." + matcher.group("constant"), matcher.group("value"));
        }
      }
    }
    return published;
  }
}
