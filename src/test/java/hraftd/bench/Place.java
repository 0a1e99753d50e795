package hraftd.bench;

import hraftd.testing.Ports;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * Where the servers of one store run: a directory on a real disk and free ports of this machine.
 *
 * @param children takes the processes
 */
record Place(Path directory, Children children) {

  /** A place beside this one; made if it is not there. */
  Place resolve(String name) {
    Path inner = directory.resolve(name);
    try {
      Files.createDirectories(inner);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return new Place(inner, children);
  }

  /** An address that nobody else has, on which only this machine can be reached. */
  static String freeAddress() {
    return "127.0.0.1:" + Ports.free();
  }

  /** A server whose log lies here. */
  Server server(String id, String address, List<String> command) {
    return new Server(id, address, command, directory.resolve(id + ".log"), children);
  }
}
