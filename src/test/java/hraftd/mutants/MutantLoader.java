package hraftd.mutants;

import java.io.IOException;
import java.io.InputStream;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The project's classes once more, with a fault among them: each is loaded anew here, as its like
 * outside knows the sound ones. What is not of the project is the same as outside.
 */
public final class MutantLoader extends ClassLoader {

  static {
    registerAsParallelCapable();
  }

  private static final String OURS = "hraftd.";

  private final Map<String, byte[]> faulty;

  private MutantLoader(Map<String, byte[]> faulty) {
    super(MutantLoader.class.getClassLoader());
    this.faulty = faulty;
  }

  /**
   * The classes with this fault, compiled from the source in the working directory.
   *
   * @throws IllegalArgumentException if a patch does not fit, or what it makes cannot be compiled
   */
  public static MutantLoader of(Mutant mutant) {
    return new MutantLoader(new MutantCompiler().compile(mutant));
  }

  @Override
  protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
    if (!name.startsWith(OURS)) {
      return super.loadClass(name, resolve);
    }
    synchronized (getClassLoadingLock(name)) {
      Class<?> loaded = findLoadedClass(name);
      return loaded == null ? findClass(name) : loaded;
    }
  }

  @Override
  protected Class<?> findClass(String name) throws ClassNotFoundException {
    byte[] bytes = bytes(name);
    if (bytes == null) {
      throw new ClassNotFoundException(name);
    }
    return defineClass(name, bytes, 0, bytes.length);
  }

  private byte @Nullable [] bytes(String name) throws ClassNotFoundException {
    byte[] own = faulty.get(name);
    if (own != null) {
      return own;
    }
    try (InputStream in = getResourceAsStream(name.replace('.', '/') + ".class")) {
      return in == null ? null : in.readAllBytes();
    } catch (IOException e) {
      throw new ClassNotFoundException(name, e);
    }
  }
}
