package hraftd.mutants;

import hraftd.testing.DirectoryTree;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import javax.tools.FileObject;
import javax.tools.ForwardingJavaFileManager;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileManager;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;
import org.jspecify.annotations.Nullable;

/**
 * Compiles the files that a {@link Mutant} changes, against the project's classes, in memory. Needs
 * a JDK and the project's source in the working directory.
 */
public final class MutantCompiler {

  private final JavaCompiler compiler =
      Objects.requireNonNull(ToolProvider.getSystemJavaCompiler(), "a JDK is needed");

  /**
   * Puts the classes of the changed files under this directory, and nothing else: another fault's
   * would be found there before the sound ones.
   */
  public void compile(Mutant mutant, Path directory) throws IOException {
    DirectoryTree.delete(directory);
    for (Map.Entry<String, byte[]> each : compile(mutant).entrySet()) {
      Path file = directory.resolve(each.getKey().replace('.', '/') + ".class");
      Files.createDirectories(file.getParent());
      Files.write(file, each.getValue());
    }
  }

  /**
   * A class's bytes by its full name: of all that are in the changed files.
   *
   * @throws IllegalArgumentException if a patch does not fit, or what it makes cannot be compiled
   */
  Map<String, byte[]> compile(Mutant mutant) {
    StringWriter said = new StringWriter();
    Map<String, ByteArrayOutputStream> compiled = new HashMap<>();
    List<String> options =
        List.of("-proc:none", "-nowarn", "-cp", System.getProperty("java.class.path"));
    try (JavaFileManager files =
        new InMemory(compiler.getStandardFileManager(null, null, null), compiled)) {
      if (!compiler.getTask(said, files, null, options, null, sources(mutant)).call()) {
        throw new IllegalArgumentException(mutant.name() + " cannot be compiled: " + said);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    Map<String, byte[]> bytes = new HashMap<>();
    compiled.forEach((name, out) -> bytes.put(name, out.toByteArray()));
    return bytes;
  }

  private static List<JavaFileObject> sources(Mutant mutant) {
    Map<String, String> patched = new LinkedHashMap<>();
    for (Patch patch : mutant.patches()) {
      String before = patched.computeIfAbsent(patch.file(), MutantCompiler::read);
      patched.put(patch.file(), patch.applied(before));
    }
    List<JavaFileObject> sources = new ArrayList<>();
    patched.forEach((file, text) -> sources.add(new Source(file, text)));
    return sources;
  }

  private static String read(String file) {
    try {
      return Files.readString(Path.of(file));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static final class Source extends SimpleJavaFileObject {
    private final String text;

    Source(String file, String text) {
      super(URI.create("string:///" + file), Kind.SOURCE);
      this.text = text;
    }

    @Override
    public CharSequence getCharContent(boolean ignoreErrors) {
      return text;
    }
  }

  private static final class InMemory extends ForwardingJavaFileManager<JavaFileManager> {
    private final Map<String, ByteArrayOutputStream> compiled;

    InMemory(JavaFileManager files, Map<String, ByteArrayOutputStream> compiled) {
      super(files);
      this.compiled = compiled;
    }

    @Override
    public JavaFileObject getJavaFileForOutput(
        Location location, String name, JavaFileObject.Kind kind, @Nullable FileObject sibling) {
      ByteArrayOutputStream out = new ByteArrayOutputStream();
      compiled.put(name, out);
      return new SimpleJavaFileObject(
          URI.create("mem:///" + name.replace('.', '/') + kind.extension), kind) {
        @Override
        public OutputStream openOutputStream() {
          return out;
        }
      };
    }
  }
}
