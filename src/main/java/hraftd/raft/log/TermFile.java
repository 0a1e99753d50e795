package hraftd.raft.log;

import hraftd.raft.NodeId;
import hraftd.raft.core.TermStore;
import hraftd.raft.disk.Disk;
import hraftd.raft.disk.FailStop;
import hraftd.raft.disk.StoreDamagedException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Term and vote in a {@link DoubledFile}: term (long), incarnation of who got the vote (long),
 * length of its id in bytes or -1 for no vote (int), the id.
 */
public final class TermFile implements TermStore, AutoCloseable {
  /** The name of the file. */
  public static final String NAME = "term";

  private static final DoubledFile.Kind KIND =
      new DoubledFile.Kind(NAME, 0x6872_5431, 1024, "the term and vote");

  private static final int ID_AT = 20;

  private final DoubledFile file;
  private final FailStop failStop;
  private TermAndVote current;

  private record TermAndVote(long term, @Nullable NodeId vote) {}

  /**
   * What a file says that no process uses.
   *
   * @param vote who got the vote in that term; null: nobody
   * @param bothWhole false if one of the two copies cannot be read; the other one counts
   */
  public record Stored(long term, @Nullable NodeId vote, boolean bothWhole) {}

  private TermFile(DoubledFile file, TermAndVote current, FailStop failStop) {
    this.file = file;
    this.current = current;
    this.failStop = failStop;
  }

  /** Begins a new file in this directory, with term 0 and no vote, durably. */
  public static TermFile create(Disk disk, Path directory, FailStop failStop) throws IOException {
    TermAndVote first = new TermAndVote(0, null);
    return new TermFile(DoubledFile.create(disk, directory, KIND, encode(first)), first, failStop);
  }

  /**
   * Reads the file in this directory and changes nothing.
   *
   * @throws StoreDamagedException if neither copy can be read
   */
  public static Stored read(Disk disk, Path directory) throws IOException {
    DoubledFile.Stored stored = DoubledFile.read(disk, directory, KIND);
    TermAndVote known = decode(directory, stored.content());
    return new Stored(known.term(), known.vote(), stored.bothWhole());
  }

  /**
   * Opens the file in this directory.
   *
   * @throws StoreDamagedException if neither copy can be read
   */
  public static TermFile open(Disk disk, Path directory, FailStop failStop) throws IOException {
    DoubledFile file = DoubledFile.open(disk, directory, KIND);
    try {
      return new TermFile(file, decode(directory, file.content()), failStop);
    } catch (IOException e) {
      file.close();
      throw e;
    }
  }

  @Override
  public long term() {
    return current.term();
  }

  @Override
  public @Nullable NodeId votedFor() {
    return current.vote();
  }

  @Override
  public void save(long term, @Nullable NodeId votedFor) {
    failStop.check();
    TermAndVote next = new TermAndVote(term, votedFor);
    try {
      file.save(encode(next));
    } catch (IOException e) {
      throw failStop.failed(e);
    }
    current = next;
  }

  /**
   * Stores both copies anew, unless they say what is in memory.
   *
   * @param disk through which they are read
   * @return what was wrong, for people; null: nothing
   */
  public @Nullable String mend(Disk disk) {
    failStop.check();
    try {
      return file.mend(disk);
    } catch (IOException e) {
      throw failStop.failed(e);
    }
  }

  @Override
  public void close() throws IOException {
    file.close();
  }

  private static ByteBuffer encode(TermAndVote known) {
    ByteBuffer out = KIND.content();
    out.putLong(known.term());
    NodeId vote = known.vote();
    if (vote == null) {
      out.putLong(0).putInt(-1);
    } else {
      byte[] id = vote.id().getBytes(StandardCharsets.UTF_8);
      out.putLong(vote.incarnation()).putInt(id.length).put(id);
    }
    return out.clear();
  }

  private static TermAndVote decode(Path directory, ByteBuffer in) throws StoreDamagedException {
    int idLength = in.getInt(ID_AT - 4);
    if (idLength > in.capacity() - ID_AT) {
      throw new StoreDamagedException(directory.resolve(NAME), 0, "it holds no term and vote");
    }
    NodeId vote = null;
    if (idLength >= 0) {
      byte[] id = new byte[idLength];
      in.get(ID_AT, id);
      vote = new NodeId(new String(id, StandardCharsets.UTF_8), in.getLong(8));
    }
    return new TermAndVote(in.getLong(0), vote);
  }
}
