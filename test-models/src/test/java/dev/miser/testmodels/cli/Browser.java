package dev.miser.testmodels.cli;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.WebSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;

/**
 * A headless Chromium with one page, driven through its debugging protocol over a local socket.
 * What the page complains of is kept in {@link #complaints}.
 */
final class Browser implements AutoCloseable {
  private static final int SECONDS = 60;

  private final Process process;
  private final WebSocket socket;
  private final Map<Integer, CompletableFuture<JsonObject>> waiting = new ConcurrentHashMap<>();
  private final AtomicInteger calls = new AtomicInteger();
  private final AtomicReference<CompletableFuture<Void>> loaded =
      new AtomicReference<>(new CompletableFuture<>());

  /** Exceptions, errors, warnings, and anything the page tried to load over a network. */
  final List<String> complaints = new CopyOnWriteArrayList<>();

  /** Returns a browser of this machine, if it has one. */
  static Optional<Path> find() {
    return Stream.of(System.getenv().getOrDefault("PATH", "").split(":"))
        .filter(folder -> !folder.isEmpty())
        .flatMap(folder ->
            Stream.of("chromium", "chromium-browser", "google-chrome")
                .map(name -> Path.of(folder, name)))
        .filter(Files::isExecutable)
        .findFirst();
  }

  /** Starts a browser that keeps what it needs in {@code folder}. */
  Browser(Path program, Path folder) throws IOException, InterruptedException {
    process =
        new ProcessBuilder(
                program.toString(),
                "--headless=new",
                "--no-sandbox",
                "--disable-gpu",
                "--disable-dev-shm-usage",
                "--disable-background-networking",
                "--no-first-run",
                "--window-size=1200,1000",
                "--remote-debugging-port=0",
                "--user-data-dir=" + folder,
                "about:blank")
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start();
    try {
      String port = port(folder.resolve("DevToolsActivePort"));
      socket = connect(port);
      for (String domain : List.of("Page", "Runtime", "Log", "Network")) {
        call(domain + ".enable", new JsonObject());
      }
    } catch (IOException | InterruptedException | RuntimeException e) {
      close();
      throw e;
    }
  }

  private String port(Path file) throws IOException, InterruptedException {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(SECONDS);
    while (System.nanoTime() < end && process.isAlive()) {
      if (Files.exists(file)) {
        List<String> lines = Files.readAllLines(file);
        if (lines.size() > 1) {
          return lines.getFirst();
        }
      }
      Thread.sleep(50);
    }
    throw new IOException("the browser opened no port in " + SECONDS + " s");
  }

  private WebSocket connect(String port) throws IOException, InterruptedException {
    HttpClient client = HttpClient.newHttpClient();
    var list = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/json")).build();
    JsonArray targets =
        JsonParser.parseString(client.send(list, HttpResponse.BodyHandlers.ofString()).body())
            .getAsJsonArray();
    for (JsonElement target : targets) {
      JsonObject page = target.getAsJsonObject();
      if (page.get("type").getAsString().equals("page")) {
        URI address = URI.create(page.get("webSocketDebuggerUrl").getAsString());
        return client.newWebSocketBuilder().buildAsync(address, new Listener()).join();
      }
    }
    throw new IOException("the browser shows no page: " + targets);
  }

  /** Opens a file and waits until it is loaded. */
  void open(Path file) {
    var where = new JsonObject();
    where.addProperty("url", file.toUri().toString());
    var whole = new CompletableFuture<Void>();
    loaded.set(whole);
    call("Page.navigate", where);
    await(whole, "loading " + file);
    evaluate("new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))");
  }

  /** Returns what an expression of the page gives, as JSON. */
  JsonElement evaluate(String expression) {
    var what = new JsonObject();
    what.addProperty("expression", expression);
    what.addProperty("returnByValue", true);
    what.addProperty("awaitPromise", true);
    JsonObject answer = call("Runtime.evaluate", what);
    if (answer.has("exceptionDetails")) {
      throw new AssertionError(expression + ": " + answer.get("exceptionDetails"));
    }
    JsonElement value = answer.getAsJsonObject("result").get("value");
    return value == null ? JsonNull.INSTANCE : value;
  }

