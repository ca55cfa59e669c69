package dev.miser.driver;

import java.util.Objects;
import picocli.CommandLine.IVersionProvider;

/** What {@code miser --version} prints: what is needed to reproduce a result elsewhere. */
final class Version implements IVersionProvider {
  @Override
  public String[] getVersion() {
    String miser = Main.class.getPackage().getImplementationVersion();
    return new String[] {
      "Miser " + Objects.requireNonNullElse(miser, "(not from a jar)"),
      "JDK " + Runtime.version() + " (" + System.getProperty("java.vendor", "unknown vendor") + ")",
      System.getProperty("os.name") + " " + System.getProperty("os.arch"),
    };
  }
}
