package hraftd.bench;

import java.util.ArrayList;
import java.util.List;

/**
 * A way to start the JVM of a node.
 *
 * @param name of the system in tables
 * @param jar of hraftd
 * @param options for the JVM
 */
record Program(String name, String jar, List<String> options) {

  List<String> command(List<String> arguments) {
    List<String> command = new ArrayList<>(List.of("java"));
    command.addAll(options);
    command.addAll(List.of("-jar", jar));
    command.addAll(arguments);
    return command;
  }

  /** The same with more options. */
  Program with(List<String> more) {
    List<String> all = new ArrayList<>(options);
    all.addAll(more);
    return new Program(name, jar, all);
  }
}