  /** Moves the mouse there, and clicks if asked to. */
  void mouse(double x, double y, String... events) {
    var types = new ArrayList<>(List.of("mouseMoved"));
    types.addAll(List.of(events));
    for (String type : types) {
      var event = new JsonObject();
      event.addProperty("type", type);
      event.addProperty("x", x);
      event.addProperty("y", y);
      event.addProperty("button", type.equals("mouseMoved") ? "none" : "left");
      event.addProperty("clickCount", type.equals("mouseMoved") ? 0 : 1);
      call("Input.dispatchMouseEvent", event);
    }
  }

  /** Presses and lets go of a key. */
  void key(String key) {
    for (String type : List.of("keyDown", "keyUp")) {
      var event = new JsonObject();
      event.addProperty("type", type);
      event.addProperty("key", key);
      call("Input.dispatchKeyEvent", event);
    }
  }

  private JsonObject call(String method, JsonObject parameters) {
    int id = calls.incrementAndGet();
    var answer = new CompletableFuture<JsonObject>();
    waiting.put(id, answer);
    var message = new JsonObject();
    message.addProperty("id", id);
    message.addProperty("method", method);
    message.add("params", parameters);
    socket.sendText(message.toString(), true).join();
    JsonObject got = await(answer, method);
    if (!got.has("result")) {
      throw new AssertionError(method + ": " + got);
    }
    return got.getAsJsonObject("result");
  }

  private static <T> T await(CompletableFuture<T> future, String what) {
    try {
      return future.get(SECONDS, TimeUnit.SECONDS);
    } catch (InterruptedException | ExecutionException | TimeoutException e) {
      throw new AssertionError("no answer to " + what, e);
    }
  }

  private void received(JsonObject message) {
    if (message.has("id")) {
      CompletableFuture<JsonObject> answer = waiting.remove(message.get("id").getAsInt());
      if (answer != null) {
        answer.complete(message);
      }
      return;
    }
    String method = message.get("method").getAsString();
    switch (method) {
      case "Page.loadEventFired" -> loaded.get().complete(null);
      case "Runtime.exceptionThrown", "Log.entryAdded", "Runtime.consoleAPICalled" ->
          complaints.add(message.get("params").toString());
      case "Network.requestWillBeSent" -> {
        JsonObject request = message.getAsJsonObject("params").getAsJsonObject("request");
        if (!request.get("url").getAsString().startsWith("file:")) {
          complaints.add("loads " + request.get("url"));
        }
      }
      default -> {
        // The protocol tells much else of what the browser does; none of it is a complaint.
      }
    }
  }

  /** Puts messages together, which come in parts. */
  private final class Listener implements WebSocket.Listener {
    private final StringBuilder text = new StringBuilder();

    @Override
    public CompletionStage<?> onText(WebSocket from, CharSequence part, boolean last) {
      text.append(part);
      if (last) {
        received(JsonParser.parseString(text.toString()).getAsJsonObject());
        text.setLength(0);
      }
      from.request(1);
      return CompletableFuture.completedFuture(null);
    }
  }

  /** Ends the browser with all its processes: none of them writes to its folder any more. */
  @Override
  public void close() {
    List<ProcessHandle> all = new ArrayList<>(process.descendants().toList());
    all.add(process.toHandle());
    all.forEach(ProcessHandle::destroyForcibly);
    CompletableFuture<?>[] ends =
        all.stream().map(ProcessHandle::onExit).toArray(CompletableFuture[]::new);
    // Nobody may be there to take note of a process' end; then it only seems to live on.
    CompletableFuture.allOf(ends).completeOnTimeout(null, 3, TimeUnit.SECONDS).join();
  }
}
