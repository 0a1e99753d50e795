package hraftd.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * A way to start the JVM of a node.
 *
 * @param name of the system in tables
 * @param jar of hraftd
 * @param options for the JVM
 * @param flags of hraftd, besides those that every node gets
 */
record Program(String name, String jar, List<String> options, List<String> flags) {

  /** Without further flags. */
  Program(String name, String jar, List<String> options) {
    this(name, jar, options, List.of());
  }

  List<String> command(List<String> arguments) {
    List<String> command = new ArrayList<>(List.of("java"));
    command.addAll(options);
    command.addAll(List.of("-jar", jar));
    command.addAll(flags);
    command.addAll(arguments);
    return command;
  }

  /** What is special about it, for people. */
  String about() {
    return String.join(" ", Stream.of(List.of(jar), options, flags).flatMap(List::stream).toList());
  }

  /** The same with more options. */
  Program with(List<String> more) {
    List<String> all = new ArrayList<>(options);
    all.addAll(more);
    return new Program(name, jar, all, flags);
  }

  /** The same jar on another engine, as a system of that name. */
  Program on(String engine, List<String> otherOptions) {
    return new Program(engine, jar, otherOptions, List.of("-engine", engine));
  }
}
