package dev.miser.codegen;

import com.palantir.javapoet.ClassName;
import com.palantir.javapoet.CodeBlock;
import com.palantir.javapoet.JavaFile;
import com.palantir.javapoet.MethodSpec;
import com.palantir.javapoet.TypeSpec;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import javax.lang.model.element.Modifier;

/** The kernel methods of one program: equal bodies once, spread over classes of bounded size. */
public final class Methods {
  /** A class is closed when its text is this long: far below the limits of a class file. */
  private static final int CLASS_CHARACTERS = 200_000;

  private static final int CLASS_METHODS = 200;

  /** What a warming call may read and write: so many bytes from the start of the arena. */
  public static final long WARM_BYTES = 8192;

  private record Key(String result, String parameters, String body) {}

  private final String packageName;
  private final Map<Key, MethodReference> byBody = new HashMap<>();
  private final Set<String> names = new HashSet<>();
  private final List<JavaFile> closed = new ArrayList<>();
  private final List<MethodSpec> open = new ArrayList<>();
  private int characters;
  private boolean usesPairs;
  private final Map<String, CodeBlock> warmUps = new LinkedHashMap<>();

  Methods(String packageName) {
    this.packageName = packageName;
  }

  /** Returns the method with this body: the one there is, or a new one. */
  public MethodReference share(MethodDraft draft) {
    String body = draft.body().toString();
    var key = new Key(draft.result().toString(), draft.parameters().toString(), body);
    MethodReference known = byBody.get(key);
    if (known != null) {
      return known;
    }
    if (!open.isEmpty()
        && (characters + body.length() > CLASS_CHARACTERS || open.size() >= CLASS_METHODS)) {
      close();
    }
    String name = unique(JavaNames.lowerCamel(draft.name()));
    var method =
        MethodSpec.methodBuilder(name)
            .addModifiers(Modifier.STATIC)
            .returns(draft.result())
            .addParameters(draft.parameters())
            .addCode(draft.body());
    if (!draft.comment().isEmpty()) {
      method.addJavadoc("$L", JavaNames.comment(draft.comment()));
    }
    open.add(method.build());
    characters += body.length();
    var reference = new MethodReference(current(), name);
    byBody.put(key, reference);
    return reference;
  }

  /**
   * Asks for calls of a method before anything lies in the arena, so that the JVM has compiled it
   * when the first step needs it: vectors are slow objects until then.
   *
   * @param arguments small sizes, and places within the first {@link #WARM_BYTES} of the arena
   */
  public void warmUp(MethodReference method, List<CodeBlock> arguments) {
    CodeBlock call = method.call(arguments);
    warmUps.putIfAbsent(call.toString(), call);
  }

  /** Returns the calls that warm methods up. */
  List<CodeBlock> warmUps() {
    return List.copyOf(warmUps.values());
  }

  /**
   * Asks for {@code Memory.EVEN} and {@code Memory.ODD}: {@code x.rearrange(EVEN)} begins with the
   * even elements of {@code x}, in order.
   */
  public void needPairs() {
    usesPairs = true;
  }

  boolean usesPairs() {
    return usesPairs;
  }

  private ClassName current() {
    return ClassName.get(packageName, "Kernels" + closed.size());
  }

  private String unique(String wanted) {
    String candidate = wanted;
    for (int i = 2; !names.add(candidate); i++) {
      candidate = wanted + i;
    }
    return candidate;
  }

  private void close() {
    TypeSpec type =
        TypeSpec.classBuilder(current())
            .addModifiers(Modifier.FINAL)
            .addJavadoc("Kernels of the program, and the methods they share.\n")
            .addMethod(MethodSpec.constructorBuilder().addModifiers(Modifier.PRIVATE).build())
            .addMethods(open)
            .build();
    closed.add(JavaFile.builder(packageName, type).skipJavaLangImports(true).indent("  ").build());
    open.clear();
    characters = 0;
  }

  /** Returns the source files of all methods. */
  List<JavaFile> files() {
    if (!open.isEmpty()) {
      close();
    }
    return List.copyOf(closed);
  }
}
