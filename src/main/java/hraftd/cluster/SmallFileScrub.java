package hraftd.cluster;

import hraftd.cluster.DataDirectory.Damaged;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Reads the small files of a running node once more and writes anew what is not as it is in memory.
 * One thread uses it, once.
 */
final class SmallFileScrub {

  private final List<String> damaged = new ArrayList<>();

  /** What was damaged, for people. */
  List<String> damaged() {
    return List.copyOf(damaged);
  }

  /** The number of this directory's format. */
  void format(Path directory) throws IOException {
    Path file = directory.resolve(DataDirectory.FORMAT_FILE);
    String number = String.valueOf(DataDirectory.FORMAT);
    if (!isWhole(file, () -> CheckedText.read(file).word().equals(number))) {
      SmallFiles.writeFormat(directory);
    }
  }

  /** A file that holds this word. */
  void word(Path file, String word) throws IOException {
    if (!isWhole(file, () -> CheckedText.read(file).word().equals(word))) {
      CheckedText.write(file, word);
    }
  }

  /** The file that holds this record. */
  void record(Path file, ClusterRecord record) throws IOException {
    if (!isWhole(file, () -> RecordFile.read(file).equals(record))) {
      RecordFile.write(file, record);
    }
  }

  private interface Check {
    boolean holds() throws IOException, Damaged;
  }

  private boolean isWhole(Path file, Check check) {
    String wrong = "it is not what was written";
    try {
      if (check.holds()) {
        return true;
      }
    } catch (Damaged e) {
      wrong = e.what();
    } catch (IOException e) {
      wrong = DataDirectory.reason(e);
    }
    damaged.add(file + " is damaged: " + wrong + ": it was written anew");
    return false;
  }
}
