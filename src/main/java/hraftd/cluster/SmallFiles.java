package hraftd.cluster;

import hraftd.cluster.DataDirectory.Damaged;
import hraftd.cluster.DataDirectory.Unusable;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Reads the small files of a data directory and believes none of them: what is not as it was
 * written, or does not fit the others, is {@link Damaged}. Stateless.
 */
final class SmallFiles {

  /** Whose the directories are that were written before there was a choice, and a mark. */
  private static final String UNMARKED = "raft";

  /** What stands in a file {@code engine} that has no checksum yet. */
  private static final Set<String> UNCHECKED_ENGINES = Set.of(UNMARKED, "jgroups-raft");

  /** What to do about a damaged file where no other member is left. */
  private static final Map<String, String> LAST_RESORT =
      Map.of(
          DataDirectory.FORMAT_FILE,
          "put the number " + DataDirectory.FORMAT + " into it",
          DataDirectory.INCARNATION_FILE,
          "put the incarnation into it that " + DataDirectory.RECORD_FILE + " has",
          DataDirectory.ENGINE_FILE,
          "put the name of the engine into it that this node ran",
          DataDirectory.RECORD_FILE,
          "move it away and run hraftd recover");

  /** What a file system may have in a directory that nobody has used yet. */
  private static final String OF_A_NEW_DISK = "lost+found";

  private SmallFiles() {}

  /** What to do about a damaged file where no other member is left. */
  static String lastResort(Path file) {
    return LAST_RESORT.getOrDefault(String.valueOf(file.getFileName()), "run hraftd recover");
  }

  /** Whoever finds no format in a directory that was used does not know whose files those are. */
  static void checkFormat(Path directory) throws IOException, Unusable {
    Path file = directory.resolve(DataDirectory.FORMAT_FILE);
    if (Files.exists(file)) {
      readFormat(directory);
    } else if (wasUsed(directory)) {
      throw Damaged.in(file, "it is missing, and the directory is not empty");
    } else {
      writeFormat(directory);
    }
  }

  private static boolean wasUsed(Path directory) throws IOException {
    for (String name :
        List.of(
            DataDirectory.INCARNATION_FILE, DataDirectory.ENGINE_FILE, DataDirectory.RECORD_FILE)) {
      if (Files.exists(directory.resolve(name))) {
        return true;
      }
    }
    Path consensus = directory.resolve(DataDirectory.CONSENSUS_FILES);
    if (!Files.isDirectory(consensus)) {
      return false;
    }
    try (Stream<Path> files = Files.list(consensus)) {
      return files.anyMatch(file -> !file.endsWith(OF_A_NEW_DISK));
    }
  }

  /** Writes the number alone, as every version must be able to read that of a newer one. */
  static void writeFormat(Path directory) throws IOException {
    DurableFile.write(
        directory.resolve(DataDirectory.FORMAT_FILE),
        (DataDirectory.FORMAT + "\n").getBytes(StandardCharsets.US_ASCII));
  }

  /** Makes sure that the directory is of a format that this program knows: which. */
  static int readFormat(Path directory) throws IOException, Unusable {
    Path file = directory.resolve(DataDirectory.FORMAT_FILE);
    String text = CheckedText.read(file).word();
    if (!text.matches("[1-9][0-9]{0,8}")) {
      throw Damaged.in(file, "it does not hold a number");
    }
    int format = Integer.parseInt(text);
    if (format > DataDirectory.FORMAT) {
      throw new Unusable(
          "the data directory "
              + directory
              + " was written in format "
              + format
              + " by a newer hraftd; this one knows format "
              + DataDirectory.FORMAT
              + " (or "
              + file
              + " is damaged)",
          null);
    }
    if (!DataDirectory.FORMATS.contains(format)) {
      throw Damaged.in(file, "no hraftd writes format " + format);
    }
    return format;
  }

  /** Which engine the files of a member are of; null if it has none yet. */
  static @Nullable String engine(Path directory) throws IOException, Damaged {
    Path file = directory.resolve(DataDirectory.ENGINE_FILE);
    if (Files.exists(file)) {
      CheckedText.Content content = CheckedText.read(file);
      if (!content.checked() && !UNCHECKED_ENGINES.contains(content.word())) {
        throw Damaged.in(file, "it does not hold the name of an engine");
      }
      return content.word();
    }
    return Files.exists(directory.resolve(DataDirectory.RECORD_FILE)) ? UNMARKED : null;
  }

  static long incarnation(Path directory) throws IOException, Unusable {
    Path file = directory.resolve(DataDirectory.INCARNATION_FILE);
    if (!Files.exists(file)) {
      if (Files.exists(directory.resolve(DataDirectory.RECORD_FILE))) {
        throw new Unusable(
            file
                + " is missing: this node cannot prove who it is; empty the directory and join"
                + " again",
            null);
      }
      long made = new SecureRandom().nextLong();
      CheckedText.write(file, ClusterJson.hex(made));
      return made;
    }
    try {
      return ClusterJson.unhex(CheckedText.read(file).word());
    } catch (IllegalArgumentException e) {
      throw Damaged.in(file, "it does not hold 16 hexadecimal digits", e);
    }
  }

  static @Nullable ClusterRecord record(Path directory, long incarnation)
      throws IOException, Unusable {
    Path file = directory.resolve(DataDirectory.RECORD_FILE);
    if (!Files.exists(file)) {
      return null;
    }
    ClusterRecord record = RecordFile.read(file);
    if (record.self().incarnation() != incarnation) {
      throw Damaged.in(file, "it is another node's: its incarnation is not the directory's");
    }
    return record;
  }
}
