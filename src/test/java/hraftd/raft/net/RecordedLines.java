package hraftd.raft.net;

import java.lang.reflect.Proxy;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.slf4j.Logger;
import org.slf4j.helpers.MessageFormatter;

/** A logger that keeps its lines. For any thread. */
final class RecordedLines {

  private final List<String> lines = new CopyOnWriteArrayList<>();

  /** What it was told, without the level. */
  List<String> all() {
    return List.copyOf(lines);
  }

  /** Those with this in them. */
  List<String> with(String part) {
    return lines.stream().filter(line -> line.contains(part)).toList();
  }

  Logger logger() {
    return (Logger)
        Proxy.newProxyInstance(
            Logger.class.getClassLoader(),
            new Class<?>[] {Logger.class},
            (proxy, method, arguments) -> {
              lines.add(
                  MessageFormatter.arrayFormat((String) arguments[0], rest(arguments))
                      .getMessage());
              return null;
            });
  }

  private static Object[] rest(Object[] arguments) {
    return arguments[1] instanceof Object[] many
        ? many
        : Arrays.copyOfRange(arguments, 1, arguments.length);
  }
}
