package hraftd;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import picocli.CommandLine;
import picocli.CommandLine.Model.OptionSpec;

/**
 * The flags that the environment gives: {@code HRAFTD_HADDR_ADV} is {@code -haddr-adv}. Other
 * variables with that beginning are passed over, as whoever runs containers makes some of his own
 * ({@code HRAFTD_PORT} in Kubernetes). An empty one is as none.
 */
final class FlagEnvironment {

  private static final String PREFIX = "HRAFTD_";

  private FlagEnvironment() {}

  /** The variable for a flag, which begins with one dash. */
  static String name(String flag) {
    return PREFIX + flag.substring(1).replace('-', '_').toUpperCase(Locale.ROOT);
  }

  /** The environment's flags as arguments of a command line: {@code -flag=value}. */
  static List<String> arguments(CommandLine commandLine, Map<String, String> environment) {
    List<String> arguments = new ArrayList<>();
    for (OptionSpec option : commandLine.getCommandSpec().options()) {
      String flag = option.names()[0];
      String value = environment.getOrDefault(name(flag), "");
      boolean asks = option.arity().max() == 0; // -help and -version
      if (!value.isEmpty() && !asks) {
        arguments.add(flag + "=" + value);
      }
    }
    return arguments;
  }
}
