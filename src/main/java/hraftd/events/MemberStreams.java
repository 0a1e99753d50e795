package hraftd.events;

import hraftd.raft.HostPort;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Opens what other members tell of themselves, or have recorded. Any thread may call it. */
@FunctionalInterface
public interface MemberStreams {

  /** A stream that is open, or is being opened. */
  interface Opened {
    /** Closes it; nobody is told. */
    void close();
  }

  /**
   * Opens one; never blocks.
   *
   * @param http where the member's clients reach it
   * @param line is given each line of the answer, one at a time, on any thread
   * @param ended is called once when there are no more, with the reason if the member cannot be
   *     reached (any more); not after {@link Opened#close}
   */
  Opened open(HostPort http, Consumer<String> line, Consumer<@Nullable Throwable> ended);
}
