package hraftd.e2e;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.lang.reflect.Proxy;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.rmi.Remote;
import java.rmi.registry.Registry;
import java.rmi.server.UnicastRemoteObject;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A serialized object whose mere deserialization is noticed: a stub of Java's remote method
 * invocation, which calls home when it is read. Every class in it is the JDK's own.
 */
final class SerializedObject implements AutoCloseable {

  private final AtomicInteger calls = new AtomicInteger();
  private final Remote exported;
  private final byte[] bytes;

  /** Makes the object and listens for its call. */
  SerializedObject() throws IOException {
    System.setProperty("java.rmi.server.hostname", "127.0.0.1");
    exported =
        (Remote)
            Proxy.newProxyInstance(
                SerializedObject.class.getClassLoader(),
                new Class<?>[] {Registry.class},
                (proxy, method, arguments) -> {
                  throw new UnsupportedOperationException(method.getName());
                });
    Remote stub = UnicastRemoteObject.exportObject(exported, 0, null, port -> new Counting(port));
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (ObjectOutputStream objects = new ObjectOutputStream(out)) {
      objects.writeObject(stub);
    }
    bytes = out.toByteArray();
  }

  /** The serialized form. */
  byte[] bytes() {
    return bytes.clone();
  }

  /** How often it was deserialized somewhere. */
  int calls() {
    return calls.get();
  }

  @Override
  public void close() throws IOException {
    UnicastRemoteObject.unexportObject(exported, /* force= */ true);
  }

  /** Where its class lies, for a program that has only that. */
  static Path place() {
    try {
      return Path.of(
          SerializedObject.class.getProtectionDomain().getCodeSource().getLocation().toURI());
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Reads one object from standard input, as a program without a filter would. */
  public static void main(String[] args) throws IOException, ClassNotFoundException {
    try (ObjectInputStream in = new ObjectInputStream(System.in)) {
      in.readObject();
    }
  }

  private final class Counting extends ServerSocket {
    Counting(int port) throws IOException {
      super(port, 50, InetAddress.getLoopbackAddress());
    }

    @Override
    public Socket accept() throws IOException {
      Socket socket = super.accept();
      calls.incrementAndGet();
      return socket;
    }
  }
}
