package hraftd.fatal;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Ends the process when its virtual machine cannot go on. After an {@link OutOfMemoryError} nobody
 * knows which thread is gone or which object is half made, so a node that went on could answer that
 * it is ready and never elect or write again. A process that has ended is started again by whoever
 * watches it, and its log holds all that was acknowledged.
 *
 * <p>{@code -XX:+ExitOnOutOfMemoryError} does the same earlier, in the virtual machine itself. This
 * is for a node that was started without that flag: every place that catches what a task threw
 * hands it to {@link #check}, and {@link #watchThreads} sees what nobody caught. Any thread.
 *
 * <p>Not fatal here: a {@link StackOverflowError}, as the stack of one request is given up whole
 * and clients shall not be able to end a process; and a thread that the system refuses to make, as
 * that leaves nothing half made.
 */
public final class FatalErrors {

  private static final Logger LOG = LoggerFactory.getLogger(FatalErrors.class);

  /** The exit code: like that of every other end that nobody asked for. */
  public static final int EXIT_CODE = 1;

  /** A cause has a cause and so on; more than these are made by nobody. */
  private static final int MAX_DEPTH = 16;

  /** How the JVM begins the message of an error about a thread that the system would not make. */
  private static final String NO_THREAD = "unable to create native thread";

  // Made now: at the end there may be no memory for either.
  private static final FileOutputStream ERR = new FileOutputStream(FileDescriptor.err);
  private static final byte[] OUT_OF_MEMORY =
      line("out of memory, the process ends: give it a larger heap (java -Xmx... -jar hraftd.jar)");
  private static final byte[] BROKEN = line("the Java virtual machine failed, the process ends");

  private static final FatalErrors PROCESS =
      new FatalErrors(ERR, code -> Runtime.getRuntime().halt(code));

  /** Several threads may come to the same end. */
  private final AtomicBoolean said = new AtomicBoolean();

  private final FileOutputStream err;
  private final IntConsumer halt;

  /** With other ends than the process's own, for tests. */
  FatalErrors(FileOutputStream err, IntConsumer halt) {
    this.err = err;
    this.halt = halt;
  }

  private static byte[] line(String text) {
    return ("hraftd: " + text + System.lineSeparator()).getBytes(StandardCharsets.UTF_8);
  }

  /** From now on an error that no thread catches is checked too. Once, when the process begins. */
  public static void watchThreads() {
    Thread.UncaughtExceptionHandler before = Thread.getDefaultUncaughtExceptionHandler();
    Thread.setDefaultUncaughtExceptionHandler(
        (thread, failure) -> {
          check(failure);
          if (before == null) {
            LOG.error("thread {} has ended", thread.getName(), failure);
          } else {
            before.uncaughtException(thread, failure);
          }
        });
  }

  /**
   * Ends the process with one line on stderr and {@link #EXIT_CODE} if this failure, or what caused
   * it, means that the virtual machine cannot go on; returns otherwise. Runs no shutdown hooks.
   */
  public static void check(@Nullable Throwable failure) {
    PROCESS.endIfFatal(failure);
  }

  /**
   * A task for a timer that runs it again and again: what it throws is checked, and told. Else it
   * would end the timer, and nobody would know.
   */
  public static Runnable guarded(Runnable task, Consumer<Throwable> told) {
    return () -> {
      try {
        task.run();
      } catch (RuntimeException | Error e) {
        check(e);
        told.accept(e);
      }
    };
  }

  void endIfFatal(@Nullable Throwable failure) {
    Throwable cause = failure;
    for (int depth = 0; cause != null && depth < MAX_DEPTH; depth++) {
      if (cause instanceof VirtualMachineError error && isFatal(error)) {
        end(error instanceof OutOfMemoryError ? OUT_OF_MEMORY : BROKEN);
        return;
      }
      cause = cause.getCause();
    }
  }

  private static boolean isFatal(VirtualMachineError error) {
    if (error instanceof StackOverflowError) {
      return false;
    }
    String message = error.getMessage();
    return message == null || !message.startsWith(NO_THREAD);
  }

  private void end(byte[] line) {
    try {
      if (said.compareAndSet(false, true)) {
        err.write(line);
      }
    } catch (IOException e) {
      // Nobody reads it; the exit code says it too.
    } finally {
      halt.accept(EXIT_CODE);
    }
  }
}
