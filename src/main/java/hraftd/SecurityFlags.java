package hraftd;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The part of the command line that says who is let in. */
final class SecurityFlags {

  @Option(
      names = {"-auth", "--auth"},
      paramLabel = "<file>",
      description =
          "who asks must show a token; the file holds the secret of all nodes, which is the admin's"
              + " token too (mode 0600)")
  private @Nullable String auth;

  @Option(
      names = {"-auth-optional", "--auth-optional"},
      arity = "0..1",
      fallbackValue = "true",
      paramLabel = "<bool>",
      description =
          "with -auth, while it is turned on node by node: who shows no token may still do all")
  private boolean authOptional;

  /**
   * What was given.
   *
   * @throws InvalidPathException if a file's name is none
   * @throws WrongFlagsException if it does not go together
   */
  Invocation.Security read() throws WrongFlagsException {
    if (authOptional && auth == null) {
      throw new WrongFlagsException("-auth-optional is about -auth <file>: give that, too");
    }
    return new Invocation.Security(auth == null ? null : Path.of(auth), authOptional);
  }

  /** Flags that do not go together. */
  static final class WrongFlagsException extends Exception {

    private static final long serialVersionUID = 1L;

    WrongFlagsException(String why) {
      super(why);
    }
  }
}
